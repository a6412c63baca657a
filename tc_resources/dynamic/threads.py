"""The threads of Pulumi's dynamic provider host: it has 4, and the engine asks for more at once."""

from __future__ import annotations

import sys
from concurrent import futures
from concurrent.futures import thread
from contextlib import suppress
from types import FrameType

MOST = 20
"""As many calls as the services take in a second."""


def widen(most: int = MOST) -> None:
    """Let the pool that runs this thread have so many threads; one that is made in another way stays as it is."""
    pool = _pool(sys._getframe())
    had = getattr(pool, "_max_workers", 0)
    if isinstance(pool, futures.ThreadPoolExecutor) and 0 < had < most:
        pool._max_workers = most
        with suppress(RuntimeError):  # it is being shut down
            for _ in range(most - had):  # what waits already begins with a new thread; else none would come for it
                pool.submit(_nothing)


def _nothing() -> None:
    pass


def _pool(frame: FrameType | None) -> object:
    """The pool that has called; None where there is none, or where it cannot be told."""
    while frame and frame.f_code is not thread._worker.__code__:  # of all versions so far
        frame = frame.f_back
    return frame and frame.f_locals.get("executor_reference", lambda: None)()
