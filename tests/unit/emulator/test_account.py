from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota

Call = Callable[..., dict[str, Any]]
Refusal = Callable[..., str | None]


def zones(call: Call, **params: object) -> list[str]:
    return [row["ZoneId"] for row in call("DescribeZones", **params)["Zones"]]


def sub_apps(call: Call, **params: object) -> list[int]:
    return [row["SubAppId"] for row in call("DescribeSubAppIds", **params)["SubAppIdInfoSet"]]


def test_zones_that_were_put_and_those_with_limits_are_listed_once_each(emulator: Emulator, call: Call) -> None:
    for zone_id in ("zone-3", "zone-1", "zone-3"):
        emulator.put_zone(zone_id)
    for zone_id in ("zone-1", "zone-2"):
        emulator.put_limit(Limit(zone_id, "a.example.com", "Overseas", 500))
    assert zones(call) == ["zone-1", "zone-2", "zone-3"]
    assert call("DescribeZones")["TotalCount"] == 3


def test_applications_that_were_put_and_those_with_quotas_are_listed_once_each(emulator: Emulator, call: Call) -> None:
    for sub_app_id in (3, 1, 3):
        emulator.put_sub_app(sub_app_id)
    for sub_app_id in (1, 2):
        emulator.put_quota(Quota(sub_app_id, "Image", 5))
    assert sub_apps(call) == [1, 2, 3]
    assert call("DescribeSubAppIds")["TotalCount"] == 3


def test_an_empty_account_has_neither(call: Call) -> None:
    assert (zones(call), sub_apps(call)) == ([], [])


def test_zones_come_20_a_page_and_applications_200_unless_told_otherwise(emulator: Emulator, call: Call) -> None:
    for number in range(201):
        emulator.put_zone(f"zone-{number:03}")
        emulator.put_sub_app(number)
    assert [len(zones(call, Offset=offset)) for offset in (0, 190)] == [20, 11]
    assert [len(sub_apps(call, Offset=offset)) for offset in (0, 190)] == [200, 11]
    assert zones(call, Limit=1, Offset=7) == ["zone-007"]
    assert sub_apps(call, Limit=1, Offset=7) == [7]


@pytest.mark.parametrize(
    ("action", "most", "code"),
    [("DescribeZones", 100, "InvalidParameter"), ("DescribeSubAppIds", 200, "InvalidParameterValue")],
)
def test_a_page_out_of_bounds_is_refused(refusal: Refusal, action: str, most: int, code: str) -> None:
    assert [refusal(action, Limit=limit) for limit in (0, most + 1)] == [code] * 2
    assert refusal(action, Offset=-1) == "InvalidParameter"
    assert refusal(action, Limit=most) is None
