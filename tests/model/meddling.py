"""What happens at the service in the middle of a run: others act, pages shift, and the engine may be killed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tc_resources.cloud.decision import FRESH
from tc_resources.cloud.errors import THROTTLED, TRANSIENT
from tc_resources.testing.emulator.faults import AnswerLost, ErrorCode, Html, Kind, Overlooked, RequestLost, Script
from tests.model import tally


@dataclass
class Jam:
    """A write is throttled for longer than what it was decided on may count, and others `act` behind its first try.

    Time may leap between a try's last look at its decision's age and its arrival: only what follows a try that itself
    came too late is let through, which has looked later than that.
    """

    action: str
    params: Mapping[str, object]
    act: Callable[[], object]
    now: Callable[[], float]
    since: float = 0.0
    """When that was, 0 before."""
    last: float = 0.0
    """When it was throttled last."""

    def meets(self, action: str, params: Mapping[str, object]) -> bool:
        if action != self.action or not self.params.items() <= params.items():
            return False
        if not self.since:
            self.since = self.now()
            self.act()
        now = self.now()
        if now >= self.since + 2 * FRESH and self.last >= self.since + FRESH:
            return False
        self.last = now
        return True


ENDLESS = 100
"""Readings of one zone or sub-application in one run: its time limit leaves a resource fifteen, at six seconds each."""


@dataclass
class Slowness:
    """Each reading of one zone or sub-application takes longer than what was read is known, until they are ENDLESS."""

    of: Mapping[str, object]
    sleep: Callable[[], object]
    readings: int = 0

    def meet(self, params: Mapping[str, object]) -> None:
        if self.of.items() <= {"Offset": None, **params}.items() and self.readings < ENDLESS:
            self.readings += 1
            self.sleep()


class Meddler(Script):
    """The script of an emulator, which also notes what calls have met, and acts between them."""

    def __init__(self) -> None:
        super().__init__()
        self.met: list[Kind] = []
        """The faults of this operation."""
        self.shift: Callable[[], object] | None = None
        """Done right before a further page of a listing is shown."""
        self.overlooked = 0
        """How many of the next listings of a zone lack all its rows; a read of some by themselves does not."""
        self.read: set[tuple[object, ...]] | None = None
        """The listings of quotas that were read, of which each lacks all its rows once; None: no one does."""
        self.jam: Jam | None = None
        self.slow: Slowness | None = None
        self._number = 0
        self._act: Callable[[], object] = self.forget

    def act_at(self, call: int, act: Callable[[], object]) -> None:
        """Do this right before that call of the operation, the first one is 1, is carried out."""
        self._number, self._act = call, act

    @property
    def acts(self) -> bool:
        """Whether something is still to be done."""
        return self._number > 0

    def forget(self) -> None:
        """A new operation begins."""
        self.met, self._number, self.overlooked, self.jam = [], 0, 0, None
        self.read = None
        self.slow = None

    def take(self, action: str, params: Mapping[str, object]) -> Kind | None:
        """What goes wrong with this call."""
        if self._number:
            self._number -= 1
            if not self._number:
                self._act()
        if self.slow:
            self.slow.meet(params)
        if self.shift and params.get("Offset"):
            self.shift()
        jammed = ErrorCode(THROTTLED) if self.jam and self.jam.meets(action, params) else None
        kind = jammed or super().take(action, params) or self._overlook(action, params)
        if kind:
            self.met.append(kind)
        return kind

    def _overlook(self, action: str, params: Mapping[str, object]) -> Kind | None:
        if action == "DescribePrefetchOriginLimit" and "Filters" not in params and self.overlooked:
            self.overlooked -= 1
            tally.happened("a listing overlooks what is there")
            return Overlooked()
        if action == "DescribeAigcQuotas" and "ApiToken" not in params and self._is_first(params):
            tally.happened("a listing of quotas overlooks what is there")
            return Overlooked()
        return None

    def _is_first(self, params: Mapping[str, object]) -> bool:
        scope = (params.get("SubAppId"), params.get("QuotaType"))
        if self.read is None or scope in self.read:
            return False
        self.read.add(scope)
        return True


def unclear(kind: Kind) -> bool:
    """Whether a call that has met this may have been carried out."""
    if isinstance(kind, ErrorCode):
        return kind.code in TRANSIENT or kind.code.startswith(THROTTLED)
    return isinstance(kind, (AnswerLost, RequestLost, Html))
