from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tc_resources.cloud.transport.signature import signature
from tc_resources.testing.emulator import Emulator

Send = Callable[..., httpx.Response]

DESCRIBE = "DescribeAigcQuotas"
BODY = b'{"SubAppId": 1, "QuotaType": "Image"}'


def code(answer: httpx.Response) -> str | None:
    assert answer.status_code == 200
    refusal: str | None = answer.json()["Response"].get("Error", {}).get("Code")
    return refusal


@pytest.mark.parametrize("also", [(), ("x-tc-action",), ("x-tc-action", "x-tc-timestamp", "x-tc-version")])
def test_a_client_may_sign_more_headers_than_it_must(send: Send, also: tuple[str, ...]) -> None:
    assert code(send(DESCRIBE, BODY, also=also)) is None


def test_a_signed_header_that_was_changed_is_refused(send: Send) -> None:
    changed = {"x-tc-timestamp": "1800000001"}
    assert code(send(DESCRIBE, BODY, changed, also=("x-tc-timestamp",))) == "AuthFailure.SignatureFailure"


def test_a_body_that_was_changed_is_refused(
    emulator: Emulator, http: httpx.Client, signed: Callable[..., dict[str, str]]
) -> None:
    answer = http.post(emulator.url, content=b'{"SubAppId": 2, "QuotaType": "Image"}', headers=signed(DESCRIBE, BODY))
    assert code(answer) == "AuthFailure.SignatureFailure"


def unsigned(secret_id: str) -> dict[str, str]:
    scope = f"{secret_id}/2027-01-15/vod/tc3_request"
    return {
        "authorization": f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders=content-type;host, Signature={'0' * 64}"
    }


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"authorization": None}, "AuthFailure.InvalidAuthorization"),
        ({"authorization": "Bearer x"}, "AuthFailure.InvalidAuthorization"),
        (unsigned("AKIDOTHER"), "AuthFailure.SecretIdNotFound"),
        (unsigned("AKIDEMULATOR"), "AuthFailure.SignatureFailure"),
        ({"x-tc-timestamp": None}, "MissingParameter"),
        ({"x-tc-timestamp": "today"}, "InvalidParameter"),
        ({"x-tc-version": "2020-01-01"}, "NoSuchVersion"),
        ({"x-tc-version": None}, "MissingParameter"),
        ({"x-tc-action": "DescribeEverything"}, "InvalidAction"),
        ({"x-tc-action": None}, "MissingParameter"),
    ],
)
def test_a_wrong_header_is_refused(send: Send, changed: dict[str, Any], expected: str) -> None:
    assert code(send(DESCRIBE, BODY, changed)) == expected


def test_a_body_of_which_only_unsigned_payload_is_signed_is_taken_as_it_comes(
    emulator: Emulator, http: httpx.Client, signed: Callable[..., dict[str, str]]
) -> None:
    headers = signed(DESCRIBE, b"UNSIGNED-PAYLOAD")
    assert code(http.post(emulator.url, content=BODY, headers=headers)) == "AuthFailure.SignatureFailure"
    headers["x-tc-content-sha256"] = "UNSIGNED-PAYLOAD"
    assert code(http.post(emulator.url, content=BODY, headers=headers)) is None


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", None), ("127.0.0.2", "AuthFailure.SignatureFailure")])
def test_the_host_may_be_signed_without_its_port(
    emulator: Emulator, send: Send, host: str, expected: str | None
) -> None:
    covered = {"content-type": "application/json", "host": host}
    value = signature(emulator.secret_key, "vod", 1_800_000_000, covered, BODY)
    scope = f"{emulator.secret_id}/2027-01-15/vod/tc3_request"
    changed = {
        "authorization": f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders=content-type;host, Signature={value}"
    }
    assert code(send(DESCRIBE, BODY, changed)) == expected


PARTS = ("TC3-HMAC-SHA256 ", "Credential=", "AKIDEMULATOR/", "2027-01-15/", "vod/", "/tc3_request", "SignedHeaders=")


@pytest.mark.parametrize("part", [*PARTS, "content-type;host", "Signature="])
def test_a_signature_without_one_of_its_parts_is_refused(
    send: Send, signed: Callable[..., dict[str, str]], part: str
) -> None:
    whole = signed(DESCRIBE, BODY)["authorization"]
    assert part in whole
    changed = {"authorization": whole.replace(part, "")}
    assert code(send(DESCRIBE, BODY, changed)) == "AuthFailure.InvalidAuthorization"


@pytest.mark.parametrize("left", ["content-type", "host"])
def test_a_signature_must_cover_the_host_and_the_content_type(emulator: Emulator, send: Send, left: str) -> None:
    """The signature itself fits: only what it covers is too little."""
    covered = {"content-type": "application/json", "host": emulator.url.removeprefix("http://")}
    value = signature(emulator.secret_key, "vod", 1_800_000_000, {left: covered[left]}, BODY)
    scope = f"{emulator.secret_id}/2027-01-15/vod/tc3_request"
    changed = {"authorization": f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders={left}, Signature={value}"}
    assert code(send(DESCRIBE, BODY, changed)) == "AuthFailure.SignatureFailure"


def test_the_day_of_the_scope_must_be_that_of_the_timestamp(send: Send, signed: Callable[..., dict[str, str]]) -> None:
    """The signature itself fits: only the day that its scope claims is another."""
    value = signed(DESCRIBE, BODY)["authorization"].replace("2027-01-15", "2027-01-16")
    assert code(send(DESCRIBE, BODY, {"authorization": value})) == "AuthFailure.SignatureFailure"


def test_an_action_signed_for_the_other_service_is_refused(send: Send) -> None:
    assert code(send(DESCRIBE, BODY, service="teo")) == "InvalidAction"


@pytest.mark.parametrize(
    ("skew", "expected"),
    [(300, None), (-300, None), (301, "AuthFailure.SignatureExpire"), (-301, "AuthFailure.SignatureExpire")],
)
def test_a_timestamp_is_good_for_five_minutes(send: Send, skew: int, expected: str | None) -> None:
    assert code(send(DESCRIBE, BODY, timestamp=1_800_000_000 + skew)) == expected


@pytest.mark.parametrize("options", [{"clock_offset": 3600.0}])
def test_the_date_header_follows_the_clock_of_the_emulator(emulator: Emulator, send: Send) -> None:
    refused = send(DESCRIBE, BODY)
    assert code(refused) == "AuthFailure.SignatureExpire"
    told = int(parsedate_to_datetime(refused.headers["Date"]).timestamp())
    assert told == 1_800_003_600
    assert code(send(DESCRIBE, BODY, timestamp=told)) is None
    emulator.clock_offset = 0
    assert code(send(DESCRIBE, BODY)) is None
