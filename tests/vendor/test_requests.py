"""What is wrong with a whole request, as far as the vendor's SDK can be made to send it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator

Connect = Callable[..., Any]
Refusal = Callable[..., str | None]

# The SDK's own call of a function that Python deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")

DESCRIBE = "DescribeAigcQuotas"
OF = {"SubAppId": 1, "QuotaType": "Image"}


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({}, None),
        ({"version": "2018-07-17"}, None),
        ({"version": "2024-07-18"}, "NoSuchVersion"),
        ({"secret_id": "AKIDOTHER"}, "AuthFailure.SecretIdNotFound"),
        ({"secret_key": "another"}, "AuthFailure.SignatureFailure"),
        ({"unsignedPayload": True}, None),
        ({"unsignedPayload": True, "secret_key": "another"}, "AuthFailure.SignatureFailure"),
        ({"signMethod": "HmacSHA1"}, "AuthFailure.InvalidAuthorization"),
        ({"signMethod": "HmacSHA256"}, "AuthFailure.InvalidAuthorization"),
        ({"method": "GET"}, "UnsupportedProtocol"),
    ],
)
def test_a_client_that_is_set_up_otherwise_is_taken_where_its_signature_fits(
    connect: Connect, refusal: Refusal, how: dict[str, Any], code: str | None
) -> None:
    assert refusal(connect("vod", **how), DESCRIBE, OF) == code


@pytest.mark.parametrize(
    ("service", "action", "code"),
    [
        ("vod", "DescribeEverything", "InvalidAction"),
        ("vod", "DescribePrefetchOriginLimit", "InvalidAction"),
        ("cvm", DESCRIBE, "AuthFailure.InvalidAuthorization"),
    ],
)
def test_a_service_or_action_that_is_not_there_is_refused(
    connect: Connect, refusal: Refusal, service: str, action: str, code: str
) -> None:
    assert refusal(connect(service, version="2018-07-17"), action, OF) == code


@pytest.mark.parametrize(
    ("params", "way", "code"),
    [
        ([1], {}, "InvalidParameter"),
        ("SubAppId=1", {}, "InvalidParameter"),
        ({"SubAppId": "1"}, {"IsMultipart": True}, "InvalidParameter"),
        (OF, {"SkipSign": True}, "AuthFailure.InvalidAuthorization"),
    ],
)
def test_a_body_that_is_none_or_a_request_without_signature_is_refused(
    connect: Connect, refusal: Refusal, params: object, way: dict[str, object], code: str
) -> None:
    assert refusal(connect("vod"), DESCRIBE, params, **way) == code


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (290, None),
        (-290, None),
        (310, "AuthFailure.SignatureExpire"),
        (-310, "AuthFailure.SignatureExpire"),
    ],
)
def test_a_timestamp_is_stale_after_five_minutes(
    emulator: Emulator, connect: Connect, refusal: Refusal, ahead: int, code: str | None
) -> None:
    emulator.clock_offset = ahead
    assert refusal(connect("vod"), DESCRIBE, OF) == code


def test_a_refused_request_is_in_the_log_with_its_code(emulator: Emulator, connect: Connect, refusal: Refusal) -> None:
    refusal(connect("vod", secret_key="another"), DESCRIBE, {**OF, "ApiToken": "hidden"})
    (call,) = emulator.calls
    assert (call.action, call.params, call.code) == (
        DESCRIBE,
        {**OF, "ApiToken": "***"},
        "AuthFailure.SignatureFailure",
    )
