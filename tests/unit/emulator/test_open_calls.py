"""What the documents leave open about who calls and how often, each alternative of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tc_resources.testing.emulator import Behaviour, Emulator

Refusal = Callable[..., str | None]
Send = Callable[..., httpx.Response]
Wait = Callable[[float], None]

IMAGE = {"SubAppId": 1, "QuotaType": "Image"}
NOTHING = {"version": "2.0", "statement": []}


def behaving(**how: Any) -> Behaviour:
    return Behaviour(**how)


def code(answer: httpx.Response) -> str | None:
    found: str | None = answer.json()["Response"].get("Error", {}).get("Code")
    return found


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"rate": 1}, [None, "RequestLimitExceeded", None]),
        ({"rate": 1, "behaviour": behaving(throttled_counts=True)}, [None, *["RequestLimitExceeded"] * 2]),
    ],
)
def test_requests_above_the_rate_count_or_not_as_chosen(
    refusal: Refusal, wait: Wait, expected: list[str | None]
) -> None:
    codes = []
    for _ in range(3):
        codes.append(refusal("DescribeAigcQuotas", **IMAGE))
        wait(0.6)
    assert codes == expected


@pytest.mark.parametrize("options", [{"rate": 1, "behaviour": behaving(throttled_counts=True)}])
def test_who_pauses_for_a_second_is_let_in_again(refusal: Refusal, wait: Wait) -> None:
    assert [refusal("DescribeAigcQuotas", **IMAGE) for _ in range(2)] == [None, "RequestLimitExceeded"]
    wait(1)
    assert refusal("DescribeAigcQuotas", **IMAGE) is None


@pytest.mark.parametrize(
    ("options", "limits", "quotas"),
    [
        ({}, "UnauthorizedOperation.CamUnauthorized", "AuthFailure.UnauthorizedOperation"),
        (
            {"behaviour": behaving(teo_denial="UnauthorizedOperation.NoPermission")},
            "UnauthorizedOperation.NoPermission",
            "AuthFailure.UnauthorizedOperation",
        ),
        (
            {"behaviour": behaving(vod_denial="UnauthorizedOperation.CamUnauthorized")},
            "UnauthorizedOperation.CamUnauthorized",
            "UnauthorizedOperation.CamUnauthorized",
        ),
    ],
)
def test_a_policy_denies_with_the_code_that_is_chosen_for_the_service(
    emulator: Emulator, send: Send, limits: str, quotas: str
) -> None:
    emulator.put_key("AKIDUSER", "user-key", policy=NOTHING)
    key = ("AKIDUSER", "user-key")
    answers = (
        send("DescribePrefetchOriginLimit", b'{"ZoneId": "zone-1"}', key=key),
        send("DescribeAigcQuotas", json.dumps(IMAGE).encode(), key=key),
    )
    assert [code(answer) for answer in answers] == [limits, quotas]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "AuthFailure.UnauthorizedOperation"),
        ({"behaviour": behaving(identity_permission=False)}, None),
    ],
)
def test_who_one_is_may_be_asked_with_or_without_a_permission_as_chosen(
    emulator: Emulator, send: Send, expected: str | None
) -> None:
    emulator.put_key("AKIDUSER", "user-key", policy=NOTHING)
    assert code(send("GetCallerIdentity", key=("AKIDUSER", "user-key"))) == expected


ROLE = "qcs::cam::uin/100000000001:roleName/deploy"
MISSING, WRONG = "AuthFailure.SecretIdNotFound", "AuthFailure.TokenFailure"


@pytest.mark.parametrize(
    ("options", "missing", "wrong"),
    [
        ({}, MISSING, WRONG),
        ({"behaviour": behaving(missing_token=WRONG, wrong_token=MISSING)}, WRONG, MISSING),
    ],
)
def test_temporary_credentials_without_their_token_or_with_another_are_refused_as_chosen(
    emulator: Emulator, send: Send, wait: Wait, missing: str, wrong: str
) -> None:
    emulator.put_role(ROLE)
    answer = send("AssumeRole", json.dumps({"RoleArn": ROLE, "RoleSessionName": "ci"}).encode())
    issued = answer.json()["Response"]["Credentials"]
    key = (issued["TmpSecretId"], issued["TmpSecretKey"])
    codes = [code(send("GetCallerIdentity", changed={"x-tc-token": token}, key=key)) for token in (None, "another")]
    assert codes == [missing, wrong]
    wait(7200)
    assert code(send("GetCallerIdentity", changed={"x-tc-token": issued["Token"]}, key=key)) == wrong


@pytest.mark.parametrize("action", ["DescribeMediaInfos", "SetAigcWhitelist"])
def test_an_action_of_the_service_that_is_not_emulated_is_refused_by_the_vendors_code(
    emulator: Emulator, refusal: Refusal, action: str
) -> None:
    assert refusal(action, SubAppId=1) == "InvalidAction"
    assert [(call.action, call.code) for call in emulator.calls] == [(action, "InvalidAction")]
