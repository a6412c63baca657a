"""Who calls."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.roles import AssumedRole
from tc_resources.cloud.errors import CloudError, ServiceError
from tc_resources.cloud.services import sts
from tc_resources.cloud.services.sts import Caller
from tc_resources.cloud.services.teo import DESCRIBE
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.dynamic.words import WORDS
from tc_resources.limits.advice import explain
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault

Connect = Callable[..., Client]
ROLE = "qcs::cam::uin/100000000009:roleName/deploy"


def test_a_caller_is_an_account_and_who_it_is_there(emulator: Emulator, client: Client) -> None:
    assert sts.caller(client.send) == Caller(emulator.account_id, "qcs::cam:100000000001:uin/200000000001", "CAMUser")


@pytest.mark.parametrize("answer", [{}, {"AccountId": None}, {"AccountId": ""}, {"AccountId": 5}, {"AccountId": []}])
def test_a_caller_without_an_account_is_an_error(times: Clock, answer: dict[str, object]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"Response": {**answer, "RequestId": "r-1"}}))
    client = client_of(Settings(Credentials("AKID", "key"), Endpoint("intl")), transport=transport, clock=times)
    with pytest.raises(CloudError, match=r"^sts:GetCallerIdentity does not say which account it is\.$"):
        sts.caller(client.send)


def test_a_role_that_lasts_shorter_says_what_to_lower(emulator: Emulator, connect: Connect) -> None:
    emulator.put_role(ROLE)
    emulator.script(Fault(ErrorCode("InvalidParameter.OverTimeError"), action="AssumeRole"))
    role = AssumedRole(Credentials(emulator.secret_id, emulator.secret_key), ROLE)
    with pytest.raises(CloudError) as raised:
        connect(role).call(DESCRIBE, {"ZoneId": "zone-1"})
    lower = (
        "Lower tc-resources:assumeRoleSessionDuration (TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION): the role does not"
    )
    assert f"{lower} last so long." in explain(raised.value, WORDS)


def test_a_refused_token_service_names_the_permission(emulator: Emulator, client: Client) -> None:
    emulator.script(Fault(ErrorCode("UnauthorizedOperation")))
    with pytest.raises(ServiceError) as raised:
        sts.caller(client.send)
    assert "Add sts:GetCallerIdentity to the CAM policy" in explain(raised.value, WORDS)
