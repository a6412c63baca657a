"""Steps that have the next operation meet faults and deaths."""

from __future__ import annotations

from typing import Any

from hypothesis.stateful import precondition

from tc_resources.testing.emulator import ErrorCode, Fault, Slow
from tests.model.axes import (
    ACTIONS,
    CLOCKS,
    FAULTS,
    MODES,
    MOMENTS,
    PASSING,
    PICKS,
    READS,
    REFUSALS,
    SPOILERS,
    VICTIMS,
    WRITES,
    Choice,
    Death,
    Many,
    Row,
)
from tests.model.rules.case import FEW_CHANGES, Case
from tests.model.stage import TIME
from tests.model.steps import rule
from tests.model.things import chosen


class TroubleRules(Case):
    """Faults and deaths."""

    @precondition(lambda self: self._may_be_troubled())
    @rule(faults=Many(Row(fault=PASSING, action=ACTIONS, times=Choice(1, 2)), 1, 3))
    def disturb(self, faults: list[tuple[Any, str, int]]) -> None:
        self.troubles += 1
        for fault in faults:
            self.stage.emulator.script(Fault(*fault))

    @precondition(lambda self: self._may_be_troubled())
    @rule(code=REFUSALS, action=Choice(*WRITES, *READS, *READS), after=Choice(0, 0, 0, 1, 2))
    def refuse(self, code: str, action: str, after: int) -> None:
        """A later call of an action, perhaps."""
        self.troubles += 1
        self.codes.add(code)
        passed = [Fault(Slow(0.0), action)] * after
        self.stage.emulator.script(*passed, Fault(ErrorCode(code), action))

    @precondition(lambda self: self._may_be_troubled())
    @rule(call=Choice(*range(1, 7)), moment=MOMENTS, who=VICTIMS)
    def kill(self, call: int, moment: str, who: str) -> None:
        """The provider, the engine or both."""
        self.troubles += 1
        self._kill(Death(who, moment), call)

    @precondition(lambda self: self._may_be_troubled())
    @rule(times=Choice(1, 2, 3))
    def overlook(self, times: int) -> None:
        """Listings of zones come from where nothing shows yet."""
        self.stage.meddler.overlooked = times

    @precondition(lambda self: self._may_be_troubled() and self.stage.meddler.read is None)
    @rule()
    def overlook_quotas(self) -> None:
        """Each listing of quotas once: of one without a token there is no other, so that two in a row are believed."""
        self.stage.meddler.read = set()

    @precondition(lambda self: not self.changes)
    @rule(seconds=CLOCKS)
    def set_clock(self, seconds: float) -> None:
        """The machine's is, from the next run on, so far ahead of the service's."""
        TIME.set_off(seconds)

    @precondition(lambda self: self.program and not self.stage.meddler.slow)
    @rule(pick=PICKS)
    def slow_down(self, pick: int) -> None:
        """The readings of what the program declares."""
        self.stage.slow_down(chosen(self.program, pick).identity)

    @precondition(lambda self: self.changes >= FEW_CHANGES and self.program and not self.troubles)
    @rule(rows=Many(Row(mode=Choice(*MODES), fault=Choice(*FAULTS), call=Choice(1, 1, 2, 3), pick=PICKS), 1, 3))
    def trouble(self, rows: list[tuple[str, str, int, int]]) -> None:
        """Operations, each of which meets a fault if it makes so many calls."""
        for mode, fault, call, pick in rows:
            self._face(FAULTS[fault], call)
            self.run_mode(mode, pick)

    @precondition(lambda self: self.program and not self.troubles)
    @rule(kind=SPOILERS)
    def spoil(self, kind: str | None) -> None:
        """What the processes of a run share, for the next one."""
        self.spoilt = kind
