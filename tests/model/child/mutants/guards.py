"""A guard holds at the preview, and at the write too (rule 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tc_resources.limits import aigc_quota, prefetch_origin_limit
from tests.model.child.mutants.variants import instead, mutant, patch

Quota, Limit = aigc_quota.AigcQuotaHandler, prefetch_origin_limit.PrefetchOriginLimitHandler


def adopting(create: Any) -> Any:
    return lambda self, args: create(self, replace(args, adopt=True))


@mutant
def a_create_overwrites() -> None:
    for handler in (Quota, Limit):
        patch(handler, "create", adopting)
        patch(handler, "preflight", lambda look: lambda self, args, old: look(self, replace(args, adopt=True), old))


@mutant
def a_conflict_is_refused_at_the_preview_alone() -> None:
    for handler in (Quota, Limit):
        patch(handler, "create", adopting)


@mutant
def the_usage_is_looked_at_by_the_preview_alone() -> None:
    instead(Quota, "_guard", lambda *_: None)


@mutant
def a_preview_of_limits_looks_at_nothing() -> None:
    instead(Limit, "preflight", lambda *_: [])


@mutant
def a_preview_of_quotas_looks_at_nothing() -> None:
    instead(Quota, "preflight", lambda *_: [])


@mutant
def usage_counts_for_nothing() -> None:
    instead(Quota, "_below_usage", lambda *_: None)
