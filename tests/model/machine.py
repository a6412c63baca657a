"""The machine: random programs and edits, a service that others use too, faults and deaths, and the operations.

After each operation a judge compares the outcome with the model's. A run that it condemns is printed as a program.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator import AnswerLost, ErrorCode, Fault, Html, RequestLost, Slow
from tests.model import tally
from tests.model.behaviours import choices, drawn
from tests.model.operations import Operations, chosen
from tests.model.stage import Surroundings
from tests.model.tally import LOSSES, TALLY, Lost
from tests.model.things import ODD, OURS, Declared, Identity, LimitIdentity, Managed, QuotaIdentity, Setting

WRITES = ("ModifyPrefetchOriginLimit", "CreateAigcQuota", "ModifyAigcQuota", "DeleteAigcQuota")
READS = ("DescribePrefetchOriginLimit", "DescribeAigcQuotas")
CODES = ("InternalError", "RequestLimitExceeded", "FailedOperation.DBError", "ResourceUnavailable")
LOST = (AnswerLost(), AnswerLost(), RequestLost(), Html(503), Html(200))
LASTING = ("UnauthorizedOperation.CamUnauthorized", "ResourceNotFound.UserNotExist", "FailedOperation")
MISLEADING = ("InvalidParameterValue", "ResourceNotFound", "FailedOperation.PrefetchOriginLimitNotFound")
VICTIMS = ("provider", "provider", "engine", "engine", "both")
MOST = 6
"""Resources of a program."""
CHANGES = 5
"""Steps between two operations, at the least."""
SETTINGS = settings(
    max_examples=5,
    stateful_step_count=80,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

picks = st.integers(0, 9)
values = st.sampled_from([100, 250, 500])
"""Good for Mbps, images, seconds and tokens, and few, so that two are often the same."""
sometimes = st.sampled_from([False, False, False, True])
passing = st.sampled_from([*LOST, *LOST, *map(ErrorCode, CODES), Slow(0.02)])
actions = st.sampled_from([*WRITES, *WRITES, *READS])
heedings = st.sampled_from([None, "override", "satisfy"])
"""Whether the user has seen at a preview what an up would refuse, and what they did about it."""
periods = st.sampled_from([None, "2026-11", "2026-12", "2027-01"])
instances = st.sampled_from([None, "first", "second"])

Rule = TypeVar("Rule", bound=Callable[..., None])


def step(function: Rule) -> Rule:
    """Counts the step, and writes it down as a line of the program that repeats this run."""

    @functools.wraps(function)
    def taken(self: Machine, **drawn: Any) -> None:
        TALLY[f"step {function.__name__}"] += 1
        arguments = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
        self.story.append(f"machine.{function.__name__}({arguments})")
        self.changes += 1
        with self.told():
            function(self, **drawn)

    return taken  # type: ignore[return-value]


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
        behaviour=st.integers(0, 2**32).map(drawn),
        surroundings=st.builds(
            Surroundings,
            st.sampled_from(["127.0.0.1", "localhost"]),
            st.sampled_from(["utf-8", "latin-1"]),
            st.booleans(),
        ),
        period=periods,
        program=st.lists(st.tuples(picks, values), min_size=1, max_size=MOST, unique_by=lambda row: row[0]),
    )
    @step
    def begin(
        self,
        behaviour: dict[str, Any],
        surroundings: Surroundings,
        period: str | None,
        program: list[tuple[int, int]],
    ) -> None:
        self.program = [Declared(self._fresh_name(), OURS[pick], value, period=period) for pick, value in program]
        self.open(Behaviour(**behaviour), surroundings)
        TALLY.update(f"behaviour {name} {value}" for name, value in choices(self.behaviour).items())
        TALLY.update([f"axis endpoint {surroundings.host}", f"axis encoding {surroundings.encoding}"])
        TALLY["axis flags before the address"] += surroundings.flags

    # The program.

    @precondition(lambda self: len(self.program) < MOST)
    @rule(pick=picks, value=values, adopt=sometimes, instance=instances, twice=st.integers(0, 15))
    @step
    def declare(self, pick: int, value: int, adopt: bool, instance: str | None, twice: int) -> None:
        taken = [] if twice == 1 else [declared.identity for declared in self.program]
        identity = chosen([identity for identity in OURS if identity not in taken], pick)
        self.program.append(Declared(self._fresh_name(), identity, value, adopt=adopt, instance=instance))

    @precondition(lambda self: self.program)
    @rule(pick=picks, value=st.sampled_from([100, 250, 500, 120, 1000]))
    @step
    def change(self, pick: int, value: int) -> None:
        self.edit(chosen(self.program, pick), value=value)

    @precondition(lambda self: self._quotas())
    @rule(pick=picks, value=st.sampled_from([0, 7, 20]))
    @step
    def throttle(self, pick: int, value: int) -> None:
        self.edit(chosen(self._quotas(), pick), value=value)

    @precondition(lambda self: self.program)
    @rule(pick=picks, adopt=st.booleans(), allow_below_usage=st.booleans())
    @step
    def permit(self, pick: int, adopt: bool, allow_below_usage: bool) -> None:
        self.edit(chosen(self.program, pick), adopt=adopt, allow_below_usage=allow_below_usage)

    @precondition(lambda self: self._quotas())
    @rule(pick=picks, reset_limit=st.sampled_from([None, 0, 9]))
    @step
    def reset(self, pick: int, reset_limit: int | None) -> None:
        self.edit(chosen(self._quotas(), pick), reset_limit=reset_limit)

    @precondition(lambda self: self._quotas())
    @rule(pick=st.none() | picks, period=periods)
    @step
    def renew(self, pick: int | None, period: str | None) -> None:
        """Of one quota, or of all, as where the program takes the month."""
        if pick is None:
            self.renew_all(period)
        else:
            self.edit(chosen(self._quotas(), pick), period=period)

    @precondition(lambda self: self.program)
    @rule(pick=picks, alias=st.booleans(), value=st.none() | values)
    @step
    def rename(self, pick: int, alias: bool, value: int | None) -> None:
        old = chosen(self.program, pick)
        former = (old.name, *old.former) if alias else ()
        self.edit(chosen(self.program, pick), name=self._fresh_name(), former=former, value=value or old.value)

    @precondition(lambda self: self.program)
    @rule(pick=picks, to=picks, value=st.none() | values)
    @step
    def move(self, pick: int, to: int, value: int | None) -> None:
        old = chosen(self.program, pick)
        taken = [declared.identity for declared in self.program]
        free = [identity for identity in OURS if identity.kind == old.identity.kind and identity not in taken]
        if free:
            self.edit(chosen(self.program, pick), identity=chosen(free, to), value=value or old.value)

    @precondition(lambda self: len(self.program) > 1)
    @rule(pick=picks, other=picks)
    @step
    def swap(self, pick: int, other: int) -> None:
        one, two = pick % len(self.program), other % len(self.program)
        first, second = self.program[one].identity, self.program[two].identity
        if first.kind == second.kind:
            self.edit(self.program[one], identity=second)
            self.edit(self.program[two], identity=first)

    @precondition(lambda self: self.program)
    @rule(pick=picks, instance=instances)
    @step
    def entrust(self, pick: int, instance: str | None) -> None:
        self.edit(chosen(self.program, pick), instance=instance)

    @precondition(lambda self: self.program)
    @rule(pick=picks, late=st.sampled_from([True, True, False]))
    @step
    def delay(self, pick: int, late: bool) -> None:
        """It waits for something slow, or not any more."""
        self.edit(chosen(self.program, pick), late=late)

    @precondition(lambda self: self.program)
    @rule(pick=picks)
    @step
    def remove(self, pick: int) -> None:
        self.program.remove(chosen(self.program, pick))

    # The service, which others use too.

    @precondition(lambda self: self._in_force())
    @rule(pick=picks, value=st.sampled_from([100, 250, 500, 50, 200_000]))
    @step
    def drift(self, pick: int, value: int) -> None:
        """To any value, also one that no program may ask for."""
        identity = chosen(self._in_force(), pick)
        self._put(identity, self.service[identity]._replace(value=value))
        TALLY["axis Mbps out of range set by others"] += isinstance(identity, LimitIdentity) and value in (50, 200_000)

    @precondition(lambda self: self._in_force() and "vanish" not in self.story[-1])
    @rule(pick=picks)
    @step
    def vanish(self, pick: int) -> None:
        identity = chosen(self._in_force(), pick)
        self.stage.drop(identity)
        del self.service[identity]

    @precondition(lambda self: "appear" not in self.story[-1])
    @rule(pick=picks, value=values, usage=st.sampled_from([0, 30]))
    @step
    def appear(self, pick: int, value: int, usage: int) -> None:
        identity = chosen(OURS, pick)
        if identity not in self.service:
            self._put(identity, Setting(value, usage if isinstance(identity, QuotaIdentity) else 0))

    @precondition(lambda self: self._counting())
    @rule(amount=st.sampled_from([10, 110, 400]))
    @step
    def use(self, amount: int) -> None:
        for identity in self._counting():
            setting = self.service[identity]
            self._put(identity, setting._replace(usage=setting.usage + amount))

    @precondition(lambda self: self.late())
    @rule(pick=picks, value=st.none() | values)
    @step
    def meddle(self, pick: int, value: int | None) -> None:
        """Others set or end something in the middle of the next up, before it is this one's turn."""
        identity = chosen(self.late(), pick)
        usage = self.service.get(identity, Setting(0)).usage
        self.meanwhile[identity] = None if value is None else Setting(value, usage)

    @precondition(lambda self: not self.odd)
    @rule(often=st.integers(0, 5))
    @step
    def confuse(self, often: int) -> None:
        """A row of an area that there is none of."""
        if not often:
            self.odd = True
            self.stage.put(ODD, Setting(300))
            TALLY["axis odd rows"] += 1

    @precondition(lambda self: not self.stage.meddler.shift)
    @rule()
    @step
    def shift(self) -> None:
        """From now on pages shift."""
        self.stage.shift_pages()
        TALLY["axis shifting pages"] += 1

    # Faults and deaths, for the next operation.

    @precondition(lambda self: self._may_be_troubled())
    @rule(faults=st.lists(st.tuples(passing, actions, st.integers(1, 2)), min_size=1, max_size=3))
    @step
    def disturb(self, faults: list[tuple[Any, str, int]]) -> None:
        self.troubles += 1
        for fault in faults:
            TALLY[f"scripted {fault[0]}"] += 1
            self.stage.emulator.script(Fault(*fault))

    @precondition(lambda self: self._may_be_troubled())
    @rule(
        code=st.sampled_from([*LASTING, *MISLEADING]),
        action=st.sampled_from([*WRITES, *READS, *READS]),
        after=st.sampled_from([0, 0, 0, 1, 2]),
    )
    @step
    def refuse(self, code: str, action: str, after: int) -> None:
        """A later call of an action, perhaps."""
        TALLY[f"scripted {code}"] += 1
        self.troubles += 1
        self.codes.add(code)
        passed = [Fault(Slow(0.0), action)] * after
        self.stage.emulator.script(*passed, Fault(ErrorCode(code), action))

    @precondition(lambda self: self._may_be_troubled())
    @rule(call=st.integers(1, 6), moment=st.sampled_from(["before", "after"]), who=st.sampled_from(VICTIMS))
    @step
    def kill(self, call: int, moment: str, who: str) -> None:
        """The provider, the engine or both."""
        self.troubles += 1
        TALLY[f"axis kill of {who}"] += 1
        if who == "provider":
            self.stage.kill_at(call, moment)
        else:
            self.stage.kill_engine_at(call, both=who == "both")

    @precondition(lambda self: self.program and not self.troubles)
    @rule(kind=st.sampled_from([None, None, None, "foreign", "full"]))
    @step
    def spoil(self, kind: str | None) -> None:
        """What the processes of a run share, for the next one."""
        self.spoilt = kind

    # The operations, each after some changes.

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(refresh=sometimes)
    @step
    def preview(self, refresh: bool) -> None:
        self.run_preview(refresh=refresh)

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(heeding=heedings)
    @step
    def up(self, heeding: str | None) -> None:
        self.heed(heeding)
        self.run_up()

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(heeding=heedings)
    @step
    def up_with_refresh(self, heeding: str | None) -> None:
        self.heed(heeding)
        self.run_up(refresh=True)

    @precondition(lambda self: self.changes >= CHANGES and self.program)
    @rule(pick=picks, refresh=st.booleans(), heeding=heedings)
    @step
    def up_with_replace(self, pick: int, refresh: bool, heeding: str | None) -> None:
        self.heed(heeding)
        self.run_up(refresh=refresh, again=[chosen(self.program, pick)])

    @precondition(lambda self: self.changes >= CHANGES and self.program)
    @rule(pick=picks, value=st.none() | values, adopt=sometimes)
    @step
    def up_beside_others(self, pick: int, value: int | None, adopt: bool) -> None:
        """Others set or end what the program declares last, in the middle of the up."""
        declared = chosen(self.program, pick)
        self.edit(declared, late=True, adopt=adopt)
        if declared.identity in self.late():
            usage = self.service.get(declared.identity, Setting(0)).usage
            self.meanwhile[declared.identity] = None if value is None else Setting(value, usage)
        self.run_up()

    @precondition(lambda self: self.changes >= CHANGES and self.program)
    @rule(picks=st.lists(picks, min_size=1, max_size=3), mode=st.sampled_from(["target", "exclude"]))
    @step
    def up_in_part(self, picks: list[int], mode: str) -> None:
        """With --target or --exclude."""
        rows: list[Declared | Managed] = [*self.program, *self.stack]
        TALLY[f"axis --{mode}"] += 1
        self.spoilt = None
        self.run_part(**{mode: [chosen(rows, pick) for pick in picks]})

    @precondition(lambda self: self.changes >= CHANGES)
    @rule(heeding=heedings)
    @step
    def up_on_errors(self, heeding: str | None) -> None:
        """With --continue-on-error."""
        TALLY["axis --continue-on-error"] += 1
        self.heed(heeding)
        self.run_up(continue_on_error=True)

    @precondition(lambda self: self.changes >= CHANGES and self.program)
    @rule(call=st.integers(1, 6), period=periods, times=st.integers(0, 6))
    @step
    def up_beside_orphan(self, call: int, period: str | None, times: int) -> None:
        """The orphan renews, and tries again where the service has a fault."""
        self.spoilt = None
        self.renew_all(period)
        self.stage.emulator.script(Fault(ErrorCode("InternalError"), "CreateAigcQuota", times or 1))
        self.run_beside_orphan(call)

    @precondition(lambda self: self.changes >= CHANGES and self.stack)
    @rule()
    @step
    def refresh(self) -> None:
        self.run_refresh()

    @precondition(lambda self: self.changes >= CHANGES and self._settled())
    @rule(pick=picks)
    @step
    def mistake(self, pick: int) -> None:
        """An import with an id and inputs of two settings, and a destroy."""
        self.spoilt = None
        self.run_mistaken(chosen(self._settled(), pick))

    @precondition(lambda self: self.changes >= CHANGES and len(self.stack) > 2)
    @rule()
    @step
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

    def renew_all(self, period: str | None) -> None:
        for declared in self._quotas():
            self.edit(declared, period=period)

    def _fresh_name(self) -> str:
        self.named += 1
        return f"r{self.named}"

    def _quotas(self) -> list[Declared]:
        return [declared for declared in self.program if isinstance(declared.identity, QuotaIdentity)]

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
    target = tally.steps() + steps
    while tally.steps() < target:
        run(hypothesis.seed(seed)(Machine), settings=SETTINGS)
        seed += 1
