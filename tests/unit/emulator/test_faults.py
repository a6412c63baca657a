from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tc_resources.testing.emulator import AnswerLost, Emulator, ErrorCode, Fault, Html, Quota, RequestLost, Slow

Refusal = Callable[..., str | None]

CREATE = "CreateAigcQuota"
IMAGE: dict[str, Any] = {"SubAppId": 1, "QuotaType": "Image", "QuotaLimit": 5}


def test_an_error_code_is_answered_and_nothing_is_applied(emulator: Emulator, refusal: Refusal) -> None:
    emulator.script(Fault(ErrorCode("FailedOperation.DBError")))
    assert refusal(CREATE, **IMAGE) == "FailedOperation.DBError"
    assert emulator.quotas() == []
    assert refusal(CREATE, **IMAGE) is None


def test_a_lost_answer_breaks_the_connection_after_the_call_was_applied(emulator: Emulator, refusal: Refusal) -> None:
    emulator.script(Fault(AnswerLost()))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        refusal(CREATE, **IMAGE)
    assert emulator.quotas() == [Quota(1, "Image", 5)]
    assert [call.code for call in emulator.calls] == [None]


def test_a_lost_request_breaks_the_connection_and_nothing_is_applied(emulator: Emulator, refusal: Refusal) -> None:
    emulator.script(Fault(RequestLost()))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        refusal(CREATE, **IMAGE)
    assert emulator.quotas() == []
    assert [call.code for call in emulator.calls] == ["RequestLost"]


@pytest.mark.parametrize("status", [200, 429, 503])
def test_a_page_of_html_answers_and_nothing_is_applied(
    emulator: Emulator, send: Callable[..., httpx.Response], status: int
) -> None:
    emulator.script(Fault(Html(status)))
    answer = send(CREATE, b'{"SubAppId": 1, "QuotaType": "Image", "QuotaLimit": 5}')
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<html>" in answer.text
    assert emulator.quotas() == []
    assert [call.code for call in emulator.calls] == [f"HTTP {status}"]


@pytest.mark.parametrize("options", [{"latency": 0.5}])
def test_a_slow_call_is_applied_and_answered_late(emulator: Emulator, refusal: Refusal, slept: list[float]) -> None:
    emulator.script(Fault(Slow(7)))
    assert refusal(CREATE, **IMAGE) is None
    assert slept == [7.5]
    assert emulator.quotas() == [Quota(1, "Image", 5)]


def test_each_call_takes_the_first_fault_for_its_action(emulator: Emulator, refusal: Refusal) -> None:
    emulator.script(Fault(ErrorCode("A"), "ModifyAigcQuota"), Fault(ErrorCode("B"), times=2))
    emulator.script(Fault(ErrorCode("C"), CREATE))
    codes = [refusal(CREATE, **IMAGE) for _ in range(4)]
    assert codes == ["B", "B", "C", None]
    assert [refusal("ModifyAigcQuota", **IMAGE) for _ in range(2)] == ["A", None]


def test_a_fault_waits_for_a_call_with_its_parameters(emulator: Emulator, refusal: Refusal) -> None:
    emulator.script(Fault(ErrorCode("A"), "DescribeAigcQuotas", when={"SubAppId": 2}))
    assert [refusal("DescribeAigcQuotas", SubAppId=number, QuotaType="Image") for number in (1, 2, 2)] == [
        None,
        "A",
        None,
    ]


def test_a_refused_signature_takes_no_fault(emulator: Emulator, send: Callable[..., httpx.Response]) -> None:
    emulator.script(Fault(Html(503)))
    assert send(CREATE, changed={"authorization": "none"}).status_code == 200
    assert send(CREATE).status_code == 503


@pytest.mark.parametrize("action", ["CreateAIGCQuota", "create_aigc_quota", "GET /latest/meta-data/", ""])
def test_a_fault_of_an_action_that_no_service_has_is_refused_and_told_the_known_ones(
    emulator: Emulator, action: str
) -> None:
    with pytest.raises(ValueError, match=r"AssumeRole, .*CreateAigcQuota, .*ModifyPrefetchOriginLimit"):
        emulator.script(Fault(AnswerLost()), Fault(AnswerLost(), action))
    assert emulator.scripted == []


def test_a_fault_is_scripted_until_a_call_has_met_it(emulator: Emulator, refusal: Refusal) -> None:
    unmet = Fault(ErrorCode("A"), CREATE, when={"sub_app_id": 1})
    emulator.script(unmet, Fault(ErrorCode("B"), CREATE, times=2))
    assert len(emulator.scripted) == 3
    assert [refusal(CREATE, **IMAGE) for _ in range(2)] == ["B", "B"]
    assert emulator.scripted == [unmet]
    emulator.clear_script()
    assert emulator.scripted == []
