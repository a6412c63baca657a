"""What a judge goes by."""

from __future__ import annotations

from dataclasses import dataclass

from tc_resources.behaviour.behaviour import Behaviour
from tests.model.sight import Sight
from tests.model.stage import Result
from tests.model.things import Identity, Loss, Managed, Service


@dataclass(frozen=True)
class Case:
    """An operation, with what was before it and after it, and what was done to it."""

    behaviour: Behaviour
    result: Result
    service: Service
    stack: list[Managed]
    after: Service
    managed: list[Managed]
    export: str
    codes: frozenset[str]
    """The lasting refusals that were scripted for it."""
    sight: Sight
    unshared: bool = False
    """Whether processes of a run cannot share what it declares."""
    new: frozenset[Identity] = frozenset()
    """What others have made after the refresh that the operation began with."""

    def must(self, holds: bool, rule: str, *facts: object) -> None:
        if not holds:
            raise Loss("\n".join([rule, *map(str, facts), f"{self.result.calls}", self.result.output]))
