from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Limit

Call = Callable[..., dict[str, Any]]
Refusal = Callable[..., str | None]

MODIFY = "ModifyPrefetchOriginLimit"
DESCRIBE = "DescribePrefetchOriginLimit"
ON = {"ZoneId": "zone-1", "DomainName": "a.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}
OFF = {**ON, "Enabled": "off"}


@pytest.fixture
def three(emulator: Emulator) -> None:
    for domain, area in (("a", "Overseas"), ("a", "MainlandChina"), ("b", "Overseas")):
        emulator.put_limit(Limit("zone-1", f"{domain}.example.com", area, 500))
    emulator.put_limit(Limit("zone-2", "a.example.com", "Overseas", 900))


def shown(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(limit["DomainName"][0], limit["Area"]) for limit in answer["Limits"]]


def test_on_creates_the_limit(emulator: Emulator, call: Call) -> None:
    assert list(call(MODIFY, **ON)) == ["RequestId"]
    assert emulator.limits() == [Limit("zone-1", "a.example.com", "Overseas", 500)]


def test_on_over_an_existing_limit_updates_it(emulator: Emulator, refusal: Refusal) -> None:
    refusal(MODIFY, **ON)
    assert refusal(MODIFY, **{**ON, "Bandwidth": 700}) is None
    assert [limit.bandwidth for limit in emulator.limits()] == [700]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_limit="refuses")}])
def test_on_over_an_existing_limit_is_refused_where_that_is_chosen(emulator: Emulator, refusal: Refusal) -> None:
    refusal(MODIFY, **ON)
    assert refusal(MODIFY, **{**ON, "Bandwidth": 700}) == "ResourceInUse.PrefetchOriginLimitAlreadyExists"
    assert [limit.bandwidth for limit in emulator.limits()] == [500]


@pytest.mark.usefixtures("three")
def test_off_deletes_the_limit_of_that_area_only(emulator: Emulator, refusal: Refusal) -> None:
    assert refusal(MODIFY, **OFF) is None
    assert [(limit.zone_id, limit.domain_name, limit.area) for limit in emulator.limits()] == [
        ("zone-1", "a.example.com", "MainlandChina"),
        ("zone-1", "b.example.com", "Overseas"),
        ("zone-2", "a.example.com", "Overseas"),
    ]


def test_off_without_a_limit_is_refused(refusal: Refusal) -> None:
    assert refusal(MODIFY, **OFF) == "FailedOperation.PrefetchOriginLimitNotFound"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Bandwidth": 99}, "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall"),
        ({"Bandwidth": 100}, None),
        ({"Bandwidth": 100_000}, None),
        ({"Bandwidth": 100_001}, "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge"),
        ({"Area": "Global"}, "InvalidParameter.PrefetchOriginLimitAreaInvalid"),
        ({"Enabled": "yes"}, "InvalidParameter.PrefetchOriginLimitEnabledInvalid"),
        ({"Bandwidth": 100.0}, "InvalidParameter"),
        ({"Bandwidth": "100"}, "InvalidParameter"),
        ({"Bandwidth": True}, "InvalidParameter"),
        ({"Burst": 1}, "UnknownParameter"),
    ],
)
def test_on_checks_each_parameter(
    emulator: Emulator, refusal: Refusal, change: dict[str, object], code: str | None
) -> None:
    assert refusal(MODIFY, **{**ON, **change}) == code
    assert len(emulator.limits()) == (code is None)


@pytest.mark.parametrize("name", ON)
def test_every_parameter_of_modify_is_required(refusal: Refusal, name: str) -> None:
    assert refusal(MODIFY, **{key: value for key, value in ON.items() if key != name}) == "MissingParameter"


def test_an_account_has_at_most_100_limits(emulator: Emulator, refusal: Refusal) -> None:
    for number in range(100):
        emulator.put_limit(Limit(f"zone-{number}", "a.example.com", "Overseas", 500))
    assert refusal(MODIFY, **{**ON, "ZoneId": "zone-5", "Bandwidth": 600}) is None
    assert refusal(MODIFY, **{**ON, "ZoneId": "zone-100"}) == "FailedOperation.PrefetchOriginLimitCountExceeded"
    assert len(emulator.limits()) == 100


@pytest.mark.usefixtures("three")
def test_describe_lists_one_zone_with_all_fields(call: Call) -> None:
    answer = call(DESCRIBE, ZoneId="zone-2")
    assert answer["TotalCount"] == 1
    assert answer["Limits"] == [
        {
            "ZoneId": "zone-2",
            "DomainName": "a.example.com",
            "Area": "Overseas",
            "Bandwidth": 900,
            "CreateTime": "2027-01-15T08:00:00Z",
            "UpdateTime": "2027-01-15T08:00:00Z",
        }
    ]


def test_describe_of_an_unknown_zone_is_empty(call: Call) -> None:
    answer = call(DESCRIBE, ZoneId="zone-9")
    assert (answer["TotalCount"], answer["Limits"]) == (0, [])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([("domain-name", ["a.example.com"])], [("a", "Overseas"), ("a", "MainlandChina")]),
        ([("domain-name", ["a.example"])], []),
        ([("area", ["Overseas", "MainlandChina"])], [("a", "Overseas"), ("a", "MainlandChina"), ("b", "Overseas")]),
        ([("domain-name", ["a.example.com"]), ("area", ["Overseas"])], [("a", "Overseas")]),
    ],
)
@pytest.mark.usefixtures("three")
def test_describe_matches_every_filter_by_one_of_its_exact_values(
    call: Call, filters: list[tuple[str, list[str]]], expected: list[tuple[str, str]]
) -> None:
    sent = [{"Name": name, "Values": values} for name, values in filters]
    answer = call(DESCRIBE, ZoneId="zone-1", Filters=sent)
    assert shown(answer) == expected
    assert answer["TotalCount"] == len(expected)


@pytest.mark.parametrize(
    ("filter_", "code"),
    [
        ({"Name": "area", "Values": ["Overseas"] * 20}, None),
        ({"Name": "area", "Values": ["Overseas"] * 21}, "InvalidParameter"),
        ({"Name": "zone", "Values": ["zone-1"]}, "InvalidParameter"),
        ({"Name": "area"}, "MissingParameter"),
    ],
)
def test_describe_checks_its_filters(refusal: Refusal, filter_: dict[str, object], code: str | None) -> None:
    assert refusal(DESCRIBE, ZoneId="zone-1", Filters=[filter_]) == code


def test_describe_shows_20_a_page_unless_told_otherwise(emulator: Emulator, call: Call) -> None:
    for number in range(25):
        emulator.put_limit(Limit("zone-1", f"{number}.example.com", "Overseas", 500))
    assert [len(call(DESCRIBE, ZoneId="zone-1", Offset=offset)["Limits"]) for offset in (0, 20, 40)] == [20, 5, 0]
    assert len(call(DESCRIBE, ZoneId="zone-1", Limit=100)["Limits"]) == 25
    assert call(DESCRIBE, ZoneId="zone-1", Limit=1, Offset=7)["Limits"][0]["DomainName"] == "7.example.com"
    assert call(DESCRIBE, ZoneId="zone-1", Offset=40)["TotalCount"] == 25


@pytest.mark.parametrize("bounds", [{"Limit": 0}, {"Limit": 101}, {"Offset": -1}])
def test_describe_refuses_a_page_out_of_bounds(refusal: Refusal, bounds: dict[str, int]) -> None:
    assert refusal(DESCRIBE, ZoneId="zone-1", **bounds) == "InvalidParameter"


@pytest.mark.usefixtures("three")
def test_a_limit_dropped_behind_the_api_is_gone_at_once(emulator: Emulator, call: Call) -> None:
    emulator.drop_limit("zone-1", "a.example.com", "Overseas")
    assert shown(call(DESCRIBE, ZoneId="zone-1")) == [("a", "MainlandChina"), ("b", "Overseas")]
