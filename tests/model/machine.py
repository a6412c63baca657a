"""The machine: random programs and edits, a service that others use too, faults and deaths, and the operations.

After each operation a judge compares the outcome with the model's. A run that it condemns is printed as a program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from tc_resources.behaviour.behaviour import Behaviour
from tests.model import tally
from tests.model.axes import PERIODS, PICKS, SURROUNDINGS, VALUES, Choice, Many, Row, Surroundings, Ways
from tests.model.rules.case import MOST
from tests.model.rules.others import OtherRules
from tests.model.rules.program import ProgramRules
from tests.model.rules.renewals import RenewalRules
from tests.model.rules.runs import RunRules
from tests.model.rules.troubles import TroubleRules
from tests.model.steps import initialize
from tests.model.tally import LOSSES
from tests.model.things import FACES, OURS, Declared

SETTINGS = settings(
    max_examples=12,  # the first one of them has the first alternative of everything
    stateful_step_count=80,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Machine(ProgramRules, OtherRules, TroubleRules, RunRules, RenewalRules):
    """From nothing to its destroy."""

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

    def teardown(self) -> None:
        """Every run comes to a good end."""
        try:
            if not self.lost:
                self.story.append("machine.teardown()")
                with self.told():
                    self.run_to_the_end()
        finally:
            self.stage.close()


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
