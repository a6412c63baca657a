"""The days of the bill, and the windows in which they can be asked for."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tc_resources.cloud.bill import MOST_AT_ONCE, MOST_BACK, Days, today


@given(last=st.dates(date(2020, 1, 1), date(2030, 1, 1)), count=st.integers(1, MOST_BACK))
def test_windows_have_each_day_once_and_are_as_few_as_can_be(last: date, count: int) -> None:
    days = Days.until(last, count)
    windows = days.windows()
    assert [day for window in windows for day in window] == list(days)
    assert (days.count, days.last) == (count, last)
    assert max(window.count for window in windows) <= MOST_AT_ONCE
    assert len(windows) == -(-count // MOST_AT_ONCE)


@pytest.mark.parametrize(
    ("moment", "day"), [((2026, 10, 31, 15, 59, 59), date(2026, 10, 31)), ((2026, 10, 31, 16, 0, 0), date(2026, 11, 1))]
)
def test_a_day_of_the_bill_begins_at_16_00_utc(moment: tuple[int, int, int, int, int, int], day: date) -> None:
    assert today(datetime(*moment, tzinfo=timezone.utc).timestamp()) == day
