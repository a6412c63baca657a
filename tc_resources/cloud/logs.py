"""TC_RESOURCES_LOG: what this package logs, shown to the user line by line. It never holds a secret."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Protocol

VARIABLE = "TC_RESOURCES_LOG"
LEVELS = {"info": logging.INFO, "debug": logging.DEBUG}
"""info: what is tried again and why. debug: each call too."""


class Stream(Protocol):
    """What shows the lines."""

    def write(self, text: str, /) -> object: ...
    def flush(self) -> object: ...


def switch_on(stream: Stream, environ: Mapping[str, str] = os.environ) -> None:
    """Log to `stream` what the variable asks for, nothing without it; other packages' loggers stay as they are."""
    wanted = environ.get(VARIABLE, "").strip().lower()
    if not wanted:
        return
    if wanted not in LEVELS:
        print(f"{VARIABLE} is {wanted!r}; it is one of {', '.join(LEVELS)}.", file=stream, flush=True)
        return
    shown = logging.StreamHandler(stream)
    shown.setFormatter(logging.Formatter("tc-resources %(levelname)s: %(message)s"))
    log = logging.getLogger("tc_resources")
    log.handlers, log.propagate = [shown], False
    log.setLevel(LEVELS[wanted])
