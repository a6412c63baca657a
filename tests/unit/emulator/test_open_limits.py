"""What the documents leave open about origin limits, each alternative of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Limit

Call = Callable[..., dict[str, Any]]
Refusal = Callable[..., str | None]
Wait = Callable[[float], None]

MODIFY = "ModifyPrefetchOriginLimit"
DESCRIBE = "DescribePrefetchOriginLimit"
ON = {"ZoneId": "zone-1", "DomainName": "a.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}
OFF = {**ON, "Enabled": "off"}


def behaving(**how: Any) -> dict[str, Behaviour]:
    return {"behaviour": Behaviour(**how)}


def shown(call: Call, field: str, **params: object) -> list[Any]:
    return [row[field] for row in call(DESCRIBE, ZoneId="zone-1", **params)["Limits"]]


@pytest.mark.parametrize("options", [behaving(limit_lag=30.0)])
def test_the_listing_shows_the_state_of_limit_lag_seconds_ago(call: Call, refusal: Refusal, wait: Wait) -> None:
    refusal(MODIFY, **ON)
    wait(10)
    refusal(MODIFY, **{**ON, "Bandwidth": 600})
    wait(10)
    refusal(MODIFY, **OFF)
    history = []
    for _ in range(4):
        history.append(shown(call, "Bandwidth"))
        wait(10)
    assert history == [[], [500], [600], []]


@pytest.mark.parametrize("options", [behaving(limit_lag=30.0)])
def test_a_limit_that_the_listing_does_not_show_yet_is_there_all_the_same(emulator: Emulator, refusal: Refusal) -> None:
    refusal(MODIFY, **ON)
    assert emulator.limits() == [Limit("zone-1", "a.example.com", "Overseas", 500)]
    assert refusal(MODIFY, **OFF) is None
    assert refusal(MODIFY, **OFF) == "FailedOperation.PrefetchOriginLimitNotFound"


@pytest.mark.parametrize("options", [behaving(limit_lag=30.0)])
def test_a_limit_changed_behind_the_api_shows_at_once(emulator: Emulator, call: Call, refusal: Refusal) -> None:
    refusal(MODIFY, **ON)
    emulator.put_limit(Limit("zone-1", "a.example.com", "Overseas", 900))
    assert shown(call, "Bandwidth") == [900]
    emulator.drop_limit("zone-1", "a.example.com", "Overseas")
    assert shown(call, "Bandwidth") == []


@pytest.mark.parametrize("options", [behaving(limit_lag=30.0), {}])
def test_a_clock_that_is_set_back_shows_no_limit_twice(call: Call, refusal: Refusal, wait: Wait) -> None:
    for bandwidth in (500, 600, 700):
        refusal(MODIFY, **{**ON, "Bandwidth": bandwidth})
        wait(-5)
    for _ in range(10):
        assert len(shown(call, "Bandwidth")) <= 1
        wait(5)
    assert shown(call, "Bandwidth") == [700]


def test_a_limit_keeps_its_time_of_creation_and_its_place_when_it_is_changed(
    call: Call, refusal: Refusal, wait: Wait
) -> None:
    for domain in ("a.example.com", "b.example.com", "a.example.com"):
        refusal(MODIFY, **{**ON, "DomainName": domain})
        wait(60)
    first, second = call(DESCRIBE, ZoneId="zone-1")["Limits"]
    assert (first["DomainName"], second["DomainName"]) == ("a.example.com", "b.example.com")
    assert (first["CreateTime"], first["UpdateTime"]) == ("2027-01-15T08:00:00Z", "2027-01-15T08:02:00Z")


@pytest.mark.parametrize(
    ("options", "code"),
    [(behaving(absent_limit="FailedOperation"), "FailedOperation"), (behaving(absent_limit="succeeds"), None)],
)
def test_off_without_a_limit_answers_as_chosen(refusal: Refusal, code: str | None) -> None:
    assert refusal(MODIFY, **OFF) == code


TOO_SMALL = "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall"


@pytest.mark.parametrize(
    ("options", "codes"), [({}, [TOO_SMALL] * 2), (behaving(off_bandwidth="ignored"), [TOO_SMALL, None])]
)
def test_off_minds_the_bounds_of_the_bandwidth_as_chosen(
    emulator: Emulator, refusal: Refusal, codes: list[str | None]
) -> None:
    emulator.put_limit(Limit("zone-1", "a.example.com", "Overseas", 500))
    assert [refusal(MODIFY, **{**wanted, "Bandwidth": 1}) for wanted in (ON, OFF)] == codes


@pytest.mark.parametrize("options", [behaving(most_bandwidth=400)])
def test_an_account_may_have_a_largest_bandwidth_of_its_own(refusal: Refusal) -> None:
    assert refusal(MODIFY, **ON) == "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge"
    assert refusal(MODIFY, **{**ON, "Bandwidth": 400}) is None


@pytest.mark.parametrize(
    ("options", "sent", "names"),
    [
        ({}, ["A.example.com", "a.example.com"], ["A.example.com", "a.example.com"]),
        (behaving(domain_case="ignored"), ["A.example.com", "a.example.com"], ["A.example.com"]),
        (behaving(domain_case="lower"), ["A.example.com", "a.example.com"], ["a.example.com"]),
        (behaving(domain_case="upper"), ["A.example.com", "a.example.com"], ["A.EXAMPLE.COM"]),
        ({}, ["例え.example.com", "xn--r8jz45g.example.com"], ["例え.example.com", "xn--r8jz45g.example.com"]),
        (
            behaving(domain_form="punycode"),
            ["例え.example.com", "xn--r8jz45g.example.com"],
            ["xn--r8jz45g.example.com"],
        ),
        (behaving(domain_form="unicode"), ["xn--r8jz45g.example.com", "例え.example.com"], ["例え.example.com"]),
        (behaving(domain_form="unicode"), ["a..com", "é" * 64], ["a..com", "é" * 64]),
        ({}, ["a.example.com.", "a.example.com"], ["a.example.com.", "a.example.com"]),
        (behaving(domain_dot="without"), ["a.example.com.", "a.example.com"], ["a.example.com"]),
        (behaving(domain_dot="with"), ["a.example.com", "a.example.com."], ["a.example.com."]),
    ],
)
def test_domains_are_told_apart_and_shown_as_chosen(
    call: Call, refusal: Refusal, sent: list[str], names: list[str]
) -> None:
    for name in sent:
        assert refusal(MODIFY, **{**ON, "DomainName": name}) is None
    assert shown(call, "DomainName") == names
    found = [shown(call, "DomainName", Filters=[{"Name": "domain-name", "Values": [name]}]) for name in sent]
    assert found == [[name] for name in (names if len(names) > 1 else names * 2)]
    assert [refusal(MODIFY, **{**OFF, "DomainName": name}) for name in sent[-len(names) :]] == [None] * len(names)


@pytest.mark.parametrize("options", [behaving(domain_case="lower", domain_form="punycode", domain_dot="without")])
def test_a_view_behind_the_api_takes_a_domain_in_any_spelling_of_it(emulator: Emulator, call: Call) -> None:
    emulator.put_limit(Limit("zone-1", "例え.Example.com.", "Overseas", 500))
    assert shown(call, "DomainName") == ["xn--r8jz45g.example.com"]
    emulator.drop_limit("zone-1", "xn--r8jz45g.EXAMPLE.com", "Overseas")
    assert emulator.limits() == []


@pytest.mark.parametrize(
    ("options", "areas"),
    [
        ({}, ["Overseas", "MainlandChina"]),
        (behaving(area_form="lower"), ["overseas", "mainlandchina"]),
        (behaving(area_form="as_zones"), ["overseas", "mainland"]),
    ],
)
def test_the_listing_writes_areas_as_chosen_and_still_filters_by_the_documented_ones(
    emulator: Emulator, call: Call, areas: list[str]
) -> None:
    for area in ("Overseas", "MainlandChina"):
        emulator.put_limit(Limit("zone-1", "a.example.com", area, 500))
    assert shown(call, "Area") == areas
    assert shown(call, "Area", Filters=[{"Name": "area", "Values": ["MainlandChina"]}]) == areas[1:]
    assert {limit.area for limit in emulator.limits()} == {"Overseas", "MainlandChina"}


@pytest.mark.parametrize("options", [behaving(limit_filters="ignored")])
def test_filters_that_are_ignored_leave_all_rows_and_are_checked_all_the_same(
    emulator: Emulator, call: Call, refusal: Refusal
) -> None:
    for domain in ("a", "b"):
        emulator.put_limit(Limit("zone-1", domain, "Overseas", 500))
    assert shown(call, "DomainName", Filters=[{"Name": "domain-name", "Values": ["a"]}]) == ["a", "b"]
    assert refusal(DESCRIBE, ZoneId="zone-1", Filters=[{"Name": "zone", "Values": []}]) == "InvalidParameter"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (behaving(unknown_zone=code), code)
        for code in ("InvalidParameter.ZoneNotFound", "ResourceNotFound", "UnauthorizedOperation.CamUnauthorized")
    ],
)
def test_an_unknown_zone_is_refused_with_the_chosen_code_by_each_action(
    emulator: Emulator, refusal: Refusal, code: str
) -> None:
    assert [refusal(MODIFY, **ON), refusal(MODIFY, **OFF), refusal(DESCRIBE, ZoneId="zone-1")] == [code] * 3
    emulator.put_zone("zone-1")
    assert [refusal(MODIFY, **ON), refusal(DESCRIBE, ZoneId="zone-1")] == [None] * 2


@pytest.mark.parametrize("options", [behaving(unknown_domain="InvalidParameter.DomainNotFound", domain_case="lower")])
def test_an_unknown_domain_is_refused_and_its_zone_listed(emulator: Emulator, call: Call, refusal: Refusal) -> None:
    emulator.put_zone("zone-1")
    assert [refusal(MODIFY, **wanted) for wanted in (ON, OFF)] == ["InvalidParameter.DomainNotFound"] * 2
    assert shown(call, "DomainName") == []
    emulator.put_domain("zone-1", "A.example.com")
    assert refusal(MODIFY, **OFF) == "FailedOperation.PrefetchOriginLimitNotFound"
    assert refusal(MODIFY, **ON) is None
    assert refusal(MODIFY, **{**ON, "ZoneId": "zone-2"}) == "InvalidParameter.DomainNotFound"


def test_a_domain_that_was_put_brings_its_zone(emulator: Emulator, call: Call) -> None:
    emulator.put_domain("zone-7", "a.example.com")
    emulator.account(emulator.account_id).put_domain("zone-8", "a.example.com")
    assert [row["ZoneId"] for row in call("DescribeZones")["Zones"]] == ["zone-7", "zone-8"]


@pytest.mark.parametrize(
    ("options", "order"),
    [
        (behaving(row_order="oldest_first"), [0, 1, 2, 3, 4]),
        (behaving(row_order="newest_first"), [4, 3, 2, 1, 0]),
        (behaving(row_order="shuffled", shuffle_seed=70), [0, 1, 2, 3, 4]),
    ],
)
def test_limits_are_listed_in_the_chosen_order_whatever_the_page(
    emulator: Emulator, call: Call, options: dict[str, Behaviour], order: list[int]
) -> None:
    for number in range(5):
        emulator.put_limit(Limit("zone-1", f"{number}.example.com", "Overseas", 500))
    listed = [int(name[0]) for name in shown(call, "DomainName")]
    assert listed == [int(shown(call, "DomainName", Limit=1, Offset=number)[0][0]) for number in range(5)]
    if options["behaviour"].row_order == "shuffled":
        assert listed not in (order, order[::-1])
        assert sorted(listed) == order
    else:
        assert listed == order


def test_a_page_shifts_when_a_row_before_it_goes(emulator: Emulator, call: Call) -> None:
    for number in range(4):
        emulator.put_limit(Limit("zone-1", f"{number}.example.com", "Overseas", 500))
    first = shown(call, "DomainName", Limit=2)
    emulator.drop_limit("zone-1", "0.example.com", "Overseas")
    second = shown(call, "DomainName", Limit=2, Offset=2)
    assert (first, second) == (["0.example.com", "1.example.com"], ["3.example.com"])
