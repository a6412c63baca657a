"""Who calls, and the accounts that may be worked on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tc_resources.cloud.client import Client, Clock
from tc_resources.cloud.credentials import Credentials
from tc_resources.cloud.credentials.roles import AssumedRole
from tc_resources.cloud.errors import AccountError, CloudError, ServiceError
from tc_resources.cloud.identities import QuotaAddress
from tc_resources.cloud.services import sts
from tc_resources.cloud.services.sts import Caller
from tc_resources.cloud.services.teo import DESCRIBE
from tc_resources.cloud.services.vod import AigcQuotas
from tc_resources.cloud.settings import Settings
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, RequestLost

Connect = Callable[..., Client]
ZONE = {"ZoneId": "zone-1"}
WHO = "GetCallerIdentity"
ROLE = "qcs::cam::uin/100000000009:roleName/deploy"


def codes(emulator: Emulator) -> list[tuple[str, str | None]]:
    return [(call.action, call.code) for call in emulator.calls]


@pytest.fixture
def connect_allowing(emulator: Emulator, times: Clock, transport: httpx.BaseTransport) -> Callable[..., Client]:
    """A client of the emulator that may work on these accounts alone."""
    key = Credentials(emulator.secret_id, emulator.secret_key, source="the environment")

    def connect_allowing(*account_ids: str, role: str | None = None, timeout: float = 90.0) -> Client:
        credentials = AssumedRole(key, role) if role else key
        known = Settings(credentials, emulator.url, timeout, frozenset(account_ids))
        return Client(known, transport=transport, clock=times)

    return connect_allowing


def test_a_caller_is_an_account_and_who_it_is_there(emulator: Emulator, client: Client) -> None:
    assert sts.caller(client) == Caller(emulator.account_id, "qcs::cam:100000000001:uin/200000000001", "CAMUser")


@pytest.mark.parametrize("answer", [{}, {"AccountId": None}, {"AccountId": ""}, {"AccountId": 5}, {"AccountId": []}])
def test_a_caller_without_an_account_is_an_error(times: Clock, answer: dict[str, object]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"Response": {**answer, "RequestId": "r-1"}}))
    client = Client(Settings(Credentials("AKID", "key"), "intl"), transport=transport, clock=times)
    with pytest.raises(CloudError, match=r"^sts:GetCallerIdentity does not say which account it is\.$"):
        sts.caller(client)


def test_any_account_may_be_worked_on_and_is_not_asked_for(emulator: Emulator, client: Client) -> None:
    client.call(DESCRIBE, ZONE)
    assert codes(emulator) == [(DESCRIBE.name, None)]


def test_an_allowed_account_is_asked_for_once_before_the_first_call(
    emulator: Emulator, connect_allowing: Connect
) -> None:
    client = connect_allowing("5", emulator.account_id)
    for _ in range(2):
        client.call(DESCRIBE, ZONE)
    assert codes(emulator) == [(WHO, None), (DESCRIBE.name, None), (DESCRIBE.name, None)]


def test_threads_ask_for_the_account_once(emulator: Emulator, connect_allowing: Connect) -> None:
    client = connect_allowing(emulator.account_id)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: client.call(DESCRIBE, ZONE), range(8)))
    assert [name for name, _ in codes(emulator)].count(WHO) == 1
    assert codes(emulator)[0] == (WHO, None)


def test_an_operation_waits_for_anothers_question_for_its_own_time_alone(
    emulator: Emulator, connect_allowing: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect_allowing(emulator.account_id)
    begun, go_on, ask = threading.Event(), threading.Event(), sts.caller

    def slow(client: Client) -> Caller:
        begun.set()
        assert go_on.wait(10)
        return ask(client)

    monkeypatch.setattr(sts, "caller", slow)
    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(client.call, DESCRIBE, ZONE)
        assert begun.wait(5)
        with client.operation(1), pytest.raises(AccountError, match=r"could not be told.*within the time limit"):
            client.call(DESCRIBE, ZONE)
        go_on.set()
        other.result(5)
    assert codes(emulator) == [(WHO, None), (DESCRIBE.name, None)]


def test_another_account_stops_every_call_with_both_ids(emulator: Emulator, connect_allowing: Connect) -> None:
    client = connect_allowing("100000000007", "100000000003")
    for _ in range(2):
        with pytest.raises(AccountError) as raised:
            client.call(DESCRIBE, ZONE)
        assert str(raised.value) == (
            "The key from the environment belongs to account 100000000001, and tencentcloud:allowedAccountIds allows "
            "100000000003, 100000000007 alone. Nothing was done. Use another key or profile, or add the account to "
            "the list."
        )
    assert codes(emulator) == [(WHO, None)]


def test_the_account_of_a_role_counts_and_not_that_of_its_key(emulator: Emulator, connect_allowing: Connect) -> None:
    emulator.put_role(ROLE)
    connect_allowing("100000000009", role=ROLE).call(DESCRIBE, ZONE)
    with pytest.raises(AccountError, match="belongs to account 100000000009, and"):
        connect_allowing(emulator.account_id, role=ROLE).call(DESCRIBE, ZONE)


def test_an_account_that_cannot_be_told_is_an_error_and_no_pass(emulator: Emulator, connect_allowing: Connect) -> None:
    emulator.script(Fault(ErrorCode("AuthFailure.UnauthorizedOperation"), action=WHO))
    client = connect_allowing(emulator.account_id)
    with pytest.raises(AccountError, match=r"^Nothing was done, since tencentcloud:allowedAccountIds is set") as raised:
        client.call(DESCRIBE, ZONE)
    assert "sts:GetCallerIdentity answered AuthFailure.UnauthorizedOperation" in str(raised.value)
    assert codes(emulator) == [(WHO, "AuthFailure.UnauthorizedOperation")]
    client.call(DESCRIBE, ZONE)
    assert codes(emulator)[1:] == [(WHO, None), (DESCRIBE.name, None)]


def test_the_account_is_asked_for_again_where_no_answer_came(emulator: Emulator, connect_allowing: Connect) -> None:
    emulator.script(Fault(RequestLost(), action=WHO, times=2))
    connect_allowing(emulator.account_id).call(DESCRIBE, ZONE)
    assert [name for name, _ in codes(emulator)] == [WHO, WHO, WHO, DESCRIBE.name]


def test_a_quota_is_not_said_to_be_taken_away_in_another_account(emulator: Emulator, connect_allowing: Connect) -> None:
    with pytest.raises(AccountError):
        AigcQuotas(connect_allowing("5")).renew(QuotaAddress(1, "Image", None), 5)
    assert codes(emulator) == [(WHO, None)]


def test_who_calls_is_told_in_an_account_that_is_not_allowed_too(emulator: Emulator, connect_allowing: Connect) -> None:
    assert sts.caller(connect_allowing("5")).account_id == emulator.account_id


def test_a_role_that_lasts_shorter_says_what_to_lower(emulator: Emulator, connect_allowing: Connect) -> None:
    emulator.put_role(ROLE)
    emulator.script(Fault(ErrorCode("InvalidParameter.OverTimeError"), action="AssumeRole"))
    with pytest.raises(CloudError, match=r"Lower tencentcloud:assumeRoleSessionDuration: the role does not last so"):
        connect_allowing(role=ROLE).call(DESCRIBE, ZONE)


def test_a_refused_token_service_names_the_permission(emulator: Emulator, client: Client) -> None:
    emulator.script(Fault(ErrorCode("UnauthorizedOperation")))
    with pytest.raises(ServiceError, match="Add sts:GetCallerIdentity to the CAM policy"):
        sts.caller(client)
