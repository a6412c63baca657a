"""What is there is written, nothing fails after a write, and what is refused changes nothing (rules 3, 6, 10 to 12)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tc_resources.cloud import errors
from tc_resources.cloud.services import teo, vod
from tc_resources.dynamic import engine
from tc_resources.limits import aigc_quota, operations, prefetch_origin_limit
from tests.model.child.mutants.variants import instead, mutant, patch

Quota, Limit = aigc_quota.AigcQuotaHandler, prefetch_origin_limit.PrefetchOriginLimitHandler


@mutant
def a_limit_that_is_there_already_is_not_written() -> None:
    def trusting(create: Any) -> Any:
        def wrapped(self: Any, args: Any) -> Any:
            return self._written(args) if self.service.get(args.identity) == args.bandwidth else create(self, args)

        return wrapped

    patch(Limit, "create", trusting)


@mutant
def a_quota_that_is_there_already_is_not_written() -> None:
    def trusting(take_over: Any) -> Any:
        def wrapped(self: Any, args: Any, found: int) -> Any:
            return self._state(args) if found == args.quota_limit else take_over(self, args, found)

        return wrapped

    patch(Quota, "_take_over", trusting)


@mutant
def a_notice_fails_where_a_letter_cannot_be_shown() -> None:
    instead(engine.DynamicEngine, "notice", lambda _, text: print(f"{text} …", flush=True))


@mutant
def the_id_and_the_inputs_may_differ() -> None:
    instead(operations.Operations, "_demand_match", lambda *_: None)


@mutant
def what_is_refused_is_tried_again() -> None:
    def stubborn(init: Any) -> Any:
        def wrapped(self: Any, *args: Any) -> None:
            init(self, *args)
            self.transient = True

        return wrapped

    patch(errors.ServiceError, "__init__", stubborn)


@mutant
def a_lost_answer_is_a_refusal() -> None:
    def sure(init: Any) -> Any:
        def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
            init(self, *args, **kwargs)
            self.outcome = errors.Outcome.REFUSED

        return wrapped

    patch(errors.TransportError, "__init__", sure)


@mutant
def an_off_that_fails_means_that_nothing_is_there() -> None:
    instead(teo.PrefetchOriginLimits, "_is_gone", lambda *_: True)


@mutant
def a_delete_that_fails_means_that_nothing_is_there() -> None:
    def careless(delete: Any) -> Any:
        def wrapped(self: Any, quota: Any, written_at: float) -> None:
            with suppress(errors.ServiceError):
                delete(self, quota, written_at)

        return wrapped

    patch(vod.AigcQuotas, "delete", careless)


@mutant
def off_is_sent_with_any_bandwidth() -> None:
    def literal(modify: Any) -> Any:
        def wrapped(self: Any, identity: Any, bandwidth: int, enabled: str) -> None:
            known = (
                self._listings.get(identity.zone_id).rows.get(identity, bandwidth) if enabled == "off" else bandwidth
            )
            modify(self, identity, known, enabled)

        return wrapped

    patch(teo.PrefetchOriginLimits, "_modify", literal)


@mutant
def what_nobody_stored_counts_as_stored() -> None:
    patch(operations.Operations, "doubts", lambda _: lambda *_: [])
