"""What a run may have made and not yet taken back, in a file that outlives it.

Each mark is on the disk before the write that it tells of, so that the next run finds what a killed one has left. A
token that was given is in it as its digest only; one that the run itself has made stands there until it is deleted,
for its owner's eyes alone, since the listing may not show it to the next run.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from tc_resources.cli.numbers import parsed
from tc_resources.cloud.identities import digest

PENDING = ""
"""The name of a token that was to be made, while nobody knows whether it was."""


class JournalError(Exception):
    """The journal cannot be used; the text says why."""


class Mark(NamedTuple):
    """A limit (zone, domain, area), a quota (sub-application, type, a token's digest or None) or an API token.

    That is its sub-application and itself; a pending one has the digests of those that were there before as its part.
    """

    kind: str
    scope: str | int
    name: str
    part: str | None

    def __str__(self) -> str:
        if self.kind == "limit":
            return f"limit of {self.name} in {self.part} ({self.scope})"
        if self.kind == "token":
            made = f"API token {digest(self.name)}" if self.name else "API token that was to be made, the answer lost,"
            return f"{made} of sub-application {self.scope}"
        return f"{self.name} quota of sub-application {self.scope}{f', token {self.part}' if self.part else ''}"


class Entry(NamedTuple):
    """The values that were written there, when last (unix seconds), and whether nothing was there for certain."""

    values: list[int]
    at: float
    ours: bool


class Journal:
    """The marks of one account, held by one run at a time. Raises JournalError where that cannot be."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self.path, self._now = path, now
        self.entries: dict[Mark, Entry] = {}
        self._proved: set[Mark] = set()

    def __enter__(self) -> Journal:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise JournalError(f"The journal {self.path} cannot be written: {error.strerror}.") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.entries = self._read()
        except BlockingIOError:
            os.close(self._lock)
            raise JournalError(f"Another run holds the journal {self.path}.") from None
        except JournalError:
            os.close(self._lock)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        os.close(self._lock)

    def note(self, mark: Mark, value: int, *, ours: bool = False) -> bool:
        """Say, before it is sent, that `value` is written there; returns whether there was no mark yet."""
        known = self.entries.get(mark)
        values = known.values if known else []
        ours = ours or mark in self._proved or (known is not None and known.ours)
        if known is None or value not in values or ours != known.ours:
            self.entries[mark] = Entry([*values, value], self._now(), ours)
            self._write()
        return known is None

    @property
    def made(self) -> dict[str, str]:
        """The API tokens that runs have made, by their digests."""
        return {digest(mark.name): mark.name for mark in self.entries if mark.kind == "token" and mark.name}

    def prove(self, mark: Mark) -> None:
        """Say that nothing was there before this run, since the service let it be created."""
        self._proved.add(mark)
        entry = self.entries.get(mark)
        if entry and not entry.ours:
            self.note(mark, entry.values[0], ours=True)

    def forget(self, mark: Mark) -> None:
        """Say that nothing of this run is there any more."""
        if self.entries.pop(mark, None):
            self._write()

    def _read(self) -> dict[Mark, Entry]:
        try:
            stored: list[Any] = parsed(self.path.read_bytes())
            return {Mark(*mark): Entry(*entry) for mark, entry in stored}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError):
            raise JournalError(f"The journal {self.path} cannot be read.") from None

    def _write(self) -> None:
        text = json.dumps(list(self.entries.items()))
        new = self.path.with_suffix(".new")
        try:
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - by its number
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        except OSError as error:
            raise JournalError(f"The journal {self.path} cannot be written: {error.strerror}.") from None
