"""The end of a process whose engine has gone: what is half done is finished, and nothing else is waited for."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

LOOK = 5.0
"""Seconds between two looks at the engine."""
GRACE = 45.0
"""Seconds that what is half done may take. A process outlives its engine by less than a minute."""


def end_with_engine(
    alive: Callable[[], bool],
    busy: Callable[[], bool],
    *,
    leave: Callable[[int], object] = os._exit,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until the engine is not `alive` and no operation keeps this process `busy` any more, and leave."""
    while alive():
        sleep(LOOK)
    end = monotonic() + GRACE
    while busy() and monotonic() < end:
        sleep(0.1)
    leave(1)


def watch(alive: Callable[[], bool], busy: Callable[[], bool], leave: Callable[[int], object] = os._exit) -> None:
    """Do so beside all else."""
    threading.Thread(target=end_with_engine, args=(alive, busy), kwargs={"leave": leave}, daemon=True).start()
