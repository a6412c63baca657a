from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tc_resources.testing.emulator import Emulator, Quota

Answer = dict[str, Any]
Ask = Callable[..., Answer]
Refusal = Callable[..., str | None]
Send = Callable[..., httpx.Response]
Wait = Callable[[float], None]

ROLE = "qcs::cam::uin/100000000001:roleName/deploy"
SESSION = {"RoleArn": ROLE, "RoleSessionName": "ci"}
WEB = {**SESSION, "ProviderId": "OIDC", "WebIdentityToken": "an-identity-token"}
UNSIGNED = {"authorization": "SKIP"}
IDENTITY = "GetCallerIdentity"
NOW = 1_800_000_000


@pytest.fixture
def call_with(send: Send) -> Ask:
    """Call an action with temporary credentials; the fields of the answer. `token` is another than theirs."""

    def call_with(
        credentials: dict[str, str], action: str = IDENTITY, token: str | None = "", **params: object
    ) -> Answer:
        key = (credentials["TmpSecretId"], credentials["TmpSecretKey"])
        changed = {"x-tc-token": credentials["Token"] if token == "" else token}
        answer: Answer = send(action, json.dumps(params).encode(), changed, key=key).json()["Response"]
        return answer

    return call_with


@pytest.fixture
def take(send: Send) -> Ask:
    """Take a role with a web identity and no key; the fields of the answer."""

    def take(**params: object) -> Answer:
        body = json.dumps({**WEB, **params}).encode()
        answer: Answer = send("AssumeRoleWithWebIdentity", body, UNSIGNED).json()["Response"]
        return answer

    return take


def code(answer: Answer) -> str | None:
    found: str | None = answer.get("Error", {}).get("Code")
    return found


def without_request_id(answer: Answer) -> Answer:
    assert answer.pop("RequestId")
    return answer


def test_a_key_is_told_whose_it_is(emulator: Emulator, call: Ask, send: Send) -> None:
    assert without_request_id(call(IDENTITY)) == {
        "Type": "CAMUser",
        "AccountId": "100000000001",
        "UserId": "200000000001",
        "PrincipalId": "200000000001",
        "Arn": "qcs::cam:100000000001:uin/200000000001",
    }
    emulator.put_key("AKIDOTHER", "other-key", account_id="100000000002")
    other = send(IDENTITY, key=("AKIDOTHER", "other-key")).json()["Response"]
    assert (other["AccountId"], other["UserId"]) == ("100000000002", "200000000002")


def test_accounts_share_nothing_but_the_address(emulator: Emulator, call: Ask, send: Send) -> None:
    emulator.put_key("AKIDOTHER", "other-key", account_id="100000000002")
    body = json.dumps({"SubAppId": 1, "QuotaType": "Image", "QuotaLimit": 7}).encode()
    send("CreateAigcQuota", body, key=("AKIDOTHER", "other-key"))
    other = emulator.account("100000000002")
    assert (emulator.quotas(), other.quotas()) == ([], [Quota(1, "Image", 7)])
    assert call("DescribeAigcQuotas", SubAppId=1, QuotaType="Image")["TotalCount"] == 0
    assert [call.account_id for call in emulator.calls] == ["100000000002", "100000000001"]


def test_the_emulators_own_account_is_one_of_the_accounts(emulator: Emulator) -> None:
    emulator.account(emulator.account_id).put_quota(Quota(1, "Image", 7))
    assert emulator.quotas() == [Quota(1, "Image", 7)]


@pytest.mark.parametrize("options", [{"rate": 1}])
def test_each_account_has_a_rate_of_its_own(emulator: Emulator, refusal: Refusal, send: Send) -> None:
    emulator.put_key("AKIDOTHER", "other-key", account_id="100000000002")
    assert refusal(IDENTITY) is None
    assert code(send(IDENTITY, key=("AKIDOTHER", "other-key")).json()["Response"]) is None
    assert refusal(IDENTITY) == "RequestLimitExceeded"


def test_a_session_says_which_role_it_is_and_who_took_it(emulator: Emulator, call: Ask, call_with: Ask) -> None:
    emulator.put_role(ROLE)
    identity = call_with(call("AssumeRole", **SESSION)["Credentials"])
    assert without_request_id(identity) == {
        "Type": "CAMRole",
        "AccountId": "100000000001",
        "UserId": "4611686018427387904:ci",
        "PrincipalId": "200000000001",
        "Arn": "qcs::sts:100000000001:assumed-role/4611686018427387904",
    }


def test_a_session_acts_in_the_account_of_its_role(emulator: Emulator, call: Ask, call_with: Ask) -> None:
    there = "qcs::cam::uin/100000000002:roleName/deploy"
    emulator.put_role(there)
    made = call("AssumeRole", RoleArn=there, RoleSessionName="ci")["Credentials"]
    call_with(made, "CreateAigcQuota", SubAppId=1, QuotaType="Image", QuotaLimit=7)
    assert (emulator.quotas(), emulator.account("100000000002").quotas()) == ([], [Quota(1, "Image", 7)])


def test_a_session_may_do_what_its_role_may_whatever_the_key(emulator: Emulator, call: Ask, call_with: Ask) -> None:
    statement = {"effect": "allow", "action": ["sts:GetCallerIdentity"], "resource": ["*"]}
    emulator.put_role(ROLE, policy={"version": "2.0", "statement": [statement]})
    made = call("AssumeRole", **SESSION)["Credentials"]
    assert code(call_with(made)) is None
    assert code(call_with(made, "DescribeAigcQuotas", SubAppId=1)) == "AuthFailure.UnauthorizedOperation"


@pytest.mark.parametrize(("given", "seconds"), [({}, 7200), ({"DurationSeconds": 900}, 900)])
def test_a_temporary_key_ends_when_it_says(
    emulator: Emulator, call: Ask, call_with: Ask, wait: Wait, given: dict[str, int], seconds: int
) -> None:
    emulator.put_role(ROLE)
    taken = call("AssumeRole", **SESSION, **given)
    assert taken["ExpiredTime"] == NOW + seconds
    wait(seconds - 1)
    assert code(call_with(taken["Credentials"])) is None
    wait(1)
    assert code(call_with(taken["Credentials"])) == "AuthFailure.TokenFailure"


def test_the_expiration_is_told_in_iso_8601_too(emulator: Emulator, call: Ask) -> None:
    emulator.put_role(ROLE)
    assert call("AssumeRole", **SESSION)["Expiration"] == "2027-01-15T10:00:00Z"


@pytest.mark.parametrize(
    ("token", "expected"), [(None, "AuthFailure.SecretIdNotFound"), ("another", "AuthFailure.TokenFailure")]
)
def test_a_temporary_key_needs_its_token(
    emulator: Emulator, call: Ask, call_with: Ask, token: str | None, expected: str
) -> None:
    emulator.put_role(ROLE)
    made = call("AssumeRole", **SESSION)["Credentials"]
    assert code(call_with(made, token=token)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"RoleArn": "qcs::cam::uin/100000000001:roleName/another"}, "ResourceNotFound.RoleNotFound"),
        ({"RoleSessionName": "a session"}, "InvalidParameter.ParamError"),
        ({"RoleSessionName": "x"}, "InvalidParameter.ParamError"),
        ({"DurationSeconds": 0}, "InvalidParameter.OverTimeError"),
        ({"DurationSeconds": 43_201}, "InvalidParameter.OverTimeError"),
        ({"DurationSeconds": "900"}, "InvalidParameter"),
        ({"Nonsense": 1}, "UnknownParameter"),
    ],
)
def test_a_wrong_way_to_take_a_role_is_refused(
    emulator: Emulator, refusal: Refusal, take: Ask, change: dict[str, object], expected: str
) -> None:
    emulator.put_role(ROLE, web_identity_tokens=["an-identity-token"])
    assert refusal("AssumeRole", **{**SESSION, **change}) == code(take(**change)) == expected


@pytest.mark.parametrize(("given", "expected"), [({}, "UnauthorizedOperation"), ({"ExternalId": "me"}, None)])
def test_a_role_may_ask_for_an_external_id(
    emulator: Emulator, refusal: Refusal, given: dict[str, str], expected: str | None
) -> None:
    emulator.put_role(ROLE, external_id="me")
    assert refusal("AssumeRole", **SESSION, **given) == expected


def test_a_web_identity_takes_a_role_without_a_key(emulator: Emulator, take: Ask, call_with: Ask) -> None:
    emulator.put_role(ROLE, web_identity_tokens=["an-identity-token"])
    taken = take(DurationSeconds=1800)
    assert taken["ExpiredTime"] == NOW + 1800
    identity = call_with(taken["Credentials"])
    assert (identity["UserId"], identity["PrincipalId"]) == ("4611686018427387904:ci", "100000000001")


@pytest.mark.parametrize("change", [{"ProviderId": "another"}, {"WebIdentityToken": "another"}])
def test_a_web_identity_that_the_role_does_not_trust_is_refused(
    emulator: Emulator, take: Ask, change: dict[str, str]
) -> None:
    emulator.put_role(ROLE, web_identity_tokens=["an-identity-token"])
    assert code(take(**change)) == "InvalidParameter.WebIdentityTokenError"


def test_a_region_has_to_be_named(send: Send) -> None:
    assert code(send(IDENTITY, changed={"x-tc-region": None}).json()["Response"]) == "MissingParameter"
    assert code(send("DescribeZones", changed={"x-tc-region": None}).json()["Response"]) is None


@pytest.mark.parametrize("action", [IDENTITY, "AssumeRole", "DescribeAigcQuotas"])
def test_no_other_action_goes_unsigned(emulator: Emulator, send: Send, action: str) -> None:
    emulator.put_role(ROLE)
    answer = send(action, json.dumps(SESSION).encode(), UNSIGNED)
    assert code(answer.json()["Response"]) == "AuthFailure.InvalidAuthorization"


def test_the_log_has_no_secret_of_a_session(emulator: Emulator, call: Ask, take: Ask, call_with: Ask) -> None:
    emulator.put_role(ROLE, web_identity_tokens=["an-identity-token"])
    made = [call("AssumeRole", **SESSION)["Credentials"], take()["Credentials"]]
    for credentials in made:
        call_with(credentials)
    logged = repr(emulator.calls)
    secrets = ["an-identity-token", *(made[0] | made[1]).values(), *made[0].values()]
    assert [secret for secret in secrets if secret in logged] == []
    assert emulator.calls[1].params == {**WEB, "WebIdentityToken": "***"}
    assert emulator.calls[1].account_id is None


@pytest.mark.parametrize("arn", ["deploy", "qcs::cam::uin/100000000001:role/4611686018427387904", f"{ROLE}/x"])
def test_a_role_with_another_form_of_arn_cannot_be_put(emulator: Emulator, arn: str) -> None:
    with pytest.raises(ValueError, match="A role is named like qcs::cam::uin/"):
        emulator.put_role(arn)


def test_a_role_that_is_put_again_stays_the_same_role(emulator: Emulator, call: Ask, call_with: Ask) -> None:
    emulator.put_role(ROLE)
    emulator.put_role("qcs::cam::uin/100000000001:roleName/another")
    emulator.put_role(ROLE, external_id="me")
    made = call("AssumeRole", **SESSION, ExternalId="me")["Credentials"]
    assert call_with(made)["Arn"].endswith("assumed-role/4611686018427387904")
