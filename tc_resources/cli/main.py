"""The entry point of the `tc-resources` command."""

from __future__ import annotations

import sys
from typing import Any

from tc_resources.cli.ending import accept_all, fail, missing
from tc_resources.cloud import logs


def main() -> None:
    """Run the command that the arguments name; wrong use is one line and exit code 2."""
    try:
        import typer
    except ModuleNotFoundError:
        missing("emulator" if sys.argv[1:2] == ["emulator"] else "cli")
    from tc_resources.cli.commands import NAMES, application

    accept_all(sys.stdout)
    logs.switch_on(sys.stderr)
    # The base of all that is wrong with arguments, which has no public name.
    wrong_use: Any = typer.BadParameter.__mro__[1]
    try:
        sys.exit(application(*(name for name in NAMES if name in sys.argv[1:2]))(standalone_mode=False))
    except typer.Abort:
        fail("Stopped.", code=130)
    except wrong_use as error:
        fail(" ".join(error.format_message().split()) or "See tc-resources --help.", code=2)
