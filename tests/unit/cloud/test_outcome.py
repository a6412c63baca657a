"""What is known of a call that failed: that it was refused, or only that nobody can tell."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from tc_resources.cloud.client import Client, Recreation
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.roles import AssumedRole
from tc_resources.cloud.errors import (
    CloudError,
    CredentialsError,
    EngineGoneError,
    NotInForceError,
    Outcome,
    ServiceError,
    TransportError,
)
from tc_resources.cloud.orphan import putting_back
from tc_resources.cloud.retry import RetryPolicy
from tc_resources.cloud.services.teo import DESCRIBE, MODIFY
from tc_resources.cloud.services.vod import CREATE
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.testing.emulator import (
    AnswerLost,
    Emulator,
    ErrorCode,
    Fault,
    Html,
    Limit,
    Quota,
    RequestLost,
)

if TYPE_CHECKING:
    from tc_resources.testing.emulator.faults import Kind
    from tests.conftest import FakeClock

Connect = Callable[..., Client]
ON = {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}
QUOTA = {"SubAppId": 1, "QuotaType": "Image", "QuotaLimit": 5}
ATTEMPTS = RetryPolicy().attempts
THROTTLED, BROKEN, NO = "RequestLimitExceeded", "InternalError", "OperationDenied.NotInPrefetchOriginLimitWhiteList"


class Unreliable(httpx.BaseTransport):
    """Fails in turn before anything is sent, and then is what it is made of."""

    def __init__(self, transport: httpx.BaseTransport, *failures: Exception) -> None:
        self._transport, self._failures = transport, list(failures)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._failures:
            raise self._failures.pop(0)
        return self._transport.handle_request(request)


def codes(emulator: Emulator) -> list[str | None]:
    return [call.code for call in emulator.calls]


def failure(client: Client, kind: type[CloudError] = ServiceError) -> CloudError:
    """What comes of a call that has to fail."""
    with pytest.raises(kind) as raised:
        client.call(MODIFY, ON)
    return raised.value


def test_a_refusal_is_one(emulator: Emulator, client: Client) -> None:
    emulator.script(Fault(ErrorCode(NO)))
    assert failure(client).outcome is Outcome.REFUSED
    assert codes(emulator) == [NO]
    assert emulator.limits() == []


@pytest.mark.parametrize("tries", [1, 3])
@pytest.mark.parametrize("throttled", [THROTTLED, "RequestLimitExceeded.UinLimitExceeded"])
def test_a_throttled_try_before_a_refusal_leaves_it_one(
    emulator: Emulator, client: Client, throttled: str, tries: int
) -> None:
    emulator.script(Fault(ErrorCode(throttled), times=tries), Fault(ErrorCode(NO)))
    assert failure(client).outcome is Outcome.REFUSED
    assert codes(emulator) == [throttled] * tries + [NO]
    assert emulator.limits() == []


def test_what_is_throttled_to_the_end_was_not_carried_out(emulator: Emulator, connect: Connect) -> None:
    emulator.script(Fault(ErrorCode(THROTTLED), times=100))
    assert failure(connect(timeout=10)).outcome is Outcome.THROTTLED
    assert set(codes(emulator)) == {THROTTLED}
    assert emulator.limits() == []


def test_a_lost_answer_before_a_refusal_makes_it_unclear(emulator: Emulator, client: Client) -> None:
    emulator.script(Fault(AnswerLost()))
    with pytest.raises(ServiceError) as raised:
        client.call(CREATE, QUOTA)
    assert raised.value.outcome is Outcome.UNCLEAR
    assert codes(emulator) == [None, "InvalidParameterValue"]
    assert emulator.quotas() == [Quota(1, "Image", 5)]


@pytest.mark.parametrize(
    ("fault", "code"), [(RequestLost(), "RequestLost"), (Html(503), "HTTP 503"), (ErrorCode(BROKEN), BROKEN)]
)
def test_a_try_that_may_have_been_carried_out_before_a_refusal_makes_it_unclear(
    emulator: Emulator, client: Client, fault: RequestLost | Html | ErrorCode, code: str
) -> None:
    emulator.script(Fault(fault), Fault(ErrorCode(NO)))
    assert failure(client).outcome is Outcome.UNCLEAR
    assert codes(emulator) == [code, NO]


def test_one_unclear_try_among_others_makes_a_refusal_unclear(emulator: Emulator, client: Client) -> None:
    emulator.script(*(Fault(kind) for kind in (ErrorCode(THROTTLED), AnswerLost(), ErrorCode(THROTTLED))))
    emulator.script(Fault(ErrorCode(NO)))
    assert failure(client).outcome is Outcome.UNCLEAR
    assert codes(emulator) == [THROTTLED, None, THROTTLED, NO]
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]


def test_a_throttling_to_the_end_does_not_clear_up_a_lost_answer(emulator: Emulator, connect: Connect) -> None:
    emulator.script(Fault(AnswerLost()), Fault(ErrorCode(THROTTLED), times=100))
    assert failure(connect(timeout=10)).outcome is Outcome.UNCLEAR
    assert codes(emulator)[:2] == [None, THROTTLED]


def test_the_last_try_counts_too(emulator: Emulator, client: Client) -> None:
    emulator.script(Fault(ErrorCode(THROTTLED)), Fault(ErrorCode(BROKEN), times=2 * ATTEMPTS))
    assert failure(client).outcome is Outcome.UNCLEAR
    assert codes(emulator)[-1] == BROKEN


def test_a_call_knows_nothing_of_one_before_it(emulator: Emulator, client: Client) -> None:
    emulator.script(Fault(AnswerLost()), Fault(ErrorCode(NO), times=2))
    assert [failure(client).outcome for _ in range(2)] == [Outcome.UNCLEAR, Outcome.REFUSED]
    assert codes(emulator) == [None, NO, NO]


UNSENT = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout(""),
    httpx.PoolTimeout(""),
    httpx.ProxyError("503 Service Unavailable"),
]
MAYBE_SENT = [
    httpx.ReadTimeout(""),
    httpx.ReadError(""),
    httpx.WriteError(""),
    httpx.WriteTimeout(""),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
]


@pytest.mark.parametrize("error", UNSENT, ids=repr)
def test_a_connection_that_was_never_made_has_carried_nothing_out(
    emulator: Emulator, connect: Connect, transport: httpx.BaseTransport, error: Exception
) -> None:
    unreachable = Unreliable(transport, *[error] * ATTEMPTS)
    assert failure(connect(transport=unreachable, timeout=3600), TransportError).outcome is Outcome.REFUSED
    emulator.script(Fault(ErrorCode(NO)))
    assert failure(connect(transport=Unreliable(transport, error, error))).outcome is Outcome.REFUSED
    assert codes(emulator) == [NO]


@pytest.mark.parametrize("error", MAYBE_SENT, ids=repr)
def test_a_connection_that_broke_may_have_carried_it_out(
    emulator: Emulator, connect: Connect, transport: httpx.BaseTransport, error: Exception
) -> None:
    broken = Unreliable(transport, *[error] * ATTEMPTS)
    assert failure(connect(transport=broken, timeout=3600), TransportError).outcome is Outcome.UNCLEAR
    emulator.script(Fault(ErrorCode(NO)))
    unsent_at_last = Unreliable(transport, error, httpx.ConnectError("refused"))
    assert failure(connect(transport=unsent_at_last)).outcome is Outcome.UNCLEAR
    assert codes(emulator) == [NO]


def test_where_nobody_listens_nothing_was_carried_out(times: Clock, transport: httpx.BaseTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    client = client_of(Settings(Credentials("AKID", "key"), Endpoint(url)), transport=transport, clock=times)
    error = failure(client, TransportError)
    assert error.outcome is Outcome.REFUSED
    assert "Connection refused" in str(error)


def test_a_host_that_is_none_has_carried_nothing_out(times: Clock, transport: httpx.BaseTransport) -> None:
    known = Settings(Credentials("AKID", "key"), Endpoint("https://a..b"))
    assert failure(client_of(known, transport=transport, clock=times), TransportError).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [(AnswerLost(), Outcome.UNCLEAR), (ErrorCode(THROTTLED), Outcome.REFUSED), (None, Outcome.REFUSED)],
)
def test_a_call_that_the_engines_end_cut_short_is_as_clear_as_its_tries(
    emulator: Emulator, connect: Connect, fault: AnswerLost | ErrorCode | None, outcome: Outcome
) -> None:
    emulator.script(*([Fault(fault)] if fault else []))
    client = connect(alive=lambda: bool(fault) and not emulator.calls)
    assert failure(client, EngineGoneError).outcome is outcome
    assert len(emulator.calls) == bool(fault)


def test_where_no_credentials_could_be_had_nothing_was_carried_out(emulator: Emulator, connect: Connect) -> None:
    role = AssumedRole(Credentials(emulator.secret_id, emulator.secret_key), "qcs::cam::uin/1:roleName/x")
    emulator.script(Fault(RequestLost(), action="AssumeRole", times=100))
    assert failure(connect(role, timeout=10), CredentialsError).outcome is Outcome.REFUSED
    assert {call.action for call in emulator.calls} == {"AssumeRole"}


OFF = {**ON, "Enabled": "off"}


@pytest.mark.parametrize("kind", [ErrorCode(NO), ErrorCode(THROTTLED)], ids=["refused", "throttled"])
def test_what_could_not_be_taken_away_for_certain_is_in_force(
    emulator: Emulator, connect: Connect, kind: ErrorCode
) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 100))
    emulator.script(Fault(kind, when={"Enabled": "off"}, times=1000))
    client = connect(timeout=10)
    with pytest.raises(ServiceError, match=kind.code):
        client.recreate(Recreation("the limit", lambda: client.call(MODIFY, OFF), lambda: client.call(MODIFY, ON)))
    assert set(codes(emulator)) == {kind.code}
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 100)]


def test_what_may_have_been_taken_away_is_said_not_to_be_in_force(
    emulator: Emulator, connect: Connect, clock: FakeClock
) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 100))
    emulator.script(Fault(AnswerLost()), Fault(ErrorCode(NO)))
    client = connect(timeout=10)
    began = clock.at
    with pytest.raises(
        NotInForceError, match=r"^NOT IN FORCE: the limit was taken away to be set anew\. teo:"
    ) as raised:
        client.recreate(Recreation("the limit", lambda: client.call(MODIFY, OFF), lambda: client.call(MODIFY, ON)))
    assert raised.value.outcome is Outcome.UNCLEAR
    assert codes(emulator) == [None, NO]
    assert emulator.limits() == []
    assert clock.at - began <= 10


def test_what_was_taken_away_and_not_put_back_is_said_not_to_be_in_force(emulator: Emulator, client: Client) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 100))
    emulator.script(Fault(ErrorCode(NO), when={"Enabled": "on"}))
    with pytest.raises(NotInForceError) as raised:
        client.recreate(Recreation("the limit", lambda: client.call(MODIFY, OFF), lambda: client.call(MODIFY, ON)))
    assert isinstance(raised.value.cause, ServiceError)
    assert raised.value.outcome is Outcome.UNCLEAR
    assert codes(emulator) == [None, NO]


FORMER = {**ON, "Bandwidth": 100}


def recreation(client: Client) -> Recreation:
    """A limit of 100 Mbps that is to have what ON says."""

    def put(params: dict[str, object]) -> None:
        with putting_back(lambda: not client.call(DESCRIBE, {"ZoneId": "zone-1"})["TotalCount"]):
            client.call(MODIFY, params)

    return Recreation("the limit", lambda: client.call(MODIFY, OFF), lambda: put(ON), lambda: put(FORMER))


def test_what_is_refused_once_the_former_was_taken_away_puts_the_former_back(
    emulator: Emulator, client: Client
) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 100))
    emulator.script(Fault(ErrorCode(NO), when={"Bandwidth": 500, "Enabled": "on"}))
    with pytest.raises(ServiceError, match=NO):
        client.recreate(recreation(client))
    assert codes(emulator) == [None, NO, None]
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 100)]


def test_what_may_have_been_put_is_not_put_back_as_it_was(emulator: Emulator, connect: Connect) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 100))
    emulator.script(Fault(AnswerLost(), when={"Bandwidth": 500, "Enabled": "on"}))
    emulator.script(Fault(ErrorCode(NO), when={"Bandwidth": 500, "Enabled": "on"}))
    client = connect(timeout=10)
    with pytest.raises(NotInForceError):
        client.recreate(recreation(client))
    assert codes(emulator) == [None, None, NO]


@pytest.mark.parametrize("somebodys", [None, 700])
def test_an_orphan_puts_back_only_where_nothing_is(emulator: Emulator, connect: Connect, somebodys: int | None) -> None:
    """Its engine has gone, and the next run may have been there."""
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 100))
    alive = [True]
    client = connect(alive=lambda: alive[0])

    def take_away() -> None:
        client.call(MODIFY, OFF)
        alive[0] = False
        if somebodys:
            emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", somebodys))

    how = replace(recreation(client), take_away=take_away)
    if somebodys:
        with pytest.raises(NotInForceError):
            client.recreate(how)
    else:
        client.recreate(how)
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", somebodys or 500)]


@pytest.mark.parametrize("fault", [RequestLost(), AnswerLost(), Html(503), ErrorCode("InternalError")])
def test_what_may_be_done_once_alone_is_not_tried_again_where_it_may_have_been(
    emulator: Emulator, client: Client, fault: Kind
) -> None:
    emulator.script(Fault(fault))
    with pytest.raises(CloudError) as raised:
        client.call_once(CREATE, QUOTA)
    assert raised.value.outcome is Outcome.UNCLEAR
    assert len(emulator.calls) == 1


def test_what_may_be_done_once_alone_is_tried_again_where_it_was_not_done(emulator: Emulator, client: Client) -> None:
    emulator.script(Fault(ErrorCode(THROTTLED), times=3))
    client.call_once(CREATE, QUOTA)
    assert codes(emulator) == [*[THROTTLED] * 3, None]
