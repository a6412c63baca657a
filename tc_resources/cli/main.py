"""The entry point of the `tc-resources` command."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from tc_resources.cli.ending import accept_all, fail, missing, piped
from tc_resources.cloud import logs

PIPED = ("discover", "status", "usage", "verify", "whoami")
"""Commands whose output a pipe may take, and end early."""
COMMANDS = ("discover", "emulator", "new", "plugin", "status", "usage", "verify", "whoami")


def main() -> None:
    """Run the command that the arguments name; wrong use is one line and exit code 2."""
    try:
        import typer
    except ModuleNotFoundError:
        missing("emulator" if sys.argv[1:2] == ["emulator"] else "cli")
    from tc_resources.cli import about

    accept_all(sys.stdout)
    logs.switch_on(sys.stderr)
    app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True)
    app.callback()(about.run)
    named = [name for name in COMMANDS if name in sys.argv[1:2]]
    for name in named or COMMANDS:  # what the others need takes longer to import than most commands take
        module = import_module(f"tc_resources.cli.{name}")
        if name == "plugin":
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(piped(module.run) if name in PIPED else module.run)
    # The base of all that is wrong with arguments, which has no public name.
    wrong_use: Any = typer.BadParameter.__mro__[1]
    try:
        sys.exit(app(standalone_mode=False))
    except typer.Abort:
        fail("Stopped.", code=130)
    except wrong_use as error:
        fail(" ".join(error.format_message().split()) or "See tc-resources --help.", code=2)
