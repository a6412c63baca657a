"""The `tc-resources` command. Its parts import what their extra installs only when they run."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn, ParamSpec

from tc_resources.cloud import logs

P = ParamSpec("P")


def main() -> None:
    """Run the command that the arguments name; wrong use is one line and exit code 2."""
    try:
        import typer
    except ModuleNotFoundError:
        missing("cli")
    from tc_resources.cli import discover, emulator, status, whoami

    logs.switch_on(sys.stderr)
    app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True)
    app.callback()(about)
    app.command("discover")(piped(discover.run))
    app.command("emulator")(emulator.run)
    app.command("status")(piped(status.run))
    app.command("whoami")(piped(whoami.run))
    wrong_use: Any = typer.BadParameter.__mro__[
        1
    ]  # the base of all that is wrong with arguments, which has no public name
    try:
        sys.exit(app(standalone_mode=False))
    except typer.Abort:
        fail("Stopped.", code=130)
    except wrong_use as error:
        fail(" ".join(error.format_message().split()) or "See tc-resources --help.", code=2)


def about() -> None:
    """Two Tencent Cloud limits as Pulumi resources."""


def piped(run: Callable[P, None]) -> Callable[P, None]:
    """A command whose output may be closed before its end, as by `head`."""

    @functools.wraps(run)
    def whole(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            run(*args, **kwargs)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is buffered has nowhere to go, and would be an error once more when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            fail("The output was closed before its end.")

    return whole


def missing(extra: str) -> NoReturn:
    """Say which extra to install, and exit with code 2."""
    fail(f"This needs more packages: pip install 'tc-resources[{extra}]'", code=2)


def fail(message: str, code: int = 1) -> NoReturn:
    """End with one line on standard error."""
    print(message, file=sys.stderr)
    sys.exit(code)
