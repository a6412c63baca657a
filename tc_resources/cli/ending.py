"""How a command ends."""

from __future__ import annotations

import functools
import io
import os
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TextIO

P = ParamSpec("P")


def accept_all(output: TextIO) -> None:
    """Let no letter that its encoding lacks end a command; it is shown by its number, as on standard error."""
    if isinstance(output, io.TextIOWrapper):
        output.reconfigure(errors="backslashreplace")


def fail(message: str, code: int = 1) -> NoReturn:
    """End with one line on standard error."""
    print(message, file=sys.stderr)
    sys.exit(code)


def missing(extra: str) -> NoReturn:
    """Say which extra to install, and exit with code 2."""
    package = f"'tc-resources[{extra}]'"
    fail(f"This needs more packages: pip install {package}, uv add {package} or poetry add {package}", code=2)


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
