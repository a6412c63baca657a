"""The names of the periods that the calendar makes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tc_resources.cloud.errors import ConfigError
from tc_resources.limits.period import FORMATS, current_period

NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=timezone.utc)
"""When it becomes 2027 in UTC+8."""


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("daily", "2026-12-31", "2027-01-01"),
        ("weekly", "2026-W53", "2026-W53"),
        ("monthly", "2026-12", "2027-01"),
        ("yearly", "2026", "2027"),
    ],
)
def test_without_a_zone_the_calendar_is_that_of_the_bill(kind: str, before: str, after: str) -> None:
    moments = (NEW_YEAR - timedelta(seconds=1), NEW_YEAR)
    assert [current_period(kind, now=moment.timestamp) for moment in moments] == [before, after]


@pytest.mark.parametrize(
    ("zone", "month"),
    [("Asia/Shanghai", "2027-01"), ("Asia/Tokyo", "2027-01"), ("UTC", "2026-12"), ("America/New_York", "2026-12")],
)
def test_a_zone_has_its_own_calendar(zone: str, month: str) -> None:
    assert current_period("monthly", zone, NEW_YEAR.timestamp) == month


def test_a_zone_heeds_its_summer_time() -> None:
    midnight = datetime(2026, 3, 31, 22, 0, tzinfo=timezone.utc)
    assert current_period("monthly", "Europe/Berlin", midnight.timestamp) == "2026-04"
    assert current_period("monthly", "Etc/GMT-1", midnight.timestamp) == "2026-03"


@pytest.fixture
def set_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Give the machine another time zone; after the test it has its own again."""

    def set_zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("machine", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_the_zone_of_the_machine_does_not_matter(machine: str, set_zone: Callable[[str], None]) -> None:
    set_zone(machine)
    assert current_period("monthly", now=NEW_YEAR.timestamp) == "2027-01"


@given(kind=st.sampled_from(list(FORMATS)), at=st.integers(0, 4_000_000_000), later=st.integers(0, 400 * 86_400))
def test_a_later_moment_is_of_the_same_period_or_of_one_that_sorts_after_it(kind: str, at: int, later: int) -> None:
    assert current_period(kind, now=lambda: at) <= current_period(kind, now=lambda: at + later)


@pytest.mark.parametrize("zone", ["Nowhere/Else", "../../etc/passwd", ""])
def test_a_zone_that_there_is_none_of_is_named(zone: str) -> None:
    with pytest.raises(ConfigError, match=f'There is no time zone "{zone}" here'):
        current_period("monthly", zone)
