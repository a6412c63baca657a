"""An orphan does no harm (rule 9)."""

from __future__ import annotations

from typing import Any

from tc_resources.cloud import orphan as alone
from tc_resources.cloud import requester
from tc_resources.cloud.cancellation import finishing
from tc_resources.dynamic import engine
from tc_resources.limits import orphan
from tests.model.child.mutants.variants import instead, mutant, patch


@mutant
def an_orphan_goes_on() -> None:
    instead(engine.DynamicEngine, "alive", lambda _: True)


@mutant
def an_orphan_sends_all_that_is_half_done() -> None:
    instead(requester, "may_send", lambda: finishing() or alone.may_send())


@mutant
def an_orphan_never_ends() -> None:
    def waiting(end: Any) -> Any:
        return lambda alive, busy, leave: end(alive, busy, leave=lambda _: None)  # noqa: ARG005 - it never leaves

    patch(orphan, "end_with_engine", waiting)
