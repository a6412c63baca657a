"""The machine: random programs and edits, a service that others use too, faults and deaths, and the operations.

After each operation a judge compares the outcome with the model's. A run that it condemns is printed as a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import precondition, run_state_machine_as_test

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator import ErrorCode, Fault, Slow
from tests.model import tally
from tests.model.axes import (
    ACTIONS,
    ANY_VALUE,
    EITHER,
    FAULTS,
    HEEDINGS,
    INSTANCES,
    MODES,
    MOMENTS,
    ONE_OR_ALL,
    PASSING,
    PERIODS,
    PICKS,
    READS,
    REFUSALS,
    SOMETIMES,
    SPOILERS,
    SURROUNDINGS,
    VALUES,
    VICTIMS,
    WRITES,
    Choice,
    Death,
    Many,
    Row,
    Spoiling,
    Surroundings,
    Trouble,
    Ways,
)
from tests.model.operations import OTHER, Operations, another, chosen
from tests.model.steps import initialize, rule
from tests.model.tally import LOSSES, TALLY, Lost
from tests.model.things import (
    FACES,
    ODD,
    OURS,
    SHIFTING,
    Declared,
    Identity,
    LimitIdentity,
    Managed,
    QuotaIdentity,
    Setting,
)

MOST = 6
"""Resources of a program."""
CHANGES, FEW_CHANGES = 5, 2
"""Steps between two operations, and before those that meet faults, at the least."""
SETTINGS = settings(
    max_examples=12,  # the first one of them has the first alternative of everything
    stateful_step_count=80,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Machine(Operations):
    """One stack on one account, from nothing to its destroy."""

    def __init__(self) -> None:
        super().__init__()
        TALLY["cases"] += 1
        self.story: list[str] = []
        self.lost = False
        self.named = 0

    @contextmanager
    def told(self) -> Iterator[None]:
        """What goes wrong here is kept with all the steps that have led to it, and ends the run."""
        try:
            yield
        except Exception as error:
            self.lost = True
            LOSSES.append(Lost(f"{type(error).__name__}: {error}", self.story))
            raise

    @initialize(
        behaviour=Ways(),
        surroundings=SURROUNDINGS,
        face=Choice(*FACES),
        period=PERIODS,
        program=Many(Row(pick=PICKS, value=VALUES), 1, MOST, unique=True),
    )
    def begin(
        self,
        behaviour: dict[str, Any],
        surroundings: Surroundings,
        period: str | None,
        program: list[tuple[int, int]],
        face: str = "dynamic",
    ) -> None:
        self.program = [
            Declared(self._fresh_name(), OURS[pick], value, period=period, face=face) for pick, value in program
        ]
        self.open(Behaviour(**behaviour), surroundings)

    # The program.

    @precondition(lambda self: len(self.program) < MOST)
    @rule(pick=PICKS, value=VALUES, adopt=SOMETIMES, instance=INSTANCES, twice=Choice(*range(16)), face=Choice(*FACES))
    def declare(
        self, pick: int, value: int, adopt: bool, instance: str | None, twice: int, face: str = "dynamic"
    ) -> None:
        spared = face if twice == 1 else None  # neither face is told who declares the same in the other one
        taken = [declared.identity for declared in self.program if declared.face != spared]
        identity = chosen([identity for identity in OURS if identity not in taken], pick)
        self.program.append(Declared(self._fresh_name(), identity, value, adopt=adopt, instance=instance, face=face))

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, value=Choice(100, 250, 500, 120, 1000))
    def change(self, pick: int, value: int) -> None:
        self.edit(chosen(self.program, pick), value=value)

    @precondition(lambda self: self._quotas())
    @rule(pick=PICKS, value=Choice(0, 7, 20))
    def throttle(self, pick: int, value: int) -> None:
        self.edit(chosen(self._quotas(), pick), value=value)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, adopt=EITHER, allow_below_usage=EITHER)
    def permit(self, pick: int, adopt: bool, allow_below_usage: bool) -> None:
        self.edit(chosen(self.program, pick), adopt=adopt, allow_below_usage=allow_below_usage)

    @precondition(lambda self: self._quotas())
    @rule(pick=PICKS, reset_limit=Choice(None, 0, 9))
    def reset(self, pick: int, reset_limit: int | None) -> None:
        self.edit(chosen(self._quotas(), pick), reset_limit=reset_limit)

    @precondition(lambda self: self._quotas())
    @rule(pick=ONE_OR_ALL, period=PERIODS)
    def renew(self, pick: int | None, period: str | None) -> None:
        """Of one quota, or of all, as where the program takes the month."""
        if pick is None:
            self.renew_all(period)
        else:
            self.edit(chosen(self._quotas(), pick), period=period)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, alias=EITHER, value=ANY_VALUE)
    def rename(self, pick: int, alias: bool, value: int | None) -> None:
        old = chosen(self.program, pick)
        former = (old.name, *old.former) if alias else ()
        self.edit(chosen(self.program, pick), name=self._fresh_name(), former=former, value=value or old.value)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, to=PICKS, value=ANY_VALUE)
    def move(self, pick: int, to: int, value: int | None) -> None:
        old = chosen(self.program, pick)
        taken = [declared.identity for declared in self.program]
        free = [identity for identity in OURS if identity.kind == old.identity.kind and identity not in taken]
        if free:
            self.edit(chosen(self.program, pick), identity=chosen(free, to), value=value or old.value)

    @precondition(lambda self: len(self.program) > 1)
    @rule(pick=PICKS, other=PICKS)
    def swap(self, pick: int, other: int) -> None:
        one, two = pick % len(self.program), other % len(self.program)
        first, second = self.program[one].identity, self.program[two].identity
        if first.kind == second.kind:
            self.edit(self.program[one], identity=second)
            self.edit(self.program[two], identity=first)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, instance=INSTANCES)
    def entrust(self, pick: int, instance: str | None) -> None:
        self.edit(chosen(self.program, pick), instance=instance)

    @precondition(lambda self: self.program)
    @rule(pick=ONE_OR_ALL, face=Choice(*FACES), alias=EITHER)
    def transfer(self, pick: int | None, face: str, alias: bool) -> None:
        """To a face, perhaps from the other one: of one resource, or of all."""
        ids = [declared.identity for declared in self.program]
        for declared in [*self.program] if pick is None else [chosen(self.program, pick)]:
            if declared.face != face and ids.count(declared.identity) == 1:
                self.edit(declared, face=face, moved=alias)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, late=Choice(True, True, False))
    def delay(self, pick: int, late: bool) -> None:
        """It waits for something slow, or not any more."""
        self.edit(chosen(self.program, pick), late=late)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS)
    def remove(self, pick: int) -> None:
        self.program.remove(chosen(self.program, pick))

    # The service, which others use too.

    @precondition(lambda self: self._in_force())
    @rule(pick=PICKS, value=Choice(100, 250, 500, 50, 200_000))
    def drift(self, pick: int, value: int) -> None:
        """To any value, also one that no program may ask for."""
        identity = chosen(self._in_force(), pick)
        self._put(identity, self.service[identity]._replace(value=value))
        if isinstance(identity, LimitIdentity) and value in (50, 200_000):
            tally.happened("Mbps out of range set by others")

    @precondition(lambda self: self._in_force() and "vanish" not in self.story[-1])
    @rule(pick=PICKS)
    def vanish(self, pick: int) -> None:
        identity = chosen(self._in_force(), pick)
        self.stage.drop(identity)
        del self.service[identity]

    @precondition(lambda self: "appear" not in self.story[-1])
    @rule(pick=PICKS, value=VALUES, usage=Choice(0, 30))
    def appear(self, pick: int, value: int, usage: int) -> None:
        identity = chosen(OURS, pick)
        if identity not in self.service:
            self._put(identity, Setting(value, usage if isinstance(identity, QuotaIdentity) else 0))

    @precondition(lambda self: self._counting())
    @rule(amount=Choice(10, 110, 400))
    def use(self, amount: int) -> None:
        self.use_all(amount)

    def use_all(self, amount: int) -> None:
        for identity in self._counting():
            setting = self.service[identity]
            self._put(identity, setting._replace(usage=setting.usage + amount))

    @precondition(lambda self: self.late())
    @rule(pick=PICKS, value=ANY_VALUE)
    def meddle(self, pick: int, value: int | None) -> None:
        """Others set or end something in the middle of the next up, before it is this one's turn."""
        identity = chosen(self.late(), pick)
        usage = self.service.get(identity, Setting(0)).usage
        self.meanwhile[identity] = None if value is None else Setting(value, usage)

    @precondition(lambda self: not self.odd)
    @rule(often=Choice(*range(6)))
    def confuse(self, often: int) -> None:
        """A row of an area that there is none of."""
        if not often:
            self.odd = True
            self.stage.put(ODD, Setting(300))
            tally.happened("an odd row is there")

    @precondition(lambda self: not self.stage.meddler.shift)
    @rule()
    def shift(self) -> None:
        """From now on pages shift."""
        self.stage.shift_pages()

    # Faults and deaths, for the next operation.

    @precondition(lambda self: self._may_be_troubled())
    @rule(faults=Many(Row(fault=PASSING, action=ACTIONS, times=Choice(1, 2)), 1, 3))
    def disturb(self, faults: list[tuple[Any, str, int]]) -> None:
        self.troubles += 1
        for fault in faults:
            self.stage.emulator.script(Fault(*fault))

    @precondition(lambda self: self._may_be_troubled())
    @rule(
        code=REFUSALS,
        action=Choice(*WRITES, *READS, *READS),
        after=Choice(0, 0, 0, 1, 2),
    )
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

    @precondition(lambda self: self.changes >= FEW_CHANGES and self.program and not self.troubles)
    @rule(
        rows=Many(Row(mode=Choice(*MODES), fault=Choice(*FAULTS), call=Choice(1, 1, 2, 3), pick=PICKS), 1, 3),
    )
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

    # The operations, each after some changes.

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(refresh=SOMETIMES)
    def preview(self, refresh: bool) -> None:
        self.run_preview(refresh=refresh)

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(heeding=HEEDINGS)
    def up(self, heeding: str | None) -> None:
        self.heed(heeding)
        self.run_up()

    @precondition(lambda self: self.changes >= CHANGES and self.program)
    @rule(pick=PICKS, value=VALUES, heeding=HEEDINGS)
    def up_and_refresh(self, pick: int, value: int, heeding: str | None) -> None:
        """At once after something was written, while a listing may still show it as it was."""
        declared = chosen(self.program, pick)
        self.edit(declared, value=another(value, {declared.value}), adopt=True, allow_below_usage=True)
        self.heed(heeding)
        self.run_up()
        self.run_refresh()

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

    @precondition(lambda self: self.changes >= CHANGES and self.program and self._unmanaged())
    @rule(pick=PICKS, value=VALUES, adopt=SOMETIMES, face=Choice(*FACES))
    def up_behind_others(self, pick: int, value: int, adopt: bool, face: str = "dynamic") -> None:
        """Others set what the program declares anew and last, where the up has read already that nothing is there."""
        identity = chosen(self._unmanaged(), pick)
        if identity in self.service:
            self.stage.drop(identity)
            del self.service[identity]
        new = Declared(self._fresh_name(), identity, value + OTHER, adopt=adopt, late=True, face=face)
        self.program.append(new)
        self.meanwhile[identity] = Setting(value)
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

    @precondition(lambda self: self.changes >= CHANGES and self.program)
    @rule(call=Choice(*range(1, 7)), period=PERIODS, times=Choice(*range(7)))
    def up_beside_orphan(self, call: int, period: str | None, times: int) -> None:
        """The orphan renews, and tries again where the service has a fault."""
        self.spoilt = None
        self.renew_all(period)
        self.stage.emulator.script(Fault(ErrorCode("InternalError"), "CreateAigcQuota", times or 1))
        self.run_beside_orphan(call)

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

    def teardown(self) -> None:
        """Every run comes to a good end."""
        try:
            if not self.lost:
                self.story.append("machine.teardown()")
                with self.told():
                    self.run_to_the_end()
        finally:
            self.stage.close()

    def _face(self, fault: Trouble, call: int) -> None:
        """Have this call of the next operation meet the fault."""
        if isinstance(fault, Spoiling):
            self.spoilt = fault.kind
        elif isinstance(fault, Death):
            self._kill(fault, call)
        else:
            if isinstance(fault, ErrorCode) and fault.code in REFUSALS.alternatives:
                self.codes.add(fault.code)
            self.stage.emulator.script(*[Fault(Slow(0.0))] * (call - 1), Fault(fault))

    def _kill(self, death: Death, call: int) -> None:
        if death.who == "provider":
            self.stage.kill_at(call, death.moment)
        else:
            self.stage.kill_engine_at(call, both=death.who == "both")

    def renew_all(self, period: str | None) -> None:
        for declared in self._quotas():
            self.edit(declared, period=period)

    def _fresh_name(self) -> str:
        self.named += 1
        return f"r{self.named}"

    def _quotas(self) -> list[Declared]:
        return [declared for declared in self.program if isinstance(declared.identity, QuotaIdentity)]

    def _settled_quotas(self) -> list[Declared]:
        """Those of the program that the stack has already."""
        there = {row.identity for row in self._settled()}
        return [declared for declared in self._quotas() if declared.identity in there]

    def _unmanaged(self) -> list[Identity]:
        """What neither the program nor the stack has, where there is room for more."""
        taken = {row.identity for row in self.program} | {row.identity for row in self.stack}
        return [identity for identity in OURS if identity not in taken] if len(self.program) < MOST else []

    def _shifting(self) -> list[Identity]:
        """Those of them whose rows are on the pages that may shift."""
        return [identity for identity in self._unmanaged() if identity[0] == SHIFTING[0].zone_id]

    def _settled(self) -> list[Managed]:
        """What one resource of the stack alone manages, and is not about to leave."""
        ids = [row.identity for row in self.stack]
        return [row for row in self.stack if not row.leaving and ids.count(row.identity) == 1]

    def _may_be_troubled(self) -> bool:
        return bool(self.program) and self.troubles < 2

    def _in_force(self) -> list[Identity]:
        return [identity for identity in OURS if identity in self.service]

    def _counting(self) -> list[Identity]:
        return [identity for identity in self._in_force() if isinstance(identity, QuotaIdentity)]

    def _put(self, identity: Identity, setting: Setting) -> None:
        self.stage.put(identity, setting)
        self.service[identity] = setting


def run_machine(seed: int, steps: int) -> None:
    """Runs until there are `steps` more of them, always the same for a seed. Raises the first loss."""
    run: Callable[..., None] = run_state_machine_as_test  # some versions of hypothesis have no types here
    target, losses = tally.steps() + steps, len(LOSSES)
    while tally.steps() < target:
        try:
            run(hypothesis.seed(seed)(Machine), settings=SETTINGS)
        except Flaky:  # processes take their own time, so what was drawn before may lead elsewhere
            if len(LOSSES) > losses:
                raise
        seed += 1
