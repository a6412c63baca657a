"""Scripted faults: what goes wrong with the next calls."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class ErrorCode:
    """The call is refused with this code and changes nothing."""

    code: str


@dataclass(frozen=True)
class RequestLost:
    """The connection breaks before the call is applied."""


@dataclass(frozen=True)
class AnswerLost:
    """The call is applied, and the connection breaks instead of an answer."""


@dataclass(frozen=True)
class Html:
    """A page of some proxy answers in the service's place, with this HTTP status; the call changes nothing."""

    status: int = 503


@dataclass(frozen=True)
class Slow:
    """The call is applied, and answered so many seconds later."""

    seconds: float


Kind = ErrorCode | RequestLost | AnswerLost | Html | Slow


@dataclass(frozen=True)
class Fault:
    """What happens to the next `times` calls of `action`, or of any action."""

    kind: Kind
    action: str | None = None
    times: int = 1


class Script:
    """The faults still to come; each call takes the first one that is meant for its action."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pending: list[tuple[str | None, Kind]] = []

    def add(self, *faults: Fault) -> None:
        with self._lock:
            self._pending += [(fault.action, fault.kind) for fault in faults for _ in range(fault.times)]

    def take(self, action: str) -> Kind | None:
        with self._lock:
            for index, (meant, kind) in enumerate(self._pending):
                if meant in (None, action):
                    del self._pending[index]
                    return kind
        return None
