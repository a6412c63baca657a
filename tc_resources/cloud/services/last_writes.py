"""What this machine wrote last of each setting, and when: its next run may meet a listing that lags behind that."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import CloudError, Outcome
from tc_resources.cloud.identities import digest
from tc_resources.cloud.transport.shared_file import Numbers

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client

Row = TypeVar("Row")
NONE = -1.0
"""In the place of the value of a setting that was deleted."""
ROUNDING = 2.0
"""Seconds by which what a state has of a write may be ahead of it: rounded up, and of a time that is not known well."""
PAUSE, TRIES = 0.01, 100
"""Seconds between two looks at a note that another process changes just now, and how many; then it is left."""


class BusyError(Exception):
    """Another process does not let go of a note."""


class Settled(NamedTuple, Generic[Row]):
    """A row, None where there is none, and the unix second of the last write that it tells of, None of none."""

    row: Row | None
    written_at: int | None


class Write(NamedTuple):
    """A value, None of a setting that was deleted, and its unix second by the service's clock, 0 of none."""

    value: int | None = None
    at: float = 0.0


def written_since(clock: Clock, target: str, kind: str, setting: str, at: float) -> bool:
    """Whether this machine may have written the setting after `at`: what came of that no state of `at` has.

    It needs no client. A note that another process does not let go of may be one of just now.
    """
    try:
        return _last(_open(target, kind, setting), _patience(clock)).at > at
    except BusyError:
        return True


class LastWrites:
    """Those to the settings of one kind. A note that cannot be shared is this process's own. Safe under threads."""

    def __init__(self, client: Client, kind: str) -> None:
        self._client, self._kind = client, kind
        self._lock = threading.Lock()
        self._notes: dict[str, Numbers] = {}
        self._ahead: dict[str, float] = {}
        """Of each setting the second that was left in its note, which may be ahead of the time."""

    @contextmanager
    def writing(self, setting: str, value: int | None) -> Iterator[None]:
        """Note that this value is written inside, before it is: a process that is killed notes nothing any more.

        `setting` is its id, which holds no secret. What was refused was not written.
        """
        before = self._note_at(self._later_than_stored(), setting, value)
        try:
            yield
        except CloudError as error:
            if error.outcome is Outcome.UNCLEAR:
                self._ahead[setting] = at = self._later_than_stored()
                self._note_at(at, setting, value)
            else:
                self._ahead[setting] = before[0] if before else 0.0
                self._put_back(setting, before)
            raise
        self._note_at(self._client.times.stamp(), setting, value)

    def note_former(self, setting: str, former: int, value: int) -> None:
        """This value is about to overwrite another one, in a run that may be killed before its state has that."""
        with suppress(BusyError), self._note(setting).locked(self._patience()) as numbers:
            numbers[2], numbers[3] = former, value

    def forget_former(self, setting: str) -> None:
        """Nothing was overwritten."""
        self.note_former(setting, 0, 0)

    def made(self, setting: str, at: float) -> float:
        """When this setting was last given a value, which somebody knows of who did at `at`."""
        last = self.of(setting)
        return at if last.value is None else max(at, last.at)

    def later(self, setting: str, at: float) -> float:
        """When this setting was last written, where that was after `at`; else 0. It may not have been carried out."""
        last = self.of(setting)
        return last.at if last.at > at else 0.0

    def told(self, setting: str, later: float) -> int | None:
        """What to store of a write of `later`, 0 of none, once a reading that began after it has told what came of it.

        The note of a run that was killed, maybe before it knew the time, is ahead of that no longer.
        """
        if not later:
            return None
        at = min(later, self._client.times.stamp())
        with suppress(BusyError), self._note(setting).locked(self._patience()) as numbers:
            if numbers[0] == later:
                numbers[0] = at
        return math.ceil(at)

    def stored(self, setting: str) -> int:
        """What to store of when that was written which is in force as of now: no note of this process is later."""
        self.told(setting, self._ahead.pop(setting, 0.0))
        return math.ceil(self._client.times.stamp())

    def of(self, setting: str) -> Write:
        """The last write of this setting; as long as another process has the note, it may be one of just now."""
        try:
            return _last(self._note(setting), self._patience())
        except BusyError:
            return Write(None, self._client.times.latest())

    def former(self, setting: str, value: int) -> int | None:
        """The other value that this one has overwritten, None where this machine wrote something else since."""
        with suppress(BusyError), self._note(setting).locked(self._patience()) as numbers:
            former, overwritten_by = numbers[2:]
            return int(former) if former != value == overwritten_by else None
        return None

    def _later_than_stored(self) -> float:
        """What is written from now on is later than all that a state has, also in the same second."""
        return self._client.times.latest() + ROUNDING

    def _note_at(self, at: float, setting: str, value: int | None) -> Sequence[float]:
        """What was noted before, nothing where that cannot be told."""
        with suppress(BusyError), self._note(setting).locked(self._patience()) as numbers:
            before = numbers[:]
            numbers[0], numbers[1] = at, NONE if value is None else value
            if value != numbers[3]:
                numbers[2] = numbers[3] = 0.0
            return before
        return ()

    def _put_back(self, setting: str, before: Sequence[float]) -> None:
        with suppress(BusyError), self._note(setting).locked(self._patience()) as numbers:
            for place, number in enumerate(before):
                numbers[place] = number

    def _note(self, setting: str) -> Numbers:
        with self._lock:
            return self._notes.setdefault(setting, _open(self._client.target, self._kind, setting))

    def _patience(self) -> Callable[[], None]:
        return _patience(self._client.clock)


def _open(target: str, kind: str, setting: str) -> Numbers:
    return Numbers(f"{kind}-{digest(target)}-{digest(setting)}", 4)


def _last(note: Numbers, pause: Callable[[], None]) -> Write:
    """What is noted last. Raises BusyError."""
    if note.path and not note.path.exists():  # to read makes no file
        return Write()
    with note.locked(pause) as numbers:
        at, value = numbers[:2]
        return Write(None if value == NONE else int(value), at)


def _patience(clock: Clock) -> Callable[[], None]:
    looks = iter(range(TRIES))

    def pause() -> None:
        if next(looks, None) is None:
            raise BusyError
        clock.sleep(PAUSE)

    return pause
