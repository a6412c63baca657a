"""The commands, each under its name: what runs, what documents list and what tests hold to one look."""

from __future__ import annotations

from importlib import import_module

import typer

from tc_resources.cli import about
from tc_resources.cli.ending import piped

PIPED = ("discover", "status", "usage", "verify", "whoami")
"""Those whose output a pipe may take, and end early."""
NAMES = ("discover", "emulator", "new", "plugin", "status", "usage", "verify", "whoami")


def application(*names: str) -> typer.Typer:
    """Of these commands, or of all: what the others need takes longer to import than most commands take."""
    app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True)
    app.callback()(about.run)
    for name in names or NAMES:
        module = import_module(f"tc_resources.cli.{name}")
        if name == "plugin":
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(piped(module.run) if name in PIPED else module.run)
    return app
