from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.errors import CloudError, EngineGoneError, ServiceError, TransportError
from tc_resources.cloud.identities import QuotaAddress
from tc_resources.cloud.orphan import putting_back
from tc_resources.cloud.retry import RetryPolicy
from tc_resources.cloud.services.teo import DESCRIBE, MODIFY
from tc_resources.cloud.services.vod import CREATE
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.connection import CONNECT_TIMEOUT, READ_TIMEOUT
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.dynamic.words import WORDS
from tc_resources.limits.advice import explain
from tc_resources.limits.preflight import SECONDS
from tc_resources.testing.emulator import (
    AnswerLost,
    Emulator,
    ErrorCode,
    Fault,
    Html,
    Limit,
    RequestLost,
)

if TYPE_CHECKING:
    from tests.conftest import FakeClock

ATTEMPTS = RetryPolicy().attempts

Connect = Callable[..., Client]

ON = {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}
FINE = {"Response": {"RequestId": "r-1"}}


class Scripted(httpx.BaseTransport):
    """A service that answers in turn, or whose connection fails in turn; the last outcome repeats itself."""

    def __init__(self, *outcomes: httpx.Response | Exception) -> None:
        self.outcomes = list(outcomes)
        self.timeouts: list[dict[str, float]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.timeouts.append(request.extensions["timeout"])
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.mark.parametrize("fault", [Html(429), Html(500), Html(502), Html(503), Html(200), RequestLost()])
def test_no_answer_twice_in_a_row_ends_right(emulator: Emulator, client: Client, fault: Html | RequestLost) -> None:
    emulator.script(Fault(fault, times=2))
    client.call(MODIFY, ON)
    assert [call.code for call in emulator.calls][2] is None
    assert len(emulator.calls) == 3
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]


def test_a_lost_answer_is_asked_for_again(emulator: Emulator, client: Client) -> None:
    emulator.script(Fault(AnswerLost(), times=2))
    client.call(MODIFY, ON)
    assert [call.code for call in emulator.calls] == [None, None, None]
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]


@pytest.mark.parametrize(
    "failure", [httpx.ConnectError("refused"), httpx.ReadTimeout(""), httpx.ConnectTimeout(""), httpx.ReadError("")]
)
def test_a_broken_or_silent_connection_is_tried_again(connect: Connect, failure: Exception) -> None:
    transport = Scripted(failure, failure, httpx.Response(200, json=FINE))
    assert connect(transport=transport).call(DESCRIBE, {}) == {"RequestId": "r-1"}
    assert len(transport.timeouts) == 3


def test_no_answer_at_all_names_the_action_the_address_and_the_reason(connect: Connect, emulator: Emulator) -> None:
    with pytest.raises(TransportError) as raised:
        connect(transport=Scripted(httpx.ReadTimeout(""))).call(DESCRIBE, {})
    assert str(raised.value) == f"teo:DescribePrefetchOriginLimit had no answer from {emulator.url}: ReadTimeout."


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, text=""),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"message": "no route"}),
        httpx.Response(200, json={"Response": None}),
        httpx.Response(200, json={"Response": []}),
        httpx.Response(503, json={"Response": {"RequestId": "r-1"}}),
        httpx.Response(200, json={"Response": {"Error": "InternalError", "RequestId": "r-1"}}),
        httpx.Response(200, json={"Response": {"Error": {"Code": "InternalError"}, "RequestId": "r-1"}}),
        httpx.Response(200, json={"Response": {"Error": {"Code": "FailedOperation", "Message": "No."}}}),
    ],
)
def test_an_answer_in_another_format_is_tried_again(connect: Connect, answer: httpx.Response) -> None:
    transport = Scripted(answer, httpx.Response(200, json=FINE))
    assert connect(transport=transport).call(DESCRIBE, {}) == {"RequestId": "r-1"}
    assert len(transport.timeouts) == 2


def test_a_page_in_the_services_place_is_told_by_its_status(emulator: Emulator, client: Client) -> None:
    emulator.script(Fault(Html(503), times=ATTEMPTS))
    with pytest.raises(
        TransportError, match=r"^teo:DescribePrefetchOriginLimit: http\S+ answered HTTP 503 in another format"
    ):
        client.call(DESCRIBE, {"ZoneId": "zone-1"})


def test_waits_are_chosen_by_chance_from_a_range_that_doubles_up_to_a_cap(
    emulator: Emulator, connect: Connect, clock: FakeClock
) -> None:
    emulator.script(Fault(ErrorCode("InternalError"), times=ATTEMPTS))
    with pytest.raises(ServiceError, match="InternalError"):
        connect(timeout=3600).call(MODIFY, ON)
    ranges = [1, 2, 4] + [8] * (ATTEMPTS - 4)
    assert clock.asked[: ATTEMPTS - 1] == [(0, most) for most in ranges]
    assert clock.slept == ranges
    assert len(emulator.calls) == ATTEMPTS


def test_the_last_try_begins_within_the_time_limit(emulator: Emulator, connect: Connect, clock: FakeClock) -> None:
    emulator.script(Fault(ErrorCode("InternalError"), times=ATTEMPTS))
    start = clock.at
    with pytest.raises(ServiceError, match="InternalError"):
        connect(timeout=10).call(MODIFY, ON)
    assert clock.slept == [1, 2, 4]
    assert clock.at - start <= 10
    assert len(emulator.calls) == 4


def test_the_calls_of_one_operation_share_its_time_limit(
    emulator: Emulator, connect: Connect, clock: FakeClock
) -> None:
    client = connect(timeout=10)
    emulator.script(Fault(ErrorCode("InternalError"), "ModifyPrefetchOriginLimit", times=2))
    emulator.script(Fault(ErrorCode("InternalError"), "DescribePrefetchOriginLimit", times=ATTEMPTS))
    start = clock.at
    with client.operation():
        client.call(MODIFY, ON)
        with pytest.raises(ServiceError, match="InternalError"):
            client.call(DESCRIBE, {"ZoneId": "zone-1"})
    assert clock.slept == [1, 2, 1, 2, 4]
    assert clock.at - start <= 10


def test_an_operation_after_another_has_the_whole_time_again(
    emulator: Emulator, connect: Connect, clock: FakeClock
) -> None:
    client = connect(timeout=10)
    for _ in range(2):
        emulator.script(Fault(ErrorCode("InternalError"), times=3))
        with client.operation():
            client.call(MODIFY, ON)
    assert clock.slept == [1, 2, 4] * 2


def test_a_try_waits_for_its_answer_no_longer_than_the_operation_may_take(connect: Connect) -> None:
    transport = Scripted(httpx.ReadTimeout(""))
    client = connect(transport=transport, timeout=12)
    with client.operation(), pytest.raises(TransportError):
        client.call(DESCRIBE, {})
    assert [timeout["read"] for timeout in transport.timeouts] == pytest.approx([12, 11, 9, 5])
    assert [timeout["connect"] for timeout in transport.timeouts] == pytest.approx([4.8, 4.4, 3.6, 2.0])


@pytest.mark.parametrize("left", [SECONDS, 3.0, 1.0])
def test_a_host_that_cannot_be_reached_leaves_the_look_before_a_run_time_for_more(
    connect: Connect, left: float
) -> None:
    transport = Scripted(httpx.Response(200, json=FINE))
    client = connect(transport=transport)
    with client.operation(left):
        client.call(DESCRIBE, {})
    [timeout] = transport.timeouts
    assert timeout["connect"] <= max(1.0, left / 2)


def test_a_try_has_timeouts_of_its_own(connect: Connect) -> None:
    transport = Scripted(httpx.Response(200, json=FINE))
    connect(transport=transport).call(DESCRIBE, {})
    assert transport.timeouts == [
        {"connect": CONNECT_TIMEOUT, "read": READ_TIMEOUT, "write": READ_TIMEOUT, "pool": READ_TIMEOUT}
    ]


def test_more_calls_at_once_than_the_rate_are_paced_and_none_is_refused(
    emulator: Emulator, client: Client, clock: FakeClock
) -> None:
    for _ in range(45):
        client.call(DESCRIBE, {"ZoneId": "zone-1"})
    assert {call.code for call in emulator.calls} == {None}
    assert sum(clock.slept) == pytest.approx(2 * 1.01)


def test_each_action_has_a_pace_of_its_own(emulator: Emulator, client: Client, clock: FakeClock) -> None:
    for _ in range(20):
        client.call(DESCRIBE, {"ZoneId": "zone-1"})
        client.call(MODIFY, ON)
    assert len(emulator.calls) == 40
    assert clock.slept == []


def test_clients_of_one_key_share_a_pace_and_of_another_key_do_not(
    emulator: Emulator, connect: Connect, clock: FakeClock
) -> None:
    for _ in range(10):
        connect().call(DESCRIBE, {"ZoneId": "zone-1"})
        connect().call(DESCRIBE, {"ZoneId": "zone-1"})
    assert clock.slept == []
    with pytest.raises(ServiceError, match="AuthFailure"):
        connect(Credentials("AKIDOTHER", "other")).call(DESCRIBE, {"ZoneId": "zone-1"})
    assert clock.slept == []
    connect().call(DESCRIBE, {"ZoneId": "zone-1"})
    assert clock.slept == [pytest.approx(1.01)]
    assert {call.code for call in emulator.calls[:20]} == {None}


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded"])
def test_a_throttled_call_waits_for_up_to_a_second_and_slows_all_down(
    emulator: Emulator, connect: Connect, clock: FakeClock, code: str
) -> None:
    emulator.script(Fault(ErrorCode(code)))
    connect().call(MODIFY, ON)
    assert clock.asked == [(0, 1)]
    for _ in range(13):
        connect().call(MODIFY, ON)
    assert clock.slept == [1]
    connect().call(MODIFY, ON)
    assert len(clock.slept) == 2


def test_a_throttled_call_is_tried_again_as_long_as_there_is_time(
    emulator: Emulator, connect: Connect, clock: FakeClock
) -> None:
    emulator.script(Fault(ErrorCode("RequestLimitExceeded"), times=2 * ATTEMPTS))
    connect().call(MODIFY, ON)
    emulator.script(Fault(ErrorCode("RequestLimitExceeded"), times=100))
    start = clock.at
    with pytest.raises(ServiceError) as raised:
        connect(timeout=30).call(MODIFY, ON)
    assert "Something else uses this account's 20 requests a second" in explain(raised.value, WORDS)
    assert 25 < clock.at - start <= 31


def test_nothing_is_sent_once_the_engine_is_gone(emulator: Emulator, connect: Connect, clock: FakeClock) -> None:
    with pytest.raises(EngineGoneError, match=r"^teo:ModifyPrefetchOriginLimit was not sent: the engine"):
        connect(alive=lambda: False).call(MODIFY, ON)
    assert emulator.calls == []
    assert clock.slept == []


def test_no_second_try_is_made_once_the_engine_is_gone(emulator: Emulator, connect: Connect) -> None:
    emulator.script(Fault(ErrorCode("InternalError"), times=5))
    with pytest.raises(EngineGoneError):
        connect(alive=lambda: not emulator.calls).call(MODIFY, ON)
    assert len(emulator.calls) == 1


def test_what_was_taken_away_is_put_back_without_the_engine_and_in_a_time_limit_of_its_own(
    emulator: Emulator, connect: Connect, clock: FakeClock
) -> None:
    orphan = connect(alive=lambda: False, timeout=10)
    with orphan.operation():
        clock.sleep(9.5)
        emulator.script(Fault(ErrorCode("InternalError"), times=2))
        with orphan.finishing(), putting_back():
            orphan.call(MODIFY, ON)
    assert [call.code for call in emulator.calls] == ["InternalError", "InternalError", None]


SECRETS = ("a-secret-key", "a-session-token", "an-api-token")


@pytest.mark.parametrize("options", [{"secret_key": SECRETS[0]}])
@pytest.mark.parametrize("fault", [Html(503), RequestLost(), ErrorCode("InternalError"), ErrorCode("FailedOperation")])
def test_no_secret_is_in_a_log_or_an_error(
    emulator: Emulator, connect: Connect, caplog: pytest.LogCaptureFixture, fault: Html | RequestLost | ErrorCode
) -> None:
    caplog.set_level(logging.DEBUG)
    emulator.script(Fault(fault, times=ATTEMPTS))
    emulator.clock_offset = 3600
    client = connect(Credentials(emulator.secret_id, *SECRETS[:2]))
    with pytest.raises(CloudError) as raised:
        client.call(CREATE, {"SubAppId": 1, "QuotaType": "Text", "QuotaLimit": 5, "ApiToken": SECRETS[2]})
    assert emulator.calls[-1].params["ApiToken"] == "***"
    assert "clock is off" in caplog.text
    assert not [secret for secret in SECRETS if secret in caplog.text + str(raised.value) + repr(raised.value)]


def test_no_secret_is_in_a_repr(connect: Connect) -> None:
    keys = Credentials("AKID", *SECRETS[:2])
    client = connect(keys)
    address = QuotaAddress(1, "Text", SECRETS[2])
    parts = (client, client._signature, client._requester, client.guard)
    shown = f"{keys!r} {keys} {[(part, vars(part)) for part in parts]!r} {Settings(keys, Endpoint('intl'))!r}"
    shown += f"{address!r} {address.identity!r}"
    assert not [secret for secret in SECRETS if secret in shown]


def test_each_retry_is_logged_with_its_number_wait_and_cause(
    emulator: Emulator, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tc_resources")
    emulator.script(Fault(ErrorCode("InternalError"), times=2))
    client.call(MODIFY, ON)
    tries = [record.getMessage() for record in caplog.records if record.name.startswith("tc_resources")]
    assert [line.split(": ")[0] for line in tries] == ["Try 1 failed, waiting 1.0 s", "Try 2 failed, waiting 2.0 s"]
    assert all("InternalError" in line for line in tries)


def test_four_threads_have_four_time_limits(emulator: Emulator, connect: Connect, clock: FakeClock) -> None:
    """One thread's operation is not cut short by another's that began earlier."""
    client = connect(timeout=10)
    began, go_on = threading.Event(), threading.Event()

    def old() -> None:
        with client.operation():
            began.set()
            go_on.wait(5)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(old)
        began.wait(5)
        clock.sleep(9)
        emulator.script(Fault(ErrorCode("InternalError"), times=3))
        with client.operation():
            client.call(MODIFY, ON)
        go_on.set()
    assert emulator.limits() != []
