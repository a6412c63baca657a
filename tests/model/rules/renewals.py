"""Steps that set anew what is there: a quota for its next period, or a limit that cannot be overwritten."""

from __future__ import annotations

from typing import Any

from hypothesis.stateful import precondition

from tc_resources.testing.emulator import AnswerLost, ErrorCode, Fault, Slow
from tests.model.axes import EITHER, MAYBE_REFUSED, PERIODS, PICKS, REFUSALS, UNCLEAR, WRITES, Choice
from tests.model.behaviours import LAG, MOST
from tests.model.operations import OTHER, another
from tests.model.rules.case import CHANGES, FEW_CHANGES, Case
from tests.model.stage import TIME
from tests.model.steps import rule
from tests.model.things import chosen

TRIES = Choice(0, 1, 2, 4, 4, 6, 6, 6)
ONE_OR_NONE = Choice(*range(6), *[None] * 2)
RENEWING = Choice("CreateAigcQuota", "DeleteAigcQuota")


class RenewalRules(Case):
    """Renewals."""

    def declare_renewal(self, pick: int, **changes: Any) -> bool:
        """Whether there is a quota of a period, whose next one the program has then."""
        declared = chosen(self._settled_quotas(), pick)
        _, first, second, *_ = PERIODS.alternatives
        self.edit(declared, period=first)
        self.run_up()
        due = [row for row in self._settled_quotas() if row.key == declared.key]
        for row in due:
            self.edit(row, period=second, **changes)
        return bool(due)

    def _refusing(self) -> bool:
        return self.behaviour.existing_limit == "refuses"

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._settled_quotas())
    @rule(pick=PICKS, action=RENEWING, fault=UNCLEAR, times=Choice(*range(4)), code=MAYBE_REFUSED)
    def renew_in_trouble(self, pick: int, action: str, fault: Any, times: int, code: str | None) -> None:
        """Calls between the halves of a renewal meet faults, or none, and perhaps a refusal after them."""
        if self.declare_renewal(pick):
            asking = [Fault(Slow(0.0), action)] if action == "CreateAigcQuota" else []
            faults = [Fault(fault, action, times)] if times else []
            refusals = [Fault(ErrorCode(code), action)] if code else []
            self.codes |= {code} if code else set()
            self.stage.emulator.script(*asking, *faults, *refusals)
            self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._settled_quotas())
    @rule(pick=PICKS, action=RENEWING, code=REFUSALS, times=Choice(1, 1, 2))
    def renew_refused(self, pick: int, action: str, code: str, times: int) -> None:
        """What was taken away is refused to be made anew, or what may be so, to be taken away."""
        if self.declare_renewal(pick):
            before = AnswerLost() if action == "DeleteAigcQuota" else Slow(0.0)
            self.codes.add(code)
            self.stage.emulator.script(Fault(before, action), Fault(ErrorCode(code), action, times))
            self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._refusing() and self._settled_limits())
    @rule(pick=PICKS, value=Choice(100, 250), code=REFUSALS)
    def set_anew_refused(self, pick: int, value: int, code: str) -> None:
        """What can be changed only by setting it anew is so twice in a row, and the second value is refused then."""
        self._smooth()
        if limits := self._settled_limits():
            declared = chosen(limits, pick)
            first = another(value, {declared.value})
            second = {"Bandwidth": another(first, {declared.value, first})}
            self.edit(declared, value=first, adopt=True)
            self.run_up()
            for changed in [row for row in self.program if row.key == declared.key]:
                self.edit(changed, value=second["Bandwidth"])
            self.codes.add(code)
            refusal = Fault(ErrorCode(code), WRITES[0], when=second)
            self.stage.emulator.script(Fault(Slow(0.0), WRITES[0], when=second), refusal)
            self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._settled_quotas())
    @rule(pick=PICKS, call=Choice(*range(2, 6)))
    def renew_without_the_engine(self, pick: int, call: int) -> None:
        """The engine is killed in the middle of a renewal, or about it."""
        if self.declare_renewal(pick):
            self.stage.kill_engine_at(call, both=False)
            self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self.behaviour.most_quota and self._settled_quotas())
    @rule(pick=PICKS, value=Choice(100, MOST + OTHER, MOST + OTHER))
    def renew_above_the_most(self, pick: int, value: int) -> None:
        """A new period comes with another value, which the account may not take."""
        if self.declare_renewal(pick, value=value):
            self.run_up()

    @precondition(lambda self: self.changes >= (FEW_CHANGES if self._settled_quotas() else CHANGES) and self.program)
    @rule(call=Choice(*range(1, 7)), period=PERIODS, pick=ONE_OR_NONE, fault=UNCLEAR, times=TRIES, moves=EITHER)
    def up_beside_orphan(
        self, call: int, period: str | None, pick: int | None, fault: Any, times: int, *, moves: bool = False
    ) -> None:
        """The orphan renews one quota and nothing else, or all; it tries a creation again that meets a fault."""
        self.spoilt = None
        one = pick is not None and bool(self._settled_quotas()) and self.declare_renewal(pick)
        if not one:
            self.renew_all(period)
        TIME.sleep(2 * LAG)  # nothing waits for what was written before
        create, mine = "CreateAigcQuota", [{"QuotaLimit": declared.value} for declared in self._quotas()]
        asking = [Fault(Slow(0.0), create, when=when) for when in mine if one]
        faults = [Fault(fault, create, times, when) for when in mine if times]
        self.stage.emulator.script(*asking, *faults)
        self.run_beside_orphan(call, faults, moves=moves)
