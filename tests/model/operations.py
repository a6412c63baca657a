"""The operations on the stack of one run, each judged by the model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import count, product, starmap
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.limits.prefetch_origin_limit import LEAST, MOST
from tc_resources.testing.emulator import Fault
from tests.model import expected, judge, tally
from tests.model.axes import FAULTS, USUAL, Spoiling, Surroundings, mode_of
from tests.model.evidence import Case
from tests.model.expected import Outcome
from tests.model.sight import Sight, sight
from tests.model.stage import TIME, Result, Stage
from tests.model.state import instance_urn, urn
from tests.model.tally import TALLY
from tests.model.things import FACES, OURS, THEIRS, Declared, Identity, Managed, QuotaIdentity, Service, Setting, chosen
from tests.model.writings import Writings

ROUNDS = 4
"""Of heeding: two resources of one identity may hide that the one that stays is in conflict, or refused."""
OTHER = 7
"""What makes of a value another one."""
GOOD = 300
"""What any account takes for a value, unless so much is used."""

OVERRIDE: dict[str, Any] = {"adopt": True, "allow_below_usage": True}


class Operations(RuleBasedStateMachine):
    """What the program declares, what the service has and what the stack manages, as the model knows them."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.program: list[Declared] = []
        self.codes: set[str] = set()
        self.troubles = 0
        self.changes = 0
        """Steps since the last operation."""
        self.missing: set[Identity] = set()
        """What a cut-off operation has taken away and not put back."""
        self.meanwhile: dict[Identity, Setting | None] = {}
        """What others set, or end, in the middle of the next up."""
        self.jammed: Service = {}
        """What others set behind a throttled write of the next up."""
        self.spoilt: str | None = None
        """How the folder is spoilt that the processes of the next run share."""
        self.odd = False
        """Whether the listing of a zone has a row of an unknown area."""
        self.writings = Writings()
        self._doubted = self.writings.doubted
        """That before the operation that was run last."""

    def open(self, behaviour: Behaviour, surroundings: Surroundings = USUAL) -> None:
        self.behaviour = behaviour
        self._pause = surroundings.pause
        self.stage = Stage(behaviour, surroundings)
        for identity, setting in THEIRS.items():
            self.stage.put(identity, setting)
        self.service, self.stack = self.stage.service(), self.stage.stack(OURS)

    def run_mode(self, mode: str, pick: int) -> None:
        """By the name that a tally has for it; one that is about a part is about the picked resource."""
        row = chosen(self.program, pick)
        if "--target" in mode or "--exclude" in mode:
            if self.whole():
                self.run_part(**{mode.partition(" --")[2]: [row]})
            return
        runs: dict[str, Callable[[], None]] = {
            "preview": lambda: self.run_preview(refresh=False),
            "preview --refresh": lambda: self.run_preview(refresh=True),
            "up": self.run_up,
            "up --refresh": lambda: self.run_up(refresh=True),
            "up --replace": lambda: self.run_up(again=[row]),
            "up --continue-on-error": lambda: self.run_up(continue_on_error=True),
            "refresh": self.run_refresh,
            "destroy": self.run_destroy,
        }
        runs[mode]()

    def whole(self) -> bool:
        """Whether each resource is of the face that the stack has it of: a part may leave it so."""
        return not any(declared.moved for declared in self.program)

    def run_preview(self, *, refresh: bool) -> None:
        outcome = self._foreseen(refresh, ())
        case = self._run("preview", refresh=refresh, **self.stage.flags)
        judge.judge_preview(case, outcome, self.program)

    def run_up(self, *, refresh: bool = False, again: Sequence[Declared] = (), continue_on_error: bool = False) -> None:
        stack = self._refreshed() if refresh else self.stack
        urns = [urn(declared) for declared in again]
        options = {**self.stage.flags, "continue_on_error": continue_on_error}
        case = self._run("up", refresh=refresh, replace=urns, act=self._act, **options)
        outcome = self._outcome(stack, case.service, [declared.name for declared in again])
        judge.judge_recovery(case, self._due(refresh))
        judge.judge_up(case, outcome, [declared.identity for declared in self.program])
        self._go_on(case)
        self._remember(judge.left_missing(case, outcome))
        if not case.result.failed:
            self.program = [replace(declared, former=(), moved=False) for declared in self.program]
            judge.judge_empty_preview(self._run("preview"))

    def run_part(
        self, *, target: Sequence[Declared | Managed] = (), exclude: Sequence[Declared | Managed] = ()
    ) -> None:
        """An up of these alone, or of all but these."""
        named, excluded = {row.key for row in target}, {row.key for row in exclude}
        declared = {(row.face, row.instance) for row in self.program if row.instance}
        ended = {*product(FACES, ("first", "second"))} - declared  # what is left alone may need it
        targets = [*map(urn, target), *starmap(instance_urn, declared)] if target else []
        excludes = [*map(urn, exclude), *starmap(instance_urn, ended)] if exclude else []
        case = self._run("up", act=self._act, target=targets, exclude=excludes)

        def part(row: Declared | Managed) -> bool:
            return row.key not in excluded and (not named or row.key in named)

        outcome = expected.up(self.program, self.stack, case.service, (), self.behaviour, *self._doubted, part)
        judge.judge_up(case, outcome, [declared.identity for declared in self.program if part(declared)])
        self._go_on(case)
        self._remember(judge.left_missing(case, outcome))
        if not case.result.failed:
            self.program = [replace(row, former=(), moved=False) if part(row) else row for row in self.program]

    def run_beside_orphan(self, call: int, faults: Sequence[Fault], *, moves: bool) -> None:
        """An up whose engine is killed, and at once another one, perhaps elsewhere, that sets other values."""
        with TIME.slowly():
            self._run_beside_orphan(call, faults, moves)

    def _run_beside_orphan(self, call: int, faults: Sequence[Fault], moves: bool) -> None:
        self.stage.kill_engine_at(call, both=False)
        case = self._run("up", wait=False)
        self.service, self.stack = case.after, case.managed
        if moves:
            self.change_machine()
        stored = {row.value for row in self.stack}
        self.program = [
            replace(declared, value=another(declared.value, stored), adopt=True) for declared in self.program
        ]
        self.stage.emulator.script(*faults)
        case = self._run("up", orphans=True)
        tally.happened("an orphan is beside the next run")
        judge.judge_beside_orphan(case, self.program)
        self._go_on(case)
        self.missing |= {row.identity for row in self.program} - {*self.service}

    def run_mistaken(self, mistaken: Managed) -> None:
        """A destroy after an import with the id of something else."""
        other = next(row for row in THEIRS if row.kind == mistaken.identity.kind)
        with self.stage.mistaken(mistaken, other):
            case = self._run("destroy", readable=False)
        judge.judge_mistake(case, mistaken, other)
        self.service, self.stack = case.after, self.stage.stack(OURS)
        tally.happened("an id and inputs of two settings")

    def run_refresh(self) -> None:
        case = self._run("refresh")
        judge.judge_refresh(case, self._refreshed())
        self._go_on(case)

    def run_destroy(self) -> None:
        outcome = expected.destroyed(self.stack, self.service, self.behaviour)
        case = self._run("destroy")
        judge.judge_up(case, outcome, [])
        self._go_on(case)

    def run_to_the_end(self) -> None:
        """Undisturbed, and once what it refuses is heeded, an up is green; and a destroy leaves nothing of ours.

        What a cut-off operation has left missing is looked for first, by a refresh.
        """
        self._forget_troubles()
        self.stage.settle()
        if self.missing:
            self.run_refresh()
        for _ in range(ROUNDS):
            self.heed("override")
        self.run_up()
        endless = self._endless()
        self.run_destroy()
        if not endless:
            judge.judge_end(self.stack)

    def _endless(self) -> set[Identity]:
        """What the service does not let go back to what it was, or does not show for what it is."""
        refusals = expected.destroyed(self.stack, self.service, self.behaviour).refusals
        doubtful = self._sight(self.service, self.service).doubtful
        return {refusal.identity for refusal in refusals} | (doubtful & {row.identity for row in self.stack})

    def heed(self, heeding: str | None) -> None:
        """Do what the next up would ask for: "override" its refusals, or "satisfy" them."""
        refusals = self._foreseen(False, ()).refusals if heeding else []
        for refusal in {refusal.identity: refusal for refusal in reversed(refusals)}.values():
            concerned = [declared for declared in self.program if declared.identity == refusal.identity]
            for declared in concerned[1:]:
                self.program.remove(declared)
            if concerned:
                self.edit(concerned[0], **self._heeding(refusal, concerned[0].value, heeding))

    def _heeding(self, refusal: expected.Refusal, value: int, heeding: str | None) -> dict[str, Any]:
        live = self.service.get(refusal.identity, Setting(value))
        if refusal.late:
            return {"value": max(GOOD, live.usage), "period": None} if self._is_quota(refusal) else {"value": GOOD}
        possible = declarable(refusal.identity, live.value)
        return {"value": live.value} if heeding == "satisfy" and possible else OVERRIDE

    @staticmethod
    def _is_quota(refusal: expected.Refusal) -> bool:
        return isinstance(refusal.identity, QuotaIdentity)

    def edit(self, declared: Declared, **changes: Any) -> None:
        self.program[self.program.index(declared)] = replace(declared, **changes)

    def _foreseen(self, refresh: bool, again: Sequence[str]) -> Outcome:
        return self._outcome(self._refreshed() if refresh else self.stack, self.service, again)

    def _outcome(self, stack: Sequence[Managed], service: Service, again: Sequence[str]) -> Outcome:
        return expected.up(self.program, stack, service, again, self.behaviour, *self._doubted)

    def _refreshed(self) -> list[Managed]:
        return expected.refreshed(self.stack, self.service, self._sight(self.service, self.service).unfound)

    def _due(self, refresh: bool) -> set[Identity]:
        """What was left missing and the next up finds or changes, since it does not see it as unchanged."""
        unchanged = set() if refresh else {(managed.identity, managed.value) for managed in self.stack}
        declared = {declared.identity: declared.value for declared in self.program}
        return {identity for identity, value in declared.items() if (identity, value) not in unchanged} & self.missing

    def _remember(self, missing: set[Identity]) -> None:
        if missing:
            tally.happened("something is left missing")
        self.missing |= missing

    def _run(
        self,
        operation: str,
        act: Callable[[], object] | None = None,
        *,
        wait: bool = True,
        orphans: bool = False,
        readable: bool = True,
        **options: Any,
    ) -> Case:
        self.meanwhile = {row: setting for row, setting in self.meanwhile.items() if row in self.late()}
        act = act if self.meanwhile else None
        TIME.sleep(3 + self.changes * self._pause)  # the state tells a moment that may be 2 seconds late
        hazy, before = self.writings.hazy(self.behaviour), self.service
        self.writings.begin(self.program, self.stack, spoilt=self.spoilt is not None)
        self._doubted = self.writings.doubted
        self.stage.declare(self.program, waits=act is not None)
        with self.stage.shared.spoilt(self.spoilt):
            result = self.stage.run(operation, act, wait=wait, **options)
        if orphans:
            self.stage.emulator.clear_script()  # what it still tries goes through once the run is over
            self.stage.outlive_orphans()
        new = frozenset(self.meanwhile.keys() - before if result.acted and options.get("refresh") else ())
        if result.acted:
            before = {row: setting for row, setting in {**before, **self.meanwhile}.items() if setting is not None}
        before = {**before, **(self.jammed if result.jammed else {})}
        self._count(operation, result, options)
        codes, unshared, after = frozenset(self.codes), self.spoilt is not None, self.stage.service()
        managed = self.stage.stack(OURS) if readable else []
        refreshed = operation == "refresh" or (operation == "up" and bool(options.get("refresh")))
        self.writings.end(result, managed, after, refreshed=refreshed)
        self._forget_troubles()
        self.changes = 0
        return Case(
            behaviour=self.behaviour,
            result=result,
            service=before,
            stack=self.stack,
            after=after,
            managed=managed,
            export=self.stage.export(),
            codes=codes,
            sight=self._sight(before, after, hazy),
            unshared=unshared,
            new=new,
        )

    def _count(self, operation: str, result: Result, options: Mapping[str, Any]) -> None:
        TALLY.update({"failed": int(result.failed), "kills": int(result.killed) + int(result.orphaned)})
        mode = mode_of(operation, options)
        TALLY[f"operation {mode}"] += 1
        for fault in [*result.faults, *([Spoiling(self.spoilt).name] if self.spoilt else [])]:
            if fault in FAULTS:  # the others let a call pass
                tally.met(mode, fault)
        if result.acted:
            tally.happened("others act in the middle of a run")
        if result.readings:
            tally.happened("readings are slow")
        if result.jammed:
            tally.happened("others act behind a throttled write")
        if self._unsure():
            tally.happened("an identity is unknown before the run")

    def _unsure(self) -> bool:
        """Whether what is late waits for the id of what is not there yet."""
        late = any(declared.late for declared in self.program)
        return late and any(expected.former(row, self.stack) is None for row in self.program if not row.late)

    def late(self) -> list[Identity]:
        """What only those declare that wait for something slow."""
        early = {declared.identity for declared in self.program if not declared.late}
        return [identity for identity in OURS if identity in {row.identity for row in self.program} - early]

    def _act(self) -> None:
        for identity, setting in self.meanwhile.items():
            if setting is None:
                self.stage.drop(identity)
            else:
                self.stage.put(identity, setting)

    def _sight(self, before: Service, after: Service, hazy: Collection[Identity] = ()) -> Sight:
        return sight(self.behaviour, before, after, hazy, self.writings.elsewhere, odd=self.odd)

    def change_machine(self) -> None:
        """The next runs are on another machine, as in a pipeline, which has the state and nothing else."""
        self.stage.shared.change()
        self.writings.move()

    def _go_on(self, case: Case) -> None:
        self.service, self.stack = case.after, case.managed
        self.missing -= {*self.service}
        if case.result.failed and self._pause:
            self.stage.settle()

    def _forget_troubles(self) -> None:
        self.stage.forget_troubles()
        self.troubles, self.codes, self.meanwhile, self.jammed, self.spoilt = 0, set(), {}, {}, None


def declarable(identity: Identity, value: int) -> bool:
    """Whether a program may have it: others may set what none can."""
    return value >= 0 if isinstance(identity, QuotaIdentity) else LEAST <= value <= MOST


def another(value: int, taken: Collection[int]) -> int:
    """One that is not taken."""
    return next(other for other in count(value + OTHER, OTHER) if other not in taken)
