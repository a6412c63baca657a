"""The accounts that may be worked on, and those that must not be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tc_resources.cloud import settings
from tc_resources.cloud.account_guard import Accounts
from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.roles import AssumedRole
from tc_resources.cloud.errors import AccountError
from tc_resources.cloud.identities import QuotaAddress
from tc_resources.cloud.services import sts
from tc_resources.cloud.services.sts import Caller
from tc_resources.cloud.services.teo import DESCRIBE
from tc_resources.cloud.services.vod import AigcQuotas
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.dynamic.words import WORDS
from tc_resources.limits.advice import explain
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, RequestLost

Connect = Callable[..., Client]
ZONE = {"ZoneId": "zone-1"}
WHO = "GetCallerIdentity"
ROLE = "qcs::cam::uin/100000000009:roleName/deploy"
OTHER = "100000000007"


def codes(emulator: Emulator) -> list[tuple[str, str | None]]:
    return [(call.action, call.code) for call in emulator.calls]


@pytest.fixture
def connect_allowing(emulator: Emulator, times: Clock, transport: httpx.BaseTransport) -> Callable[..., Client]:
    """A client of the emulator that may work on these accounts alone."""
    key = Credentials(emulator.secret_id, emulator.secret_key, source="the environment")

    def connect_allowing(*account_ids: str, role: str | None = None, timeout: float = 90.0) -> Client:
        credentials = AssumedRole(key, role) if role else key
        accounts = Accounts(frozenset(account_ids), allowed_name="tc-resources:allowedAccountIds")
        known = Settings(credentials, Endpoint(emulator.url), timeout, accounts)
        return client_of(known, transport=transport, clock=times)

    return connect_allowing


@pytest.fixture
def connect_told(emulator: Emulator, times: Clock, transport: httpx.BaseTransport) -> Callable[..., Client]:
    """A client of the emulator that is told more by config and by the environment."""

    def connect_told(config: Mapping[str, object], environ: Mapping[str, str]) -> Client:
        key = {"TENCENTCLOUD_SECRET_ID": emulator.secret_id, "TENCENTCLOUD_SECRET_KEY": emulator.secret_key}
        known = settings.load({"tc-resources:endpoint": emulator.url, **config}, {**key, **environ})
        return client_of(known, transport=transport, clock=times)

    return connect_told


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

    def slow(send: Callable[[Action, Mapping[str, object]], dict[str, Any]]) -> Caller:
        begun.set()
        assert go_on.wait(10)
        return ask(send)

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
        assert explain(raised.value, WORDS) == (
            "The key from the environment belongs to account 100000000001, and tc-resources:allowedAccountIds allows "
            "100000000003, 100000000007 alone. Nothing was done. Use another key or profile, or change the list."
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
    with pytest.raises(AccountError, match=r"^Nothing was done, since tc-resources:allowedAccountIds is set") as raised:
        client.call(DESCRIBE, ZONE)
    assert "sts:GetCallerIdentity answered AuthFailure.UnauthorizedOperation" in str(raised.value)
    assert explain(raised.value, WORDS).startswith(f"{raised.value} Add sts:GetCallerIdentity to the CAM policy")
    assert codes(emulator) == [(WHO, "AuthFailure.UnauthorizedOperation")]
    client.call(DESCRIBE, ZONE)
    assert codes(emulator)[1:] == [(WHO, None), (DESCRIBE.name, None)]


def test_the_account_is_asked_for_again_where_no_answer_came(emulator: Emulator, connect_allowing: Connect) -> None:
    emulator.script(Fault(RequestLost(), action=WHO, times=2))
    connect_allowing(emulator.account_id).call(DESCRIBE, ZONE)
    assert [name for name, _ in codes(emulator)] == [WHO, WHO, WHO, DESCRIBE.name]


def test_a_quota_is_not_said_to_be_taken_away_in_another_account(emulator: Emulator, connect_allowing: Connect) -> None:
    with pytest.raises(AccountError):
        AigcQuotas(connect_allowing("5")).renew(QuotaAddress(1, "Image", None), 5, 5)
    assert codes(emulator) == [(WHO, None)]


def test_who_calls_is_told_in_an_account_that_is_not_allowed_too(emulator: Emulator, connect_allowing: Connect) -> None:
    assert sts.caller(connect_allowing("5").send).account_id == emulator.account_id


@pytest.mark.parametrize(
    ("config", "environ", "name"),
    [
        ({"tc-resources:forbiddenAccountIds": "100000000001"}, {}, "tc-resources:forbiddenAccountIds"),
        ({"tc-resources:forbiddenAccountIds": '["100000000001"]'}, {}, "tc-resources:forbiddenAccountIds"),
        ({}, {"TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS": "100000000001"}, "TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS"),
        (
            {"tc-resources:forbiddenAccountIds": "100000000001"},
            {"TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS": OTHER},
            "tc-resources:forbiddenAccountIds",
        ),
    ],
)
def test_a_forbidden_account_stops_every_call_and_names_who_forbids_it(
    emulator: Emulator,
    connect_told: Connect,
    config: Mapping[str, object],
    environ: Mapping[str, str],
    name: str,
) -> None:
    client = connect_told(config, environ)
    for _ in range(2):
        with pytest.raises(AccountError) as raised:
            client.call(DESCRIBE, ZONE)
        assert explain(raised.value, WORDS) == (
            f"The key from the environment belongs to account 100000000001, and {name} forbids 100000000001. "
            "Nothing was done. Use another key or profile, or change the list."
        )
    assert codes(emulator) == [(WHO, None)]


@pytest.mark.parametrize(
    ("config", "environ"),
    [
        ({"tc-resources:forbiddenAccountIds": OTHER}, {}),
        ({}, {"TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS": f"{OTHER},5"}),
        ({"tc-resources:forbiddenAccountIds": OTHER}, {"TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS": "100000000001"}),
    ],
)
def test_an_account_that_is_not_forbidden_is_asked_for_once_and_may_be_worked_on(
    emulator: Emulator, connect_told: Connect, config: Mapping[str, object], environ: Mapping[str, str]
) -> None:
    client = connect_told(config, environ)
    for _ in range(2):
        client.call(DESCRIBE, ZONE)
    assert codes(emulator) == [(WHO, None), (DESCRIBE.name, None), (DESCRIBE.name, None)]


def test_an_empty_list_in_config_forbids_nothing_whatever_the_environment_says(
    emulator: Emulator, connect_told: Connect
) -> None:
    forbidding = {"TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS": "100000000001"}
    connect_told({"tc-resources:forbiddenAccountIds": ""}, forbidding).call(DESCRIBE, ZONE)
    assert codes(emulator) == [(DESCRIBE.name, None)]


def test_an_account_that_is_both_allowed_and_forbidden_is_forbidden(emulator: Emulator, connect_told: Connect) -> None:
    config = {"tc-resources:allowedAccountIds": f"{OTHER},100000000001"}
    with pytest.raises(AccountError) as raised:
        connect_told(config, {"TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS": "100000000001"}).call(DESCRIBE, ZONE)
    assert str(raised.value).endswith("forbids 100000000001. Nothing was done.")
    for name in ("tc-resources:allowedAccountIds", "TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS"):
        assert name in str(raised.value)
    assert codes(emulator) == [(WHO, None)]


def test_an_account_that_cannot_be_told_is_not_taken_for_one_that_is_not_forbidden(
    emulator: Emulator, connect_told: Connect
) -> None:
    emulator.script(Fault(ErrorCode("AuthFailure.UnauthorizedOperation"), action=WHO))
    text = r"^Nothing was done, since TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS is set and the account of the key could not be"
    with pytest.raises(AccountError, match=text):
        connect_told({}, {"TENCENTCLOUD_FORBIDDEN_ACCOUNT_IDS": OTHER}).call(DESCRIBE, ZONE)
    assert codes(emulator) == [(WHO, "AuthFailure.UnauthorizedOperation")]


def test_the_account_of_a_role_is_forbidden_and_not_that_of_its_key(emulator: Emulator, connect_told: Connect) -> None:
    emulator.put_role(ROLE)
    config = {"tc-resources:assumeRoleArn": ROLE}
    connect_told({**config, "tc-resources:forbiddenAccountIds": emulator.account_id}, {}).call(DESCRIBE, ZONE)
    with pytest.raises(AccountError, match="belongs to account 100000000009, and"):
        connect_told({**config, "tc-resources:forbiddenAccountIds": "100000000009"}, {}).call(DESCRIBE, ZONE)


@pytest.mark.parametrize("id_", ["100000000001", "5", ""])
def test_no_lists_admit_any_account(id_: str) -> None:
    assert Accounts().admit(id_)
    assert not Accounts()
