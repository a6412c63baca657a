"""The `tc-resources` command. Its parts import what their extra installs only when they run."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> None:
    """Run the command that the arguments name."""
    try:
        import typer
    except ModuleNotFoundError:
        missing("cli")
    from tc_resources.cli import emulator

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
    app.callback()(about)
    app.command("emulator")(emulator.run)
    app()


def about() -> None:
    """Two Tencent Cloud limits as Pulumi resources."""


def missing(extra: str) -> NoReturn:
    """Say which extra to install, and exit with code 2."""
    fail(f"This needs more packages: pip install 'tc-resources[{extra}]'", code=2)


def fail(message: str, code: int = 1) -> NoReturn:
    """End with one line on standard error."""
    print(message, file=sys.stderr)
    sys.exit(code)
