from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tc_resources.testing.emulator import Emulator

Refused = Callable[..., str | None]

LIMITS = {"ZoneId": "zone-1"}
QUOTAS = {"SubAppId": 1, "QuotaType": "Image"}
DENIED_LIMITS = "UnauthorizedOperation.CamUnauthorized"
DENIED_QUOTAS = "AuthFailure.UnauthorizedOperation"


def policy(*statements: tuple[str, object]) -> dict[str, object]:
    rows = [{"effect": effect, "action": action, "resource": "*"} for effect, action in statements]
    return {"version": "2.0", "statement": rows}


@pytest.fixture
def refused(emulator: Emulator, send: Callable[..., httpx.Response]) -> Refused:
    """Call an action with a key of this policy; the code that refuses it, None where it is applied."""

    def refused(policy: dict[str, object] | None, action: str, **params: object) -> str | None:
        emulator.put_key("AKIDUSER", "user-key", policy=policy)
        answer = send(action, json.dumps(params).encode(), key=("AKIDUSER", "user-key"))
        code: str | None = answer.json()["Response"].get("Error", {}).get("Code")
        return code

    return refused


def test_a_key_without_a_policy_may_do_everything(refused: Refused) -> None:
    assert refused(None, "DescribePrefetchOriginLimit", **LIMITS) is None
    assert refused(None, "DescribeAigcQuotas", **QUOTAS) is None


@pytest.mark.parametrize("statements", [[], [("allow", "teo:DescribeZones")], [("allow", ["vod:Modify*"])]])
def test_what_nothing_allows_is_denied(refused: Refused, statements: list[tuple[str, object]]) -> None:
    assert refused(policy(*statements), "DescribePrefetchOriginLimit", **LIMITS) == DENIED_LIMITS
    assert refused(policy(*statements), "DescribeAigcQuotas", **QUOTAS) == DENIED_QUOTAS


@pytest.mark.parametrize(
    "action",
    ["*", "vod:*", "vod:Describe*", "vod:*Quotas", ["teo:DescribeZones", "vod:DescribeAigcQuotas"], "name/vod:Desc*"],
)
def test_an_action_is_named_whole_or_with_wildcards(refused: Refused, action: object) -> None:
    assert refused(policy(("allow", action)), "DescribeAigcQuotas", **QUOTAS) is None


@pytest.mark.parametrize("action", ["vod:DescribeAigcQuota", "vod:describeaigcquotas", "DescribeAigcQuotas", "vod.*"])
def test_an_action_that_is_named_in_part_is_not_meant(refused: Refused, action: str) -> None:
    assert refused(policy(("allow", action)), "DescribeAigcQuotas", **QUOTAS) == DENIED_QUOTAS


@pytest.mark.parametrize("order", [1, -1])
def test_deny_wins_over_allow(refused: Refused, order: int) -> None:
    both = [("allow", "*"), ("deny", "vod:Delete*")][::order]
    assert refused(policy(*both), "DeleteAigcQuota", **QUOTAS) == DENIED_QUOTAS
    assert refused(policy(*both), "DescribeAigcQuotas", **QUOTAS) is None


def test_a_denied_call_changes_nothing_and_names_the_permission(emulator: Emulator, refused: Refused) -> None:
    refused(policy(), "CreateAigcQuota", **QUOTAS, QuotaLimit=5)
    assert emulator.quotas() == []
    assert [call.code for call in emulator.calls] == [DENIED_QUOTAS]


def test_a_permission_is_asked_for_before_the_parameters_are_looked_at(refused: Refused) -> None:
    assert refused(policy(), "DescribeAigcQuotas", Nonsense=1) == DENIED_QUOTAS
    assert refused(policy(("allow", "*")), "DescribeAigcQuotas", Nonsense=1) == "MissingParameter"


@pytest.mark.parametrize(
    "change",
    [
        {"version": "1.0"},
        {"effect": "Allow"},
        {"action": None},
        {"resource": "qcs::teo::uin/100000000001:zone/zone-1"},
        {"condition": {"ip_equal": {"qcs:ip": "10.0.0.1"}}},
    ],
)
def test_a_policy_that_cannot_be_heeded_is_refused(emulator: Emulator, change: dict[str, Any]) -> None:
    statement = {"effect": "allow", "action": "*", "resource": "*", **change}
    document = {"version": statement.pop("version", "2.0"), "statement": [statement]}
    with pytest.raises(ValueError, match="validation error"):
        emulator.put_key("AKIDUSER", "user-key", policy=document)
