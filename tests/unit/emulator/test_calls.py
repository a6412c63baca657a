from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tc_resources.testing.emulator import Call, Emulator

Refusal = Callable[..., str | None]
Wait = Callable[[float], None]

DESCRIBE = "DescribeAigcQuotas"
TEXT = {"SubAppId": 1, "QuotaType": "Text", "QuotaLimit": 5, "ApiToken": "hidden"}


def test_the_log_shows_each_call_without_its_token(emulator: Emulator, refusal: Refusal, wait: Wait) -> None:
    refusal("CreateAigcQuota", **TEXT)
    wait(2)
    refusal("CreateAigcQuota", **TEXT)
    masked = {**TEXT, "ApiToken": "***"}
    assert emulator.calls == [
        Call("CreateAigcQuota", masked, None, 1_800_000_000.0),
        Call("CreateAigcQuota", masked, "InvalidParameterValue", 1_800_000_002.0),
    ]
    assert emulator.quotas()[0].api_token == "hidden"


def test_the_log_has_refused_requests_too(emulator: Emulator, send: Callable[..., httpx.Response]) -> None:
    send(DESCRIBE, b'{"ApiToken": "hidden"}', {"authorization": "none"})
    send(DESCRIBE, b"no json")
    assert [(call.action, call.params, call.code) for call in emulator.calls] == [
        (DESCRIBE, {"ApiToken": "***"}, "AuthFailure.InvalidAuthorization"),
        (DESCRIBE, {}, "InvalidParameter"),
    ]


def test_calls_of_selects_actions_and_clear_forgets_all(emulator: Emulator, refusal: Refusal) -> None:
    refusal("CreateAigcQuota", **TEXT)
    refusal(DESCRIBE, SubAppId=1, QuotaType="Image")
    refusal("DescribePrefetchOriginLimit", ZoneId="zone-1")
    assert [call.action for call in emulator.calls_of(DESCRIBE, "CreateAigcQuota")] == ["CreateAigcQuota", DESCRIBE]
    emulator.clear_calls()
    assert emulator.calls == []


def test_the_writes_are_the_calls_that_were_to_change_a_setting(
    emulator: Emulator, refusal: Refusal, http: httpx.Client
) -> None:
    writes = ["CreateAigcQuota", "ModifyAigcQuota", "DeleteAigcQuota", "ModifyPrefetchOriginLimit"]
    for action in (*writes, DESCRIBE, "GetCallerIdentity", "AssumeRole"):
        refusal(action)
    http.get(f"{emulator.url}/latest/meta-data/cam/security-credentials/")
    assert len(emulator.calls) == len(writes) + 4
    assert [call.action for call in emulator.writes] == writes


@pytest.mark.parametrize("options", [{"rate": 2}])
def test_the_rate_holds_in_any_second_and_for_each_action(emulator: Emulator, refusal: Refusal, wait: Wait) -> None:
    codes = []
    for pause in (0, 0.6, 0.3, 0.2, 0.3, 0.3):
        wait(pause)
        codes.append(refusal(DESCRIBE, SubAppId=1, QuotaType="Image"))
    limited = "RequestLimitExceeded"
    assert codes == [None, None, limited, None, limited, None]
    assert [call.code for call in emulator.calls] == codes
    assert refusal("DescribePrefetchOriginLimit", ZoneId="zone-1") is None


@pytest.mark.parametrize("options", [{"rate": 1}])
def test_a_request_with_a_wrong_signature_does_not_count(send: Callable[..., httpx.Response], refusal: Refusal) -> None:
    send(DESCRIBE, changed={"authorization": "none"})
    assert refusal(DESCRIBE, SubAppId=1, QuotaType="Image") is None


def test_the_rate_is_20_a_second_unless_told_otherwise(refusal: Refusal) -> None:
    codes = [refusal(DESCRIBE, SubAppId=1, QuotaType="Image") for _ in range(21)]
    assert codes == [None] * 20 + ["RequestLimitExceeded"]


@pytest.mark.parametrize("options", [{"latency": 0.25}])
def test_the_latency_comes_before_each_answer(refusal: Refusal, slept: list[float]) -> None:
    refusal(DESCRIBE, SubAppId=1, QuotaType="Image")
    refusal("CreateAigcQuota")
    assert slept == [0.25, 0.25]
