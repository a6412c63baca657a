"""What a process still sends once its engine has gone: what it took away is put back, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_harmless: ContextVar[Callable[[], bool] | None] = ContextVar("harmless", default=None)


@contextmanager
def putting_back(harmless: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """What was taken away is put back inside, without the engine too, where that is `harmless`.

    It is by itself where the call overwrites nothing; else it is asked for before each try, and may read.
    """
    token = _harmless.set(harmless)
    try:
        yield
    finally:
        _harmless.reset(token)


def may_send() -> bool:
    """Whether a try goes on without the engine."""
    harmless = _harmless.get()
    if harmless is None:
        return False
    with putting_back():  # to look changes nothing
        return harmless()
