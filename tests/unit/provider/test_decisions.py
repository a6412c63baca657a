"""What was decided on a reading is written within seconds of it, or decided again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

from tc_resources.cloud.decision import FRESH
from tc_resources.testing.emulator import Emulator, ErrorCode, Limit, Quota
from tc_resources.testing.emulator.faults import Kind, Script
from tests.unit.provider.host import AnyHost
from tests.unit.provider.origin_limits import LIMIT, LIVE, with_bandwidth
from tests.unit.provider.quotas import ID, QUOTA

if TYPE_CHECKING:
    from tests.conftest import FakeClock

Jam = Callable[[str, Callable[[], None]], None]


class Jammed(Script):
    """An action does not go through for as many seconds; then others `act`, and after that it does."""

    def __init__(
        self, clock: FakeClock, action: str, kind: Kind, act: Callable[[], None], seconds: float = FRESH
    ) -> None:
        super().__init__()
        self._seconds = seconds
        self._clock, self._action, self._kind, self._act = clock, action, kind, act
        self._since, self._over = 0.0, False

    def take(self, action: str, params: Mapping[str, object]) -> Kind | None:
        if action != self._action or self._over:
            return super().take(action, params)
        self._since = self._since or self._clock.now()
        if self._clock.now() >= self._since + self._seconds:
            self._over = True
            self._act()
        return self._kind


@pytest.fixture
def kind() -> Kind:
    """By what the action does not go through."""
    return ErrorCode("RequestLimitExceeded")


@pytest.fixture
def jam(emulator: Emulator, clock: FakeClock, kind: Kind) -> Jam:
    def jam(action: str, act: Callable[[], None]) -> None:
        emulator._gateway.script = Jammed(clock, action, kind, act)

    return jam


def test_a_limit_that_others_make_while_its_write_is_throttled_is_refused_and_stays(
    limits: AnyHost, emulator: Emulator, jam: Jam
) -> None:
    jam("ModifyPrefetchOriginLimit", lambda: emulator.put_limit(with_bandwidth(900)))
    assert "there already with 900 Mbps" in limits.failure("create", LIMIT)
    assert emulator.limits() == [with_bandwidth(900)]


@pytest.mark.parametrize("there", [[], [LIVE]])
def test_a_limit_whose_write_was_throttled_for_long_is_made_where_nobody_else_came(
    limits: AnyHost, emulator: Emulator, jam: Jam, there: list[Limit]
) -> None:
    for limit in there:
        emulator.put_limit(limit)
    jam("ModifyPrefetchOriginLimit", lambda: None)
    assert limits.create(LIMIT)[1]["bandwidth"] == 500
    assert emulator.limits() == [LIVE]


@pytest.mark.parametrize("kind", [ErrorCode("InternalError")])
def test_a_write_that_may_have_been_carried_out_is_repeated_as_it_is(
    limits: AnyHost, emulator: Emulator, jam: Jam
) -> None:
    jam("ModifyPrefetchOriginLimit", lambda: None)
    limits.create(LIMIT)
    calls = [call.action for call in emulator.calls]
    assert calls.index("ModifyPrefetchOriginLimit") == calls.count("DescribePrefetchOriginLimit")


def test_a_quota_that_others_change_while_it_is_taken_over_is_refused_and_stays(
    quotas: AnyHost, emulator: Emulator, jam: Jam
) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    jam("ModifyAigcQuota", lambda: emulator.put_quota(Quota(1, "Image", 7777)))
    assert "there already with 7777 images" in quotas.failure("create", QUOTA)
    assert emulator.quotas() == [Quota(1, "Image", 7777)]


def test_the_baseline_of_an_adoption_that_was_throttled_is_what_was_there_in_the_end(
    quotas: AnyHost, emulator: Emulator, jam: Jam
) -> None:
    emulator.put_quota(Quota(1, "Image", 5000))
    jam("ModifyAigcQuota", lambda: emulator.put_quota(Quota(1, "Image", 7777)))
    assert quotas.create({**QUOTA, "adopt": True})[1]["baseline_limit"] == 7777


def test_a_cap_is_held_against_what_was_used_while_its_write_was_throttled(
    quotas: AnyHost, emulator: Emulator, jam: Jam
) -> None:
    _, old = quotas.create(QUOTA)
    jam("ModifyAigcQuota", lambda: emulator.put_quota(Quota(1, "Image", 2000, 1500)))
    assert "below the 1500 images" in quotas.failure("update", ID, old, {**QUOTA, "quota_limit": 1000})
    assert emulator.quotas() == [Quota(1, "Image", 2000, 1500)]


class SlowReadings(Script):
    """Each of the first readings takes longer than what was read is known."""

    MOST = 20

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock, self.taken = clock, 0

    def take(self, action: str, params: Mapping[str, object]) -> Kind | None:
        if action.startswith("Describe") and self.taken < self.MOST:
            self.taken += 1
            self._clock.sleep(FRESH + 1)
        return super().take(action, params)


def test_a_limit_is_made_where_each_reading_takes_longer_than_it_is_known(
    limits: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    script = emulator._gateway.script = SlowReadings(clock)
    assert limits.create(LIMIT)[1]["bandwidth"] == 500
    assert emulator.limits() == [LIVE]
    assert script.taken < script.MOST


def test_a_quota_is_taken_over_where_each_reading_takes_longer_than_it_is_known(
    quotas: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.put_quota(Quota(1, "Image", 5000))
    script = emulator._gateway.script = SlowReadings(clock)
    assert quotas.create({**QUOTA, "adopt": True})[1]["baseline_limit"] == 5000
    assert emulator.quotas() == [Quota(1, "Image", 2000)]
    assert script.taken < script.MOST


def test_the_age_of_a_shared_reading_counts_where_its_write_is_throttled(
    quotas: AnyHost, emulator: Emulator, clock: FakeClock, kind: Kind
) -> None:
    emulator.put_quota(Quota(1, "Image", 5000))
    quotas.check(QUOTA)
    clock.sleep(FRESH - 1)
    others = Quota(1, "Image", 7777)
    emulator._gateway.script = Jammed(clock, "ModifyAigcQuota", kind, lambda: emulator.put_quota(others), 1.0)
    assert quotas.create({**QUOTA, "adopt": True})[1]["baseline_limit"] == 7777
