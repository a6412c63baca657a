"""An orphan does no harm (rule 9)."""

from __future__ import annotations

from typing import Any

from tc_resources.cloud import client
from tc_resources.dynamic import engine
from tc_resources.limits import orphan
from tests.model.child.mutants.variants import instead, mutant, patch


@mutant
def an_orphan_goes_on() -> None:
    instead(engine.DynamicEngine, "alive", lambda _: True)


@mutant
def an_orphan_puts_back_over_what_is_there() -> None:
    patch(client.Client, "_put", lambda _: lambda _self, put, _is_absent: put())


@mutant
def an_orphan_never_ends() -> None:
    def waiting(end: Any) -> Any:
        return lambda alive, busy: end(alive, busy, leave=lambda _: None)

    patch(orphan, "end_with_engine", waiting)
