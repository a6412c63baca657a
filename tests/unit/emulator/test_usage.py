"""The statistics of what applications have generated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator, Usage
from tests.unit.emulator.conftest import Clock

Call = Callable[..., dict[str, Any]]
Refusal = Callable[..., str | None]

ZONE = timezone(timedelta(hours=8))
IMAGE = {"SubAppId": 1, "AigcType": "Image"}
TOKEN = "a-token-that-nobody-may-see"


@pytest.fixture
def today(clock: Clock) -> datetime:
    """Its midnight, in the zone of the statistics."""
    return datetime.fromtimestamp(clock.now, ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


def span(start: datetime, end: datetime) -> dict[str, str]:
    return {"StartTime": start.isoformat(), "EndTime": end.isoformat()}


def shown(call: Call, **params: object) -> dict[str, list[tuple[str, int, int]]]:
    """Of each model the intervals with usage."""
    items = call("DescribeAigcUsageData", **params)["AigcUsageDataSet"]
    return {
        item["Specification"]: [(row["Time"], row["Count"], row["Usage"]) for row in item["DataSet"] if row["Count"]]
        for item in items
    }


def test_usage_is_told_by_model_and_day(emulator: Emulator, call: Call, today: datetime) -> None:
    day = today - timedelta(days=3)
    for model, after in (("a", 0), ("a", 23), ("b", 24)):
        emulator.put_usage(Usage(1, "Image", model, day + timedelta(hours=after), 2, tasks=2))
    emulator.put_usage(Usage(1, "Video", "c", day, 7))
    emulator.put_usage(Usage(2, "Image", "d", day, 7))
    assert shown(call, **IMAGE, **span(day, today)) == {
        "a": [(day.isoformat(), 4, 4)],
        "b": [((day + timedelta(days=1)).isoformat(), 2, 2)],
    }


def test_a_day_or_less_is_told_by_five_minutes(emulator: Emulator, call: Call, today: datetime) -> None:
    day = today - timedelta(days=1)
    for minutes in (0, 4, 5):
        emulator.put_usage(Usage(1, "Image", "a", day + timedelta(minutes=minutes), 1))
    expected = [(day.isoformat(), 2, 2), ((day + timedelta(minutes=5)).isoformat(), 1, 1)]
    assert shown(call, **IMAGE, **span(day, day + timedelta(days=1))) == {"a": expected}


@pytest.mark.parametrize(
    ("key", "amounts"), [({}, 7), ({"APIKey": TOKEN}, 1), ({"APIKeys": [TOKEN, "b"]}, 3), ({"APIKey": "gone"}, 0)]
)
def test_usage_is_told_of_the_tokens_that_are_asked_for(
    emulator: Emulator, call: Call, today: datetime, key: dict[str, object], amounts: int
) -> None:
    for token, amount in ((TOKEN, 1), ("b", 2), (None, 4)):
        emulator.put_usage(Usage(1, "Image", "a", today, amount, api_token=token))
    found = shown(call, **IMAGE, **key, **span(today - timedelta(days=2), today))
    assert sum(amount for rows in found.values() for _, _, amount in rows) == amounts
    assert TOKEN not in str(emulator.calls)


@pytest.mark.parametrize(
    ("back", "days", "code"),
    [
        (364, 90, None),
        (366, 90, "InvalidParameterValue"),
        (90, 91, "InvalidParameterValue"),
        (3, -1, "InvalidParameterValue"),
        (-3, 1, None),
    ],
)
def test_a_year_back_and_ninety_days_at_a_time_can_be_asked_for(
    refusal: Refusal, today: datetime, back: int, days: int, code: str | None
) -> None:
    start = today - timedelta(days=back)
    assert refusal("DescribeAigcUsageData", **IMAGE, **span(start, start + timedelta(days=days))) == code


@pytest.mark.parametrize("change", [{"AigcType": "3D"}, {"StartTime": "yesterday"}, {"EndTime": "2026-11-18T00:00:00"}])
def test_a_type_or_a_time_that_is_none_is_refused(refusal: Refusal, today: datetime, change: dict[str, str]) -> None:
    params = {**IMAGE, **span(today, today), **change}
    assert refusal("DescribeAigcUsageData", **params) == "InvalidParameterValue"


def test_the_tokens_of_an_application_are_listed(emulator: Emulator, call: Call) -> None:
    emulator.put_token(1, TOKEN)
    assert call("DescribeAigcApiTokens", SubAppId=1)["ApiTokens"] == [TOKEN]
    assert call("DescribeAigcApiTokens", SubAppId=2)["ApiTokens"] == []
