"""A listing may overlook a quota once, of which nothing else tells where it has no token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tc_resources.testing.emulator import Emulator, Fault, Overlooked, Quota
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
