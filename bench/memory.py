"""The memory of the processes that are measured."""

from __future__ import annotations

from threading import Event, Thread
from types import TracebackType

import psutil

INTERVAL = 0.1
"""Seconds between two looks."""


class Memory:
    """Watches the processes below this one whose command line has `mark`, while the `with` block runs.

    `peak` is the most bytes that one of them had in memory at any look; None where there was none.
    """

    def __init__(self, mark: str) -> None:
        self.peak: int | None = None
        self._mark = mark
        self._ended = Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(INTERVAL):
            for process in psutil.Process().children(recursive=True):
                try:
                    self._look(process)
                except psutil.Error:
                    continue

    def _look(self, process: psutil.Process) -> None:
        if self._mark in " ".join(process.cmdline()):
            self.peak = max(self.peak or 0, process.memory_info().rss)
