from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tc_resources.testing.emulator import Emulator

Send = Callable[..., httpx.Response]
Signed = Callable[..., dict[str, str]]

DESCRIBE = "DescribeAigcQuotas"
BODY = b'{"SubAppId": 1, "QuotaType": "Image"}'
FITTING: dict[str, Any] = {
    "ApiToken": "token-a",
    "Area": "Overseas",
    "Bandwidth": 500,
    "DomainName": "a.example.com",
    "Enabled": "on",
    "Filters": [{"Name": "area", "Values": ["Overseas"]}],
    "Limit": 7,
    "Offset": 7,
    "QuotaLimit": 7,
    "QuotaType": "Text",
    "SubAppId": 1,
    "ZoneId": "zone-1",
}
QUOTA = ("SubAppId", "QuotaType", "ApiToken")
ACTIONS = {
    "CreateAigcQuota": (*QUOTA, "QuotaLimit"),
    "DeleteAigcQuota": QUOTA,
    DESCRIBE: (*QUOTA, "Limit", "Offset"),
    "DescribePrefetchOriginLimit": ("ZoneId", "Filters", "Limit", "Offset"),
    "DescribeSubAppIds": ("Limit", "Offset"),
    "DescribeZones": ("Limit", "Offset"),
    "ModifyAigcQuota": (*QUOTA, "QuotaLimit"),
    "ModifyPrefetchOriginLimit": ("ZoneId", "DomainName", "Area", "Bandwidth", "Enabled"),
}
# JSON can say half of a character, \ud800, which is no text in Unicode.
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["Image", "off", "\ud800"])
)
FILTERS = st.lists(st.fixed_dictionaries({}, optional={"Name": LEAVES, "Values": st.lists(LEAVES)}))
POSSIBLE = (
    None,
    "FailedOperation.PrefetchOriginLimitNotFound",
    "InvalidParameter",
    "InvalidParameter.PrefetchOriginLimitAreaInvalid",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall",
    "InvalidParameter.PrefetchOriginLimitEnabledInvalid",
    "InvalidParameterValue",
    "MissingParameter",
    "ResourceNotFound",
    "UnknownParameter",
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A call with fitting parameters, but for one of them, which may be anything, another or missing."""
    action = draw(st.sampled_from(list(ACTIONS)))
    params = {name: FITTING[name] for name in ACTIONS[action]}
    wrong = draw(st.sampled_from([*params, "Else", "\ud800"]))
    anything = draw(LEAVES | FILTERS | st.just(...))
    if anything is ...:
        params.pop(wrong, None)
    else:
        params[wrong] = anything
    return action, params


def code(answer: httpx.Response) -> str | None:
    assert answer.status_code == 200
    refusal: str | None = answer.json()["Response"].get("Error", {}).get("Code")
    return refusal


@pytest.mark.parametrize("body", [b"", b"SubAppId=1", b"[1]", b"null", b"\xff", b'{"SubAppId": 1}}', b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(send: Send, body: bytes) -> None:
    assert code(send(DESCRIBE, body)) == "InvalidParameter"


@pytest.mark.parametrize("method", ["DELETE", "GET", "PATCH", "PUT"])
def test_another_method_than_post_is_refused(
    emulator: Emulator, http: httpx.Client, signed: Signed, method: str
) -> None:
    assert code(http.request(method, emulator.url, headers=signed(DESCRIBE, b""))) == "UnsupportedProtocol"
    assert [(call.action, call.code) for call in emulator.calls] == [(DESCRIBE, "UnsupportedProtocol")]


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", None),
        ("application/json; charset=utf-8", None),
        ("text/plain", "InvalidParameter"),
        ("application/x-www-form-urlencoded", "InvalidParameter"),
        ("multipart/form-data; boundary=x", "InvalidParameter"),
    ],
)
def test_the_content_type_must_be_json(send: Send, content_type: str, expected: str | None) -> None:
    assert code(send(DESCRIBE, BODY, content_type=content_type)) == expected


def test_a_signature_for_a_service_that_is_not_here_is_refused(send: Send) -> None:
    assert code(send(DESCRIBE, BODY, service="cvm")) == "AuthFailure.InvalidAuthorization"


@pytest.mark.parametrize("options", [{"rate": 1000}])
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(request=requests())
@example(request=("DescribePrefetchOriginLimit", {"ZoneId": "\ud800"}))
@example(request=("DescribeZones", {"\ud800": 1}))
def test_whatever_is_sent_gets_an_answer_of_the_service(send: Send, request: tuple[str, dict[str, Any]]) -> None:
    """And none is an internal error."""
    action, params = request
    answer = send(action, json.dumps(params).encode())
    assert code(answer) in POSSIBLE
    assert answer.json()["Response"]["RequestId"]
