"""Absence is proved (rule 1)."""

from __future__ import annotations

from typing import Any

from tc_resources.cloud import errors
from tc_resources.cloud.services import listing, quota_listing, teo
from tc_resources.limits import aigc_quota, fields, prefetch_origin_limit
from tests.model.child.mutants.variants import instead, mutant, patch

Quota, Limit = aigc_quota.AigcQuotaHandler, prefetch_origin_limit.PrefetchOriginLimitHandler


@mutant
def an_unclear_error_reads_as_gone() -> None:
    def careless(read: Any) -> Any:
        def wrapped(*args: Any) -> Any:
            try:
                return read(*args)
            except errors.CloudError:
                return None

        return wrapped

    patch(Quota, "read", careless)
    patch(Limit, "read", careless)


@mutant
def what_a_listing_of_limits_lacks_is_not_asked_for() -> None:
    instead(teo.PrefetchOriginLimits, "_targeted", lambda *_: None)


@mutant
def what_a_listing_of_limits_lacks_is_created() -> None:
    for look in ("get_to_create", "get_ahead"):
        instead(teo.PrefetchOriginLimits, look, teo.PrefetchOriginLimits.get)


@mutant
def what_a_listing_of_quotas_lacks_is_not_asked_for() -> None:
    instead(quota_listing.QuotaListing, "prove", lambda *_: None)


@mutant
def a_row_that_cannot_be_recognised_is_no_doubt() -> None:
    instead(listing.Listed, "odd_about", lambda *_: ())
    instead(quota_listing, "_has_odd_type", lambda *_: False)


@mutant
def a_token_that_does_not_show_is_none() -> None:
    instead(quota_listing.QuotaListing, "_may_hide", staticmethod(lambda *_: False))
    instead(quota_listing.QuotaListing, "prove", lambda *_: None)


@mutant
def a_cap_of_0_that_does_not_show_is_gone() -> None:
    instead(Quota, "_hidden", lambda *_: {})


@mutant
def domains_are_compared_as_they_are_shown() -> None:
    instead(teo, "domain", str)


@mutant
def a_refresh_believes_the_state() -> None:
    instead(Limit, "read", lambda _self, _id, known: fields.load(Limit.state, known))
