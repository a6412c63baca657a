"""Every code that the documents and the agreement on them name, and what becomes of a call that gets it."""

from __future__ import annotations

import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import THROTTLED, TRANSIENT, ServiceError
from tc_resources.cloud.services.teo import MODIFY
from tc_resources.limits.advice import HINTS
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit
from tests.unit.documents import DOCUMENTED

LIMIT = {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}

RETRIED = {
    "RequestLimitExceeded",
    "RequestLimitExceeded.IPLimitExceeded",
    "RequestLimitExceeded.UinLimitExceeded",
    "InternalError",
    "InternalError.BackendError",
    "InternalError.DbError",
    "InternalError.DomainConfig",
    "InternalError.SystemError",
    "FailedOperation.DBError",
    "FailedOperation.CreatePrefetchOriginLimitFailed",
    "ResourceUnavailable",
}
REFUSED = DOCUMENTED - RETRIED


def test_no_code_is_retried_but_those_that_another_try_can_help() -> None:
    assert {code for code in RETRIED if "LimitExceeded." not in code} == {*TRANSIENT, THROTTLED}


@pytest.mark.parametrize("code", sorted(RETRIED))
def test_a_transient_code_twice_in_a_row_ends_right(emulator: Emulator, client: Client, code: str) -> None:
    emulator.script(Fault(ErrorCode(code), times=2))
    client.call(MODIFY, LIMIT)
    assert [call.code for call in emulator.calls] == [code, code, None]
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]


@pytest.mark.parametrize("code", sorted(REFUSED | HINTS.keys() - RETRIED - {"AuthFailure.SignatureExpire"}))
def test_any_other_code_fails_at_once_and_is_named_whole(emulator: Emulator, client: Client, code: str) -> None:
    emulator.script(Fault(ErrorCode(code)))
    with pytest.raises(ServiceError, match="teo:ModifyPrefetchOriginLimit answered ") as raised:
        client.call(MODIFY, LIMIT)
    assert raised.value.code == code
    assert f"answered {code}: This error was scripted. RequestId {raised.value.request_id}." in str(raised.value)
    assert [call.code for call in emulator.calls] == [code]


@pytest.mark.parametrize("code", ["InternalError.Other", "FailedOperation.DBErrors", "RequestLimitExceededs"])
def test_codes_are_compared_whole(emulator: Emulator, client: Client, code: str) -> None:
    emulator.script(Fault(ErrorCode(code)))
    with pytest.raises(ServiceError, match=code):
        client.call(MODIFY, LIMIT)
    assert len(emulator.calls) == 1
