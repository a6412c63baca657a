from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime import rpc

from tc_resources.limits.advice import Words
from tc_resources.limits.aigc_quota import AigcQuotaArgs
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs
from tc_resources.testing.emulator import Emulator
from tests.unit.provider.host import AnyHost, Run

LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
QUOTA = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5}
TEXT = {**QUOTA, "quota_type": "Text", "api_token": "an-api-token"}


def properties(failures: list[tuple[str, str]]) -> list[str]:
    return [name for name, _ in failures]


@pytest.mark.parametrize(
    "inputs", [LIMIT, {**LIMIT, "bandwidth": 100}, {**LIMIT, "bandwidth": 100_000}, {**LIMIT, "area": "MainlandChina"}]
)
def test_a_good_limit_passes_as_it_is(limits: AnyHost, emulator: Emulator, inputs: dict[str, Any]) -> None:
    assert limits.check(inputs) == (inputs, [])
    assert [call.action for call in emulator.calls] == ["DescribePrefetchOriginLimit"] * 2


@pytest.mark.parametrize(
    "inputs",
    [
        QUOTA,
        TEXT,
        {**QUOTA, "quota_limit": 0, "reset_limit": 0},
        {**QUOTA, "quota_limit": 2**53 - 1, "reset_limit": 2**53 - 1},
        {**QUOTA, "quota_type": "Video", "adopt": True},
    ],
)
def test_a_good_quota_passes_as_it_is(quotas: AnyHost, emulator: Emulator, inputs: dict[str, Any]) -> None:
    assert quotas.check(inputs) == (inputs, [])
    assert [call.action for call in emulator.calls] == ["DescribeAigcQuotas"]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("bandwidth", 99, "must be a whole number from 100 to 100000 (Mbps)"),
        ("bandwidth", 100_001, "must be a whole number from 100 to 100000 (Mbps)"),
        ("bandwidth", 200.5, "must be a whole number from 100 to 100000 (Mbps)"),
        ("bandwidth", True, "must be a whole number from 100 to 100000 (Mbps)"),
        ("bandwidth", [500], "must be a whole number from 100 to 100000 (Mbps)"),
        ("bandwidth", None, "is required"),
        ("area", "Mars", "must be one of Overseas, MainlandChina"),
        ("area", "overseas", "must be one of Overseas, MainlandChina"),
        ("area", ["Overseas"], "must be one of Overseas, MainlandChina"),
        ("zone_id", "", "must be a text that is not empty"),
        ("zone_id", 5, "must be a text that is not empty"),
        ("zone_id", "zone#1", "must have no blanks, no # and no control characters"),
        ("domain_name", "www.exa mple.com", "must have no blanks, no # and no control characters"),
        ("domain_name", "www.example.com\n", "must have no blanks, no # and no control characters"),
        ("domain_name", "www..example.com", "must be a domain name such as www.example.com"),
        ("domain_name", "https://www.example.com/", "must be a domain name such as www.example.com"),
        ("domain_name", ".", "must be a domain name such as www.example.com"),
        ("domain_name", f"{'a' * 64}.com", "must be a domain name such as www.example.com"),
        ("domain_name", "a." * 127 + "com", "must be a domain name such as www.example.com"),
        ("domain_name", None, "is required"),
        ("adopt", "yes", "must be true or false"),
        ("bandwith", 500, "is not a property of PrefetchOriginLimit"),
    ],
)
def test_a_bad_limit_is_refused_under_the_property_that_is_wrong(
    limits: AnyHost, emulator: Emulator, name: str, value: object, reason: str
) -> None:
    _, failures = limits.check({**LIMIT, name: value})
    assert failures == [(name, reason)]
    assert emulator.calls == []


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("sub_app_id", -3, "must be a whole number from 1 to 9007199254740991 (the id of a sub-application)"),
        ("sub_app_id", 0, "must be a whole number from 1 to 9007199254740991 (the id of a sub-application)"),
        ("sub_app_id", True, "must be a whole number from 1 to 9007199254740991 (the id of a sub-application)"),
        ("quota_type", "Audio", "must be one of Image, Video, Text"),
        ("quota_type", None, "is required"),
        (
            "quota_limit",
            -1,
            "must be a whole number from 0 to 9007199254740991 (images, seconds or tokens, by its type)",
        ),
        (
            "quota_limit",
            1.5,
            "must be a whole number from 0 to 9007199254740991 (images, seconds or tokens, by its type)",
        ),
        (
            "quota_limit",
            2**53,
            "must be a whole number from 0 to 9007199254740991 (images, seconds or tokens, by its type)",
        ),
        (
            "reset_limit",
            -1,
            "must be a whole number from 0 to 9007199254740991 (images, seconds or tokens, by its type)",
        ),
        ("adopt", 1, "must be true or false"),
    ],
)
def test_a_bad_quota_is_refused_under_the_property_that_is_wrong(
    quotas: AnyHost, emulator: Emulator, name: str, value: object, reason: str
) -> None:
    _, failures = quotas.check({**QUOTA, name: value})
    assert failures == [(name, reason)]
    assert emulator.calls == []


@pytest.mark.parametrize("value", ["fast", "500", ""])
def test_a_text_for_a_number_is_called_text_with_what_gives_a_number(
    limits: AnyHost, emulator: Emulator, value: str
) -> None:
    _, ((name, reason),) = limits.check({**LIMIT, "bandwidth": value})
    assert name == "bandwidth"
    assert reason.startswith("is text and must be a whole number from 100 to 100000 (Mbps): from the stack's config")
    assert "`config.require_int`" in reason
    assert emulator.calls == []


def test_all_that_is_wrong_with_a_limit_is_told_at_once(limits: AnyHost) -> None:
    _, failures = limits.check({"zone_id": "", "domain_name": "a b", "area": "Mars", "bandwidth": 99, "adopt": 1})
    assert properties(failures) == ["zone_id", "domain_name", "area", "bandwidth", "adopt"]


def test_all_that_is_wrong_with_a_quota_is_told_at_once(quotas: AnyHost) -> None:
    _, failures = quotas.check({"sub_app_id": -3, "quota_type": "Audio", "quota_limit": 1.5, "reset_limit": -1})
    assert properties(failures) == ["sub_app_id", "quota_type", "quota_limit", "reset_limit"]


def test_all_that_is_missing_is_told_at_once(run: Run) -> None:
    assert run.limits.check({}) == (
        {},
        [(name, "is required") for name in ("zone_id", "domain_name", "area", "bandwidth")],
    )
    assert run.quotas.check({}) == ({}, [(name, "is required") for name in ("sub_app_id", "quota_type", "quota_limit")])


@pytest.mark.parametrize("token", ["a secret token", "a#secret#token", "a-secret-token\x00"])
def test_a_bad_token_is_refused_without_its_value_and_its_property(quotas: AnyHost, token: str, words: Words) -> None:
    """The engine prints the value of the property that it is told of."""
    _, failures = quotas.check({**TEXT, "api_token": token})
    assert failures == [("", f"{words.argument('api_token')}: must have no blanks, no # and no control characters")]


def test_a_token_is_refused_with_another_type_than_text(quotas: AnyHost, emulator: Emulator, words: Words) -> None:
    _, [(name, reason)] = quotas.check({**TEXT, "quota_type": "Image"})
    assert name == ""
    assert words.argument("api_token") in reason
    assert words.argument("quota_type") in reason
    assert "an-api-token" not in reason
    assert emulator.calls == []


def test_a_token_is_not_held_against_a_type_that_is_wrong_itself(quotas: AnyHost) -> None:
    _, failures = quotas.check({**TEXT, "quota_type": "Audio"})
    assert properties(failures) == ["quota_type"]


@pytest.mark.parametrize("given", ["WWW.Example.COM", "www.example.com.", "WWW.EXAMPLE.com."])
def test_a_domain_is_brought_into_lower_case_without_its_trailing_dot(limits: AnyHost, given: str) -> None:
    assert limits.check({**LIMIT, "domain_name": given}) == (LIMIT, [])


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(PrefetchOriginLimitArgs)])
def test_each_input_of_a_limit_may_be_unknown(limits: AnyHost, name: str) -> None:
    inputs = {**LIMIT, name: rpc.UNKNOWN}
    assert limits.check(inputs) == (inputs, [])


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(AigcQuotaArgs)])
def test_each_input_of_a_quota_may_be_unknown(quotas: AnyHost, name: str) -> None:
    inputs = {**TEXT, name: rpc.UNKNOWN}
    assert quotas.check(inputs) == (inputs, [])


def test_a_token_that_is_not_known_yet_goes_with_any_type(quotas: AnyHost) -> None:
    inputs = {**QUOTA, "api_token": rpc.UNKNOWN}
    assert quotas.check(inputs) == (inputs, [])


def test_what_is_known_is_checked_beside_what_is_not(limits: AnyHost) -> None:
    _, failures = limits.check({**LIMIT, "zone_id": rpc.UNKNOWN, "bandwidth": 99})
    assert properties(failures) == ["bandwidth"]


def test_every_failure_names_an_input_that_there_is(run: Run) -> None:
    for host, inputs in ((run.limits, PrefetchOriginLimitArgs), (run.quotas, AigcQuotaArgs)):
        names = {field.name for field in dataclasses.fields(inputs)}
        _, failures = host.check(dict.fromkeys(names, "no # good"))
        assert set(properties(failures)) <= names | {""}
        assert len(failures) == len(names)


def test_a_check_needs_neither_a_key_nor_the_service(new_run: Callable[..., Run]) -> None:
    run = new_run({})
    assert run.limits.check(LIMIT) == (LIMIT, [])
    assert run.quotas.check(QUOTA) == (QUOTA, [])


def test_a_check_tells_of_settings_that_cannot_be_used(new_run: Callable[..., Run]) -> None:
    _, failures = new_run({"tc-resources:site": "mars"}).limits.check(LIMIT)
    assert failures == [("", 'tc-resources:site is "mars"; it is one of intl, cn.')]
