"""An engine that hears what it is told, for tests of what is below the faces."""

from __future__ import annotations

from collections.abc import Callable

from tc_resources.dynamic.words import WORDS
from tc_resources.limits.registry import Registry


class HearingEngine:
    """It keeps its notices, declares nothing but what is added, and lives as long as `alive` says."""

    words = WORDS

    def __init__(self, alive: Callable[[], bool] = lambda: True) -> None:
        self.registry = Registry(None)
        self.notices: list[str] = []
        self._alive = alive

    def notice(self, text: str) -> None:
        self.notices.append(text)

    def shows_all(self) -> bool:
        return True

    def alive(self) -> bool:
        return self._alive()
