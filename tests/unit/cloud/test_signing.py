from __future__ import annotations

import logging
from collections.abc import Callable

import httpx
import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.errors import ServiceError
from tc_resources.cloud.services.teo import DESCRIBE
from tc_resources.cloud.transport.signing import TC3
from tc_resources.dynamic.words import WORDS
from tc_resources.limits.advice import explain
from tc_resources.testing.emulator import Emulator

Connect = Callable[..., Client]
ZONE = {"ZoneId": "zone-1"}


@pytest.mark.parametrize("offset", [-7200, -301, 301, 86_400])
def test_a_wrong_clock_is_signed_for_once_more_with_the_services_time(
    emulator: Emulator, client: Client, offset: int
) -> None:
    emulator.clock_offset = offset
    assert client.call(DESCRIBE, ZONE)["TotalCount"] == 0
    assert [call.code for call in emulator.calls] == ["AuthFailure.SignatureExpire", None]


def test_a_wrong_clock_is_learnt_once(emulator: Emulator, client: Client) -> None:
    emulator.clock_offset = 3600
    for _ in range(3):
        client.call(DESCRIBE, ZONE)
    assert [call.code for call in emulator.calls] == ["AuthFailure.SignatureExpire", None, None, None]


def test_a_clock_that_is_set_right_later_is_followed(emulator: Emulator, client: Client) -> None:
    for emulator.clock_offset in (3600, 0):
        client.call(DESCRIBE, ZONE)
    assert [call.code for call in emulator.calls] == ["AuthFailure.SignatureExpire", None] * 2


@pytest.mark.parametrize(("offset", "off"), [(3600, "-3600 s"), (-3600, "+3600 s")])
def test_a_wrong_clock_is_warned_of_with_how_far_it_is_off(
    emulator: Emulator, client: Client, caplog: pytest.LogCaptureFixture, offset: int, off: str
) -> None:
    emulator.clock_offset = offset
    client.call(DESCRIBE, ZONE)
    [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
    # The Date header has whole seconds.
    assert warning.getMessage().startswith("This machine's clock is off by ")
    assert abs(int(off.split()[0]) - int(warning.getMessage().split("off by ")[1].split()[0])) <= 1


# Worked out without a line of this package, with the SHA-256 and the HMAC of OpenSSL's command line:
#   openssl dgst -sha256 -r                               of the body, then of the canonical request
#   openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY -r  of the day, the service, "tc3_request", the text to sign
KNOWN = (
    "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2026-11-18/teo/tc3_request, "
    "SignedHeaders=content-type;host, Signature=c3b82d14ca9d4126551d2a82fedca5b24210455ab5b0fdc77dffe21f348a100a"
)


def test_a_request_is_signed_as_it_is_without_this_package() -> None:
    key = Credentials("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
    request = httpx.Request(
        "POST",
        "https://teo.intl.tencentcloudapi.com/",
        headers={"Content-Type": "application/json"},
        content=b'{"ZoneId":"zone-1"}',
        extensions={"tc_service": "teo"},
    )
    next(TC3(key, now=lambda: 1_795_000_000.9).auth_flow(request))
    assert request.headers["Authorization"] == KNOWN
    assert request.headers["X-TC-Timestamp"] == "1795000000"


def answers(*contents: httpx.Response) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """A service that answers with these, and the requests it got."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(httpx.Request(request.method, request.url, headers=request.headers, content=request.content))
        return contents[len(requests) - 1]

    return httpx.MockTransport(answer), requests


def expired(date: str | None) -> httpx.Response:
    error = {"Code": "AuthFailure.SignatureExpire", "Message": "Expired."}
    return httpx.Response(
        200, json={"Response": {"Error": error, "RequestId": "r-1"}}, headers=[("Date", date)] if date else []
    )


@pytest.mark.parametrize("date", [None, "some day"])
def test_an_expired_signature_without_the_services_time_is_an_error(connect: Connect, date: str | None) -> None:
    transport, requests = answers(expired(date))
    with pytest.raises(ServiceError) as raised:
        connect(transport=transport).call(DESCRIBE, ZONE)
    assert explain(raised.value, WORDS).endswith("Set this machine's clock.")
    assert len(requests) == 1


def test_a_second_expired_signature_is_an_error(connect: Connect) -> None:
    transport, requests = answers(*[expired("Fri, 01 Jan 2100 00:00:00 GMT")] * 2)
    with pytest.raises(ServiceError, match=r"AuthFailure\.SignatureExpire"):
        connect(transport=transport).call(DESCRIBE, ZONE)
    assert [request.headers["X-TC-Timestamp"] for request in requests][1] == "4102444800"


def test_a_temporary_key_sends_its_token(connect: Connect) -> None:
    transport, requests = answers(httpx.Response(200, json={"Response": {"RequestId": "r-1"}}))
    connect(Credentials("AKID", "key", "temporary"), transport=transport).call(DESCRIBE, ZONE)
    assert requests[0].headers["X-TC-Token"] == "temporary"


def test_a_lasting_key_sends_no_token(connect: Connect) -> None:
    transport, requests = answers(httpx.Response(200, json={"Response": {"RequestId": "r-1"}}))
    connect(transport=transport).call(DESCRIBE, ZONE)
    assert "X-TC-Token" not in requests[0].headers


def test_a_request_carries_its_action_version_and_parameters(connect: Connect) -> None:
    transport, requests = answers(httpx.Response(200, json={"Response": {"RequestId": "r-1"}}))
    connect(transport=transport).call(DESCRIBE, {"ZoneId": "zone-1", "Limit": 100})
    assert requests[0].method == "POST"
    assert requests[0].url.path == "/"
    assert requests[0].headers["X-TC-Action"] == "DescribePrefetchOriginLimit"
    assert requests[0].headers["X-TC-Version"] == "2022-09-01"
    assert requests[0].headers["X-TC-Language"] == "en-US"
    assert requests[0].headers["Content-Type"] == "application/json"
    assert requests[0].content == b'{"ZoneId": "zone-1", "Limit": 100}'


def test_a_wrong_secret_key_names_where_the_key_came_from(emulator: Emulator, connect: Connect) -> None:
    keys = Credentials(emulator.secret_id, "another-key", source="the environment")
    with pytest.raises(ServiceError) as raised:
        connect(keys).call(DESCRIBE, ZONE)
    assert "comes from the environment" in explain(raised.value, WORDS)
    assert [call.code for call in emulator.calls] == ["AuthFailure.SignatureFailure"]
