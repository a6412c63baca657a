"""Steps that run an operation of the engine."""

from __future__ import annotations

from dataclasses import replace

from hypothesis.stateful import precondition

from tc_resources.testing.emulator import AnswerLost, ErrorCode, Fault
from tests.model.axes import (
    ANY_VALUE,
    CLOCKS,
    EITHER,
    HEEDINGS,
    PICKS,
    REFUSALS,
    SOMETIMES,
    VALUES,
    WRITES,
    Choice,
    Death,
    Many,
)
from tests.model.behaviours import LAG
from tests.model.operations import GOOD, OTHER, another, declarable
from tests.model.rules.case import CHANGES, FEW_CHANGES, Case
from tests.model.stage import TIME
from tests.model.steps import rule
from tests.model.things import FACES, Declared, LimitIdentity, Managed, QuotaIdentity, Setting, chosen


class RunRules(Case):
    """Operations."""

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(refresh=SOMETIMES)
    def preview(self, refresh: bool) -> None:
        self.run_preview(refresh=refresh)

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._unmanaged())
    @rule(pick=PICKS, value=VALUES, adopt=SOMETIMES, face=Choice(*FACES))
    def preview_of_a_conflict(self, pick: int, value: int, adopt: bool, face: str) -> None:
        """Others have what the program declares anew, with another value."""
        identity = chosen(self._unmanaged(), pick)
        self._put(identity, Setting(value))
        self.program.append(Declared(self._fresh_name(), identity, value + OTHER, adopt=adopt, face=face))
        self.run_preview(refresh=False)

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(heeding=HEEDINGS)
    def up(self, heeding: str | None) -> None:
        self.heed(heeding)
        self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self.program)
    @rule(pick=PICKS, value=Choice(100, 250, 500, 0, 0), heeding=HEEDINGS, clock=CLOCKS, moves=EITHER)
    def up_and_refresh(
        self, pick: int, value: int, heeding: str | None, clock: float = 0.0, *, moves: bool = False
    ) -> None:
        """At once after something was written, while a listing may still show it as it was, or never a cap of 0.

        Another machine, or this one that was set meanwhile, may have another clock.
        """
        declared = chosen(self.program, pick)
        off = value == 0 and isinstance(declared.identity, QuotaIdentity)
        changed = 0 if off else another(max(value, 100), {declared.value})
        self.edit(declared, value=changed, adopt=True, allow_below_usage=True)
        self.heed(heeding)
        self.run_up()
        TIME.set_off(clock)
        if moves:
            self.change_machine()
        self.run_refresh()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self.program and self.stack)
    @rule(pick=PICKS, value=VALUES, call=Choice(1, 1, 2, 3), ends=EITHER)
    def killed_and_refresh(self, pick: int, value: int, call: int, *, ends: bool) -> None:
        """A provider dies right behind a call that no state has, while a listing may still show what was before."""
        declared = chosen(self.program, pick)
        self.edit(declared, value=another(value, {declared.value}), adopt=True, allow_below_usage=True)
        self._kill(Death("provider", "after"), call)
        if ends:
            self.run_destroy()
        else:
            self.run_up()
        self.run_refresh()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._settled_rows())
    @rule(pick=PICKS, value=VALUES, call=Choice(1, 1, 2, 3))
    def killed_and_back(self, pick: int, value: int, call: int) -> None:
        """A provider dies right behind a call that no state has, and then the program has what the state has."""
        self._smooth()
        if rows := self._settled_rows():
            declared = chosen(rows, pick)
            self.edit(declared, value=another(value, {declared.value}), adopt=True, allow_below_usage=True)
            self._kill(Death("provider", "after"), call)
            self.run_up()
            stored = {row.key: row.value for row in self.stack if declarable(row.identity, row.value)}
            for changed in [row for row in self.program if row.name == declared.name and row.key in stored]:
                self.edit(changed, value=stored[changed.key])
            self.run_up()

    @precondition(lambda self: self.changes >= CHANGES and self.program)
    @rule(pick=PICKS, value=VALUES)
    def up_with_a_twin(self, pick: int, value: int) -> None:
        """For once the program has a second resource for what it declares already."""
        declared = chosen(self.program, pick)
        twin = Declared(self._fresh_name(), declared.identity, value, adopt=True, face=declared.face)
        self.program.append(twin)
        self.run_up()
        self.program = [row for row in self.program if row.name != twin.name]

    @precondition(lambda self: self.changes >= CHANGES and self._settled_quotas())
    @rule(pick=PICKS, amount=Choice(110, 400), value=Choice(20, 120), code=REFUSALS)
    def up_unseen(self, pick: int, amount: int, value: int, code: str) -> None:
        """To a cap that may be below the usage, which cannot be looked at before the run."""
        declared = chosen(self._settled_quotas(), pick)
        self.use_all(amount)
        self.edit(declared, value=value, allow_below_usage=False)
        self._face(ErrorCode(code), 1)
        self.run_up()

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(heeding=HEEDINGS)
    def up_with_refresh(self, heeding: str | None) -> None:
        self.heed(heeding)
        self.run_up(refresh=True)

    @precondition(lambda self: self.changes >= CHANGES and self.program)
    @rule(pick=PICKS, refresh=EITHER, heeding=HEEDINGS)
    def up_with_replace(self, pick: int, refresh: bool, heeding: str | None) -> None:
        self.heed(heeding)
        self.run_up(refresh=refresh, again=[chosen(self.program, pick)])

    @precondition(lambda self: self.changes >= CHANGES and self.program)
    @rule(pick=PICKS, value=ANY_VALUE, adopt=SOMETIMES)
    def up_beside_others(self, pick: int, value: int | None, adopt: bool) -> None:
        """Others set or end what the program declares last, in the middle of the up."""
        declared = chosen(self.program, pick)
        self.edit(declared, late=True, adopt=adopt)
        if declared.identity in self.late():
            usage = self.service.get(declared.identity, Setting(0)).usage
            self.meanwhile[declared.identity] = None if value is None else Setting(value, usage)
        self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self.program and self._unmanaged())
    @rule(pick=PICKS, value=VALUES, adopt=SOMETIMES, face=Choice(*FACES))
    def up_behind_others(self, pick: int, value: int, adopt: bool, face: str = "dynamic") -> None:
        """Others set what the program declares anew and last, where the up has read already that nothing is there."""
        self._smooth()
        identity = chosen(self._unmanaged(), pick)
        self._clear(identity)
        new = Declared(self._fresh_name(), identity, value + OTHER, adopt=adopt, late=True, face=face)
        self.program.append(new)
        for beside in self._beside(identity)[:1]:  # what is read for it tells of both
            self.program.append(Declared(self._fresh_name(), beside, value, adopt=True, face=face))
        self.meanwhile[identity] = Setting(value)
        self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._unmanaged())
    @rule(pick=PICKS, value=VALUES, face=Choice(*FACES), limits=EITHER)
    def up_behind_an_end(self, pick: int, value: int, face: str, *, limits: bool = False) -> None:
        """Others have just ended what the program declares anew with the same value, which may still show."""
        self._smooth()
        identity = chosen(self._unmanaged_lagging(limits=limits), pick)
        self._put(identity, Setting(value))
        self.stage.end(identity)
        del self.service[identity]
        self.writings.note(identity)
        self.program.append(Declared(self._fresh_name(), identity, value, face=face))
        self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._unmanaged())
    @rule(pick=PICKS, adopt=EITHER, face=Choice(*FACES), same=EITHER, limits=EITHER)
    def up_behind_a_creation(self, pick: int, adopt: bool, face: str, *, same: bool, limits: bool = False) -> None:
        """Others have just made what the program declares anew, which may not show yet."""
        self._smooth()
        identity = chosen(self._unmanaged_lagging(limits=limits), pick)
        self._clear(identity)
        self.stage.make(identity, GOOD)
        self.service[identity] = Setting(GOOD)
        self.writings.note(identity)
        wanted = GOOD if same else GOOD + OTHER
        self.program.append(Declared(self._fresh_name(), identity, wanted, adopt=adopt, face=face))
        self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._unmanaged_quotas())
    @rule(pick=PICKS, adopt=EITHER, face=Choice(*FACES), seen=EITHER)
    def up_behind_a_reset(self, pick: int, adopt: bool, face: str, *, seen: bool) -> None:
        """What was adopted goes back to what others had, and at once comes again, as its creation is not answered."""
        self._smooth()
        identity = chosen(self._unmanaged_quotas(), pick)
        self._put(identity, Setting(GOOD))
        adopted = Declared(self._fresh_name(), identity, GOOD + OTHER, adopt=True, face=face)
        self.program.append(adopted)
        self.run_up()
        TIME.sleep(2 * LAG)
        self.program = [row for row in self.program if row.name != adopted.name]
        self.run_up()
        self.program.append(replace(adopted, name=self._fresh_name(), adopt=adopt))
        self.stage.meddler.read = None if seen else set()
        self.stage.emulator.script(Fault(AnswerLost(), "CreateAigcQuota"))
        self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._settled_rows())
    @rule(pick=PICKS, code=REFUSALS)
    def end_refused(self, pick: int, code: str) -> None:
        """What the program has no more is there, and to end it is refused."""
        self._forget_troubles()
        removed = chosen(self._settled_rows(), pick)
        self.program.remove(removed)
        self.codes.add(code)
        ends = [Fault(ErrorCode(code), action) for action in ("DeleteAigcQuota", "ModifyAigcQuota")]
        self.stage.emulator.script(Fault(ErrorCode(code), WRITES[0], when={"Enabled": "off"}), *ends)
        self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._lagging())
    @rule(pick=PICKS, value=VALUES)
    def up_and_back(self, pick: int, value: int) -> None:
        """A value is changed, and at once changed back, so that a listing that lags shows it as it is to be."""
        self._forget_troubles()
        TIME.sleep(2 * LAG)
        declared = chosen(self._lagging(), pick)
        self.edit(declared, value=value + OTHER)
        self.run_up()
        for changed in [row for row in self.program if row.key == declared.key]:
            self.edit(changed, value=declared.value)
            self.run_up()

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._unmanaged())
    @rule(pick=PICKS, value=VALUES, adopt=SOMETIMES, face=Choice(*FACES), there=EITHER, times=Choice(0, 2, 3))
    def up_throttled(
        self, pick: int, value: int, adopt: bool, face: str = "dynamic", *, there: bool = True, times: int = 0
    ) -> None:
        """What is there already is taken over, or made, and others set it while the write of that is throttled.

        So many listings of a zone do not show it, so that what a read of a limit alone showed counts.
        """
        self._smooth()
        free = self._unmanaged()
        limits = [identity for identity in free if isinstance(identity, LimitIdentity)]  # to create a quota tells
        identity = chosen(free if there else limits or free, pick)
        self._clear(identity)
        if there:
            self._put(identity, Setting(value))
        self.program.append(Declared(self._fresh_name(), identity, value, adopt=adopt, face=face))
        self.jammed = {identity: Setting(value + OTHER)}
        self.stage.jam(identity, self.jammed[identity])
        self.stage.meddler.overlooked += times
        self.run_up()

    @precondition(lambda self: self.changes >= CHANGES and self._shifting())
    @rule(pick=PICKS, value=VALUES, adopt=SOMETIMES)
    def up_where_pages_shift(self, pick: int, value: int, adopt: bool) -> None:
        """And somebody's limit is among the rows, which the program declares too."""
        if not self.stage.meddler.shift:
            self.stage.shift_pages()
        identity = chosen(self._shifting(), pick)
        self._put(identity, Setting(value))
        self.program.append(Declared(self._fresh_name(), identity, value + OTHER, adopt=adopt))
        self.run_up()

    @precondition(lambda self: self.changes >= CHANGES and self.program and self.whole())
    @rule(picks=Many(PICKS, 1, 3), mode=Choice("target", "exclude"))
    def up_in_part(self, picks: list[int], mode: str) -> None:
        """With --target or --exclude."""
        rows: list[Declared | Managed] = [*self.program, *self.stack]
        self.run_part(**{mode: [chosen(rows, pick) for pick in picks]})

    @precondition(lambda self: self.changes >= FEW_CHANGES and self._settled_rows() and self.whole())
    @rule(pick=PICKS, mode=Choice("target", "exclude"))
    def rename_in_part(self, pick: int, mode: str) -> None:
        """An up that is about the old name of what the program has under a new one, and not about the new one."""
        declared = chosen(self._settled_rows(), pick)
        old = next(row for row in self._settled() if row.identity == declared.identity)
        name = self._fresh_name()
        self.edit(declared, name=name, former=(), moved=False)
        renamed = [row for row in self.program if row.name == name]
        self.run_part(**{mode: [old] if mode == "target" else renamed})

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(heeding=HEEDINGS)
    def up_on_errors(self, heeding: str | None) -> None:
        """With --continue-on-error."""
        self.heed(heeding)
        self.run_up(continue_on_error=True)

    @precondition(lambda self: self.changes >= CHANGES and self._settled_quotas())
    @rule(pick=PICKS, code=REFUSALS)
    def rename_on_errors(self, pick: int, code: str) -> None:
        """What cannot be created under its new name, with --continue-on-error."""
        declared = chosen(self._settled_quotas(), pick)
        self.edit(declared, name=self._fresh_name(), former=(), moved=False)
        self.codes.add(code)
        self.stage.emulator.script(
            *(Fault(ErrorCode(code), action) for action in ("CreateAigcQuota", "ModifyAigcQuota"))
        )
        self.run_up(continue_on_error=True)

    @precondition(lambda self: self.changes >= CHANGES and len(self._settled_rows()) > 1)
    @rule(pick=PICKS, code=REFUSALS)
    def rename_behind_an_error(self, pick: int, code: str) -> None:
        """What waits for a resource that fails is not declared at all, with --continue-on-error."""
        declared, failing = (chosen(self._settled_rows(), place) for place in (pick, pick + 1))
        self.edit(declared, name=self._fresh_name(), former=(), moved=False, late=True, applied=True)
        self.edit(failing, value=failing.value + OTHER, late=False)
        self.codes.add(code)
        of_quotas = isinstance(failing.identity, QuotaIdentity)
        actions = ("CreateAigcQuota", "ModifyAigcQuota") if of_quotas else ("ModifyPrefetchOriginLimit",)
        self.stage.emulator.script(*(Fault(ErrorCode(code), action) for action in actions))
        self.run_up(continue_on_error=True)
        self.program = [replace(row, applied=False) for row in self.program]

    @precondition(lambda self: self.changes >= CHANGES and self.stack)
    @rule()
    def refresh(self) -> None:
        self.run_refresh()

    @precondition(lambda self: self.changes >= CHANGES and self._settled())
    @rule(pick=PICKS)
    def mistake(self, pick: int) -> None:
        """An import with an id and inputs of two settings, and a destroy."""
        self.spoilt = None
        self.run_mistaken(chosen(self._settled(), pick))

    @precondition(lambda self: self.changes >= CHANGES and len(self.stack) > 2)
    @rule()
    def destroy(self) -> None:
        self.run_destroy()
