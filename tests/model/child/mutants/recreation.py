"""Recreate only what will be accepted, and say what is not in force (rule 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tc_resources.cloud import client, requester
from tc_resources.cloud.services import vod
from tc_resources.limits import aigc_quota
from tests.model.child.mutants.variants import instead, mutant, patch


@mutant
def a_renewal_does_not_set_the_new_value_first() -> None:
    patch(vod.AigcQuotas, "renew", lambda renew: lambda self, quota, limit, _: renew(self, quota, limit, limit))


@mutant
def what_was_taken_away_is_not_put_back() -> None:
    def final(recreate: Any) -> Any:
        return lambda self, recreation: recreate(self, replace(recreation, restore=None))

    patch(client.Client, "recreate", final)


@mutant
def a_recreation_needs_the_engine() -> None:
    instead(requester, "may_send", lambda: False)


@mutant
def an_unclear_delete_is_a_refused_one() -> None:
    def sure(recreate: Any) -> Any:
        def wrapped(self: Any, recreation: Any) -> None:
            recreation.take_away()
            recreate(self, replace(recreation, take_away=lambda: None))

        return wrapped

    patch(client.Client, "recreate", sure)


@mutant
def an_earlier_try_of_a_creation_counts_for_nothing() -> None:
    def plain(_: Any) -> Any:
        return lambda self, quota, limit: self._write(vod.CREATE, quota, limit)

    patch(vod.AigcQuotas, "_create_anew", plain)


@mutant
def a_new_period_clears_nothing() -> None:
    instead(aigc_quota, "_renews", lambda *_: False)
