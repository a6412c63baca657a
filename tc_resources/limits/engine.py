"""The engine that asks for operations, as far as a resource's meaning has to do with it. A face gives one."""

from __future__ import annotations

from typing import Protocol

from tc_resources.limits.advice import Words
from tc_resources.limits.registry import Registry


class Engine(Protocol):
    """Who asks, who hears what was done, and what the run declares."""

    words: Words

    @property
    def registry(self) -> Registry:
        """What the run declares."""

    def alive(self) -> bool:
        """Whether it still waits for results; what is written for nobody, nobody would know of."""

    def shows_all(self) -> bool:
        """Whether its checks tell of all that the program declares; a command with --target or --exclude hides some.

        Raises HiddenCommandError where nobody can tell.
        """

    def notice(self, text: str) -> None:
        """Tell the user a line. It never fails, since what it tells of is done."""
