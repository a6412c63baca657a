"""The end of a process whose engine has gone: what is half done is finished, and nothing else is waited for."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from tc_resources.limits.session import Session

LOOK = 5.0
"""Seconds between two looks at the engine."""
GRACE = 45.0
"""Seconds that what is half done may take. A process outlives its engine by less than a minute."""


def end_with_engine(
    session: Session,
    *,
    leave: Callable[[int], object] = os._exit,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait for the engine's end, then for that of the operations under way, and leave."""
    while session.engine.alive():
        sleep(LOOK)
    end = monotonic() + GRACE
    while session.busy and monotonic() < end:
        sleep(0.1)
    leave(1)


def watch(session: Session) -> None:
    """Do so beside all else."""
    threading.Thread(target=end_with_engine, args=(session,), daemon=True).start()
