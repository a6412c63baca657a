"""The operations on the stack of one run, each judged by the model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine

from tests.model import expected, judge
from tests.model.expected import Outcome
from tests.model.stage import Options, Stage
from tests.model.tally import TALLY
from tests.model.things import OURS, THEIRS, Declared, Identity, Setting

ROUNDS = 3
"""Of heeding: two resources of one identity may hide that the one that stays is in conflict."""

OVERRIDE: dict[str, Any] = {"adopt": True, "allow_below_usage": True}

Row = TypeVar("Row")


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
        self._written: dict[tuple[object, ...], float] = {}

    def open(self, options: Options) -> None:
        self.stage = Stage(options)
        for identity, setting in THEIRS.items():
            self.stage.put(identity, setting)
        self.service, self.stack = self.stage.service(), self.stage.stack(OURS)

    def run_preview(self, *, refresh: bool) -> None:
        outcome = self._foreseen(refresh, ())
        judge.judge_preview(self._run("preview", refresh=refresh), outcome)

    def run_up(self, *, refresh: bool = False, again: Sequence[Declared] = ()) -> None:
        outcome = self._foreseen(refresh, [declared.name for declared in again])
        case = self._run("up", refresh=refresh, replace=[self.stage.urn(declared) for declared in again])
        judge.judge_recovery(case, self._due(refresh))
        judge.judge_up(case, outcome, [declared.identity for declared in self.program])
        self._go_on(case)
        self._remember(judge.left_missing(case, outcome))
        if not case.result.failed:
            self.program = [replace(declared, former=()) for declared in self.program]
            judge.judge_empty_preview(self._run("preview"))

    def run_refresh(self) -> None:
        case = self._run("refresh")
        judge.judge_refresh(case, expected.refreshed(self.stack, self.service))
        self._go_on(case)

    def run_destroy(self) -> None:
        outcome = expected.destroyed(self.stack, self.service)
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
        self.run_destroy()
        judge.judge_end(self.stack)

    def heed(self, heeding: str | None) -> None:
        """Do what the next up would ask for: "override" its refusals, or "satisfy" them."""
        refusals = self._foreseen(False, ()).refusals if heeding else []
        for identity in dict.fromkeys(refusal.identity for refusal in refusals):
            concerned = [declared for declared in self.program if declared.identity == identity]
            live = self.service.get(identity, Setting(concerned[0].value)).value
            self.edit(concerned[0], **(OVERRIDE if heeding == "override" else {"value": live}))
            for declared in concerned[1:]:
                self.program.remove(declared)

    def edit(self, declared: Declared, **changes: Any) -> None:
        self.program[self.program.index(declared)] = replace(declared, **changes)

    def _foreseen(self, refresh: bool, again: Sequence[str]) -> Outcome:
        stack = expected.refreshed(self.stack, self.service) if refresh else self.stack
        return expected.up(self.program, stack, self.service, again)

    def _due(self, refresh: bool) -> set[Identity]:
        """What was left missing and the next up finds or changes, since it does not see it as unchanged."""
        unchanged = set() if refresh else {(managed.identity, managed.value) for managed in self.stack}
        declared = {declared.identity: declared.value for declared in self.program}
        return {identity for identity, value in declared.items() if (identity, value) not in unchanged} & self.missing

    def _remember(self, missing: set[Identity]) -> None:
        TALLY["left missing"] += len(missing)
        self.missing |= missing

    def _run(self, operation: str, **options: Any) -> judge.Case:
        hazy = self._hazy()
        self.stage.declare(self.program)
        result = self.stage.run(operation, **options)
        self._written |= {judge.addressed(call): call.at for call in result.writes}
        TALLY.update({f"operation {operation}": 1, "failed": int(result.failed), "kills": int(result.killed)})
        codes = frozenset(self.codes)
        self._forget_troubles()
        self.changes = 0
        return judge.Case(
            options=self.stage.options,
            result=result,
            service=self.service,
            stack=self.stack,
            after=self.stage.service(),
            managed=self.stage.stack(OURS),
            export=self.stage.export(),
            codes=codes,
            hazy=hazy,
        )

    def _hazy(self) -> list[Identity]:
        """What was written so recently that a listing may still show it as it was."""
        since = time.time() - 2 * self.stage.options.lag
        return [identity for identity in OURS if self._written.get(judge.address(identity), 0) > since]

    def _go_on(self, case: judge.Case) -> None:
        self.service, self.stack = case.after, case.managed
        self.missing -= {*self.service}
        if case.result.failed:
            self.stage.settle()

    def _forget_troubles(self) -> None:
        self.stage.forget_troubles()
        self.troubles, self.codes = 0, set()


def chosen(rows: Sequence[Row], pick: int) -> Row:
    return rows[pick % len(rows)]
