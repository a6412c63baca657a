from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from pulumi.runtime import rpc

from tc_resources.limits.aigc_quota import AigcQuotaArgs
from tc_resources.limits.fields import described
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs
from tc_resources.testing.emulator import Emulator
from tests.unit.provider.host import AnyHost

LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
QUOTA = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5}
OUTPUTS = {"baseline_limit": 3, "written_at": 1_800_000_000}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("zone_id", "zone-2", (True, ["zone_id"])),
        ("domain_name", "cdn.example.com", (True, ["domain_name"])),
        ("area", "MainlandChina", (True, ["area"])),
        ("bandwidth", 300, (True, [])),
        ("adopt", True, (False, [])),
    ],
)
def test_a_changed_input_of_a_limit_replaces_updates_or_changes_nothing(
    limits: AnyHost, emulator: Emulator, name: str, value: object, expected: tuple[bool, list[str]]
) -> None:
    assert limits.diff(LIMIT, {**LIMIT, name: value}) == expected
    assert emulator.calls == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("sub_app_id", 2, (True, ["sub_app_id"])),
        ("quota_type", "Video", (True, ["quota_type"])),
        ("quota_limit", 6, (True, [])),
        ("quota_limit", 0, (True, [])),
        ("api_token", "a-token", (True, ["api_token"])),
        ("reset_limit", 0, (True, [])),
        ("reset_limit", 7, (True, [])),
        ("adopt", True, (False, [])),
    ],
)
def test_a_changed_input_of_a_quota_replaces_updates_or_changes_nothing(
    quotas: AnyHost, emulator: Emulator, name: str, value: object, expected: tuple[bool, list[str]]
) -> None:
    assert quotas.diff({**QUOTA, **OUTPUTS}, {**QUOTA, name: value}) == expected
    assert quotas.diff({**QUOTA, **OUTPUTS, name: value}, QUOTA) == expected
    assert emulator.calls == []


def test_the_diffs_above_know_every_input() -> None:
    """A new input cannot be forgotten: it says itself what its change means."""
    known = {
        name: field.on_change
        for kind in (PrefetchOriginLimitArgs, AigcQuotaArgs)
        for name, field in described(kind).items()
    }
    assert known == {
        **dict.fromkeys(["zone_id", "domain_name", "area", "sub_app_id", "quota_type", "api_token"], "replaces"),
        **dict.fromkeys(["bandwidth", "quota_limit", "reset_limit", "period"], "updates"),
        "adopt": "ignored",
        "allow_below_usage": "ignored",
    }
    assert {field.name for field in dataclasses.fields(AigcQuotaArgs)} == set(described(AigcQuotaArgs))


def test_nothing_changes_where_nothing_changed(limits: AnyHost, quotas: AnyHost) -> None:
    assert limits.diff(LIMIT, LIMIT) == (False, [])
    assert quotas.diff({**QUOTA, **OUTPUTS}, QUOTA) == (False, [])


def test_several_changes_replace_by_those_that_do(limits: AnyHost) -> None:
    assert limits.diff(LIMIT, {**LIMIT, "zone_id": "zone-2", "area": "MainlandChina", "bandwidth": 300}) == (
        True,
        ["zone_id", "area"],
    )


def test_another_release_of_the_provider_changes_nothing(limits: AnyHost) -> None:
    """The engine compares nothing by itself, so a new `__provider` is taken along with the next real change."""
    assert limits.diff({**LIMIT, "__provider": "gASVAAAA"}, LIMIT) == (False, [])


@pytest.mark.parametrize("stored", [{"adopt": True}, {"domain_name": "WWW.example.com."}, {"bandwidth": 500.0}])
def test_another_spelling_of_the_same_changes_nothing(limits: AnyHost, stored: dict[str, Any]) -> None:
    assert limits.diff({**LIMIT, **stored}, LIMIT) == (False, [])


def test_what_a_state_of_an_earlier_release_lacks_and_the_program_leaves_out_changes_nothing(quotas: AnyHost) -> None:
    assert quotas.diff({"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5}, QUOTA) == (False, [])


@pytest.mark.parametrize(
    ("name", "replaces"),
    [("zone_id", ["zone_id"]), ("domain_name", ["domain_name"]), ("area", ["area"]), ("bandwidth", [])],
)
def test_an_input_that_is_not_known_yet_may_change(limits: AnyHost, name: str, replaces: list[str]) -> None:
    assert limits.diff(LIMIT, {**LIMIT, name: rpc.UNKNOWN}) == (True, replaces)
