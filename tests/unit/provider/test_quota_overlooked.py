"""A listing may overlook a quota once, of which nothing else tells where it has no token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Fault, Overlooked, Quota
from tests.unit.provider.host import AnyHost
from tests.unit.provider.quotas import ID, QUOTA

if TYPE_CHECKING:
    from tests.conftest import FakeClock

AGES = 100.0
"""Seconds after which no listing lags behind a write."""


def test_a_quota_that_one_listing_overlooks_stays_in_the_state(
    quotas: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    _, state = quotas.create(QUOTA)
    clock.sleep(AGES)
    emulator.script(Fault(Overlooked(), "DescribeAigcQuotas"))
    assert quotas.read(ID, state)[0] == ID


def test_a_cap_is_held_against_the_usage_of_a_quota_that_one_listing_overlooks(
    quotas: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    _, old = quotas.create(QUOTA)
    emulator.put_quota(Quota(1, "Image", 2000, 1500))
    clock.sleep(AGES)
    emulator.script(Fault(Overlooked(), "DescribeAigcQuotas"))
    assert "below the 1500 images" in quotas.failure("update", ID, old, {**QUOTA, "quota_limit": 100})
    assert emulator.quotas() == [Quota(1, "Image", 2000, 1500)]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=20.0, absent_quota_modify="FailedOperation")}])
def test_a_quota_that_was_ended_a_moment_before_is_gone_though_one_listing_of_two_still_shows_it(
    quotas: AnyHost, emulator: Emulator
) -> None:
    """Of two former resources of one quota the other one has ended it; one reading is told of that, and one is not."""
    emulator.put_quota(Quota(1, "Image", 2000))
    quotas.delete(ID, QUOTA)
    emulator.script(Fault(Overlooked(), "DescribeAigcQuotas"))
    quotas.delete(ID, {**QUOTA, "baseline_limit": 50})
    assert emulator.quotas() == []
