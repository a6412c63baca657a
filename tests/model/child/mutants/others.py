"""Other promises of the documents."""

from __future__ import annotations

from typing import Any

from tc_resources.cloud import identities
from tc_resources.limits import aigc_quota, fields, handler, prefetch_origin_limit
from tests.model.child.mutants.variants import mutant, patch

Quota, Limit = aigc_quota.AigcQuotaHandler, prefetch_origin_limit.PrefetchOriginLimitHandler


@mutant
def the_baseline_is_lost() -> None:
    patch(Quota, "_state", lambda state: lambda self, args, *_, **__: state(self, args))


@mutant
def a_notice_tells_the_token() -> None:
    def telling(notice: Any) -> Any:
        return lambda self, args, text: notice(self, args, f"{text} {getattr(args, 'api_token', '')}")

    patch(handler.Handler, "notice", telling)


@mutant
def an_update_writes_to_a_neighbour() -> None:
    def meddling(update: Any) -> Any:
        def wrapped(self: Any, args: Any, old: Any) -> Any:
            self.service.turn_on(identities.LimitIdentity("zone-1", "c.example.com", "Overseas"), 300, overwrite=True)
            return update(self, args, old)

        return wrapped

    patch(Limit, "update", meddling)


@mutant
def a_quota_always_changes() -> None:
    def restless(changes: Any) -> Any:
        return lambda inputs, *props: (["quota_limit"], []) if inputs is Quota.inputs else changes(inputs, *props)

    patch(fields, "changes", restless)
