"""The time of a case: one clock for the service and for all processes, in which to sleep takes no time.

Whoever sleeps sets it forward. So all that waits does so for as long as it does anywhere, and no machine is too busy
for that. A file that processes share holds by how much it is ahead of the machine's, which itself may be set wrong.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FORM = struct.Struct("ddd")
"""Seconds that it is ahead, real ones that a second of sleep takes, and those by which the machine tells it wrong."""
SLOW = 0.01
"""The latter, while what sleeps is to meet what goes on meanwhile."""


class Clock:
    """Safe under threads and processes."""

    def __init__(self, file: Path) -> None:
        self._fd = os.open(file, os.O_RDWR | os.O_CREAT)
        os.truncate(self._fd, FORM.size)
        self._shared = mmap.mmap(self._fd, FORM.size)
        self._lock = threading.Lock()

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self._read()[0]

    def told(self) -> float:
        """The unix seconds by the machine of the processes, which somebody may set."""
        return self.now() + self._read()[2]

    def set_off(self, seconds: float) -> None:
        """Let that machine's be so many seconds ahead."""
        with self._changing():
            self._write(*self._read()[:2], seconds)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic() + self._read()[0]

    def sleep(self, seconds: float) -> None:
        """Be so much later; it is so for all."""
        end = self.now() + seconds
        time.sleep(max(0.0, seconds) * self._read()[1])
        with self._changing():
            ahead, *others = self._read()
            self._write(max(ahead, end - time.time()), *others)

    @contextmanager
    def slowly(self) -> Iterator[None]:
        """Sleep takes its time inside, if not all of it."""
        self._set_pace(SLOW)
        try:
            yield
        finally:
            self._set_pace(0.0)

    def _set_pace(self, pace: float) -> None:
        with self._changing():
            ahead, _, off = self._read()
            self._write(ahead, pace, off)

    def _read(self) -> tuple[float, float, float]:
        ahead, pace, off = FORM.unpack_from(self._shared)
        return ahead, pace, off

    def _write(self, ahead: float, pace: float, off: float) -> None:
        self._shared[:] = FORM.pack(ahead, pace, off)  # pack_into clears it first, for whoever reads meanwhile

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            fcntl.lockf(self._fd, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._fd, fcntl.LOCK_UN)
