"""Scripted faults: what goes wrong with the next calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True)
class ErrorCode:
    """The call is refused with this code and message, and changes nothing."""

    code: str
    message: str = "This error was scripted."


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


@dataclass(frozen=True)
class Overlooked:
    """The call is applied, and where it lists rows, its answer lacks them all: it comes from where none show yet."""


Kind = ErrorCode | RequestLost | AnswerLost | Html | Slow | Overlooked


@dataclass(frozen=True)
class Fault:
    """What happens to the next `times` calls of `action`, or of any action, that have the parameters of `when`."""

    kind: Kind
    action: str | None = None
    times: int = 1
    when: Mapping[str, object] = field(default_factory=dict)

    def meets(self, action: str, params: Mapping[str, object]) -> bool:
        """Whether it is meant for this call, which may have other parameters besides."""
        return self.action in (None, action) and self.when.items() <= params.items()


class Script:
    """The faults still to come; each call takes the first one that is meant for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pending: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        """Each fault as often as its `times`, after those that are there."""
        with self._lock:
            self._pending += [fault for fault in faults for _ in range(fault.times)]

    @property
    def pending(self) -> list[Fault]:
        """Those that no call has met, one for each time."""
        with self._lock:
            return list(self._pending)

    def clear(self) -> None:
        """Forget those that no call has met."""
        with self._lock:
            self._pending.clear()

    def take(self, action: str, params: Mapping[str, object]) -> Kind | None:
        """What goes wrong with this call, None where nothing does; that fault is used up."""
        with self._lock:
            for index, fault in enumerate(self._pending):
                if fault.meets(action, params):
                    del self._pending[index]
                    return fault.kind
        return None


def check_actions(faults: Iterable[Fault], known: Collection[str]) -> None:
    """Raises ValueError for a fault that no call can meet, since its action is not among the known ones."""
    for fault in faults:
        if fault.action is not None and fault.action not in known:
            raise ValueError(f"There is no action {fault.action!r}; there are {', '.join(sorted(known))}.")
