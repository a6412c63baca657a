"""What was read is known for a while, and a listing may lag, by the service's clock (rules 2 and 4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tc_resources.cloud import decision, requester
from tc_resources.cloud.service_time import ServiceTime
from tc_resources.cloud.services import known_listings, settling, targeted, teo, vod
from tc_resources.cloud.services.last_writes import LastWrites
from tc_resources.limits import aigc_quota, prefetch_origin_limit
from tests.model.child.mutants.variants import instead, mutant, patch

Quota, Limit = aigc_quota.AigcQuotaHandler, prefetch_origin_limit.PrefetchOriginLimitHandler
FOREVER = 1e9


@mutant
def what_was_read_is_known_for_good() -> None:
    def patient(get: Any) -> Any:
        fresh = decision.FRESH
        return lambda self, scope, max_age=fresh: get(self, scope, FOREVER if max_age == fresh else max_age)

    patch(known_listings.Listings, "get", patient)
    instead(known_listings, "rest_on", lambda _: None)


@mutant
def what_a_limit_s_own_read_showed_is_known_for_good() -> None:
    instead(targeted, "FRESH", FOREVER)
    instead(targeted, "rest_on", lambda _: None)


@mutant
def what_shows_is_believed_where_a_write_was_refused() -> None:
    def credulous(turn_on: Any) -> Any:
        return lambda self, *given, **how: turn_on(self, *given, **{**how, "seen": None})

    patch(teo.PrefetchOriginLimits, "turn_on", credulous)
    instead(teo.PrefetchOriginLimits, "_found", lambda self, identity, *_: self._asked(identity).row)


@mutant
def what_shows_is_believed_where_a_creation_was_lost() -> None:
    def credulous(shown_since: Any) -> Any:
        return lambda self, quota, _, at: shown_since(self, quota, lambda found: found.row is not None, at)

    patch(vod.AigcQuotas, "_shown_since", credulous)
    instead(vod.AigcQuotas, "_modify_made", lambda *_: None)


@mutant
def a_decision_waits_for_its_write_for_good() -> None:
    instead(requester, "demand_fresh", lambda *_: None)


@mutant
def what_a_reading_takes_counts_each_time() -> None:
    hasty = decision._Decision
    instead(decision, "_Decision", lambda since, _: hasty(since, again=False))


@mutant
def the_service_s_clock_is_the_machine_s() -> None:
    instead(ServiceTime, "learn", lambda *_: None)


@mutant
def a_refresh_knows_of_no_later_write() -> None:
    instead(LastWrites, "later", lambda *_: 0.0)


@mutant
def a_write_is_noted_once_it_is_answered() -> None:
    @contextmanager
    def late(self: LastWrites, setting: str, value: int | None) -> Iterator[None]:
        yield
        self._note_at(self._client.times.now(), setting, value)

    instead(LastWrites, "writing", late)


@mutant
def no_lag_is_waited_out() -> None:
    instead(settling.Settling, "until_lag_is_over", lambda *_: 0.0)


@mutant
def a_limit_does_not_know_when_it_was_written() -> None:
    instead(Limit, "_written", lambda _, args: Limit.state(**vars(args)))


@mutant
def a_quota_does_not_know_when_it_was_written() -> None:
    def forgetful(state: Any) -> Any:
        return lambda *args, **kwargs: replace(state(*args, **kwargs), written_at=None)

    patch(Quota, "_state", forgetful)
