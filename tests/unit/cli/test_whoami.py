"""`tc-resources whoami`: whose key it is, what it may do, and that asking changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from tc_resources.cli.whoami import shortened
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.retry import RetryPolicy
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Quota, RequestLost
from tests.unit.cli.conftest import Command

ROLE = "qcs::cam::uin/100000000002:roleName/deploy"
WRITES = ("ModifyPrefetchOriginLimit", "CreateAigcQuota", "ModifyAigcQuota", "DeleteAigcQuota")


def told(whoami: Command) -> dict[str, Any]:
    """What it says of a key that may do everything."""
    end = whoami("--format", "json")
    assert (end.code, end.err) == (0, "")
    document: dict[str, Any] = json.loads(end.out)
    return document


def test_the_source_the_account_and_the_endpoint_are_told(emulator: Emulator, whoami: Command) -> None:
    document = told(whoami)
    assert [row.pop("answer") for row in document.pop("permissions")] == ["allowed"] * 14
    assert document == {
        "source": "the environment",
        "secret_id": "AKID…ATOR",
        "account_id": "100000000001",
        "allowed_account_ids": None,
        "forbidden_account_ids": None,
        "account_verdict": None,
        "arn": "qcs::cam:100000000001:uin/200000000001",
        "type": "CAMUser",
        "site": None,
        "endpoint": emulator.url,
    }


def test_the_table_has_the_same(emulator: Emulator, whoami: Command) -> None:
    end = whoami()
    assert (end.code, end.err) == (0, "")
    lines = [line.split() for line in end.out.splitlines() if line]
    assert ["source", "the", "environment"] in lines
    assert ["secret", "id", "AKID…ATOR"] in lines
    assert ["account", "id", emulator.account_id] in lines
    assert ["endpoint", emulator.url] in lines
    assert ["teo:DescribeZones", "allowed"] in lines
    assert not any(line[0] == "site" for line in lines)


def test_a_role_is_told_and_not_the_key_that_took_it(
    emulator: Emulator, whoami: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.put_role(ROLE)
    monkeypatch.setenv("TENCENTCLOUD_ASSUME_ROLE_ARN", ROLE)
    document = told(whoami)
    assert (document["account_id"], document["type"]) == ("100000000002", "CAMRole")
    assert ROLE in document["source"]
    assert document["secret_id"] != "AKID…ATOR"


@pytest.mark.parametrize("form", ["table", "json"])
def test_no_secret_is_shown(emulator: Emulator, whoami: Command, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(
        "tc_resources.testing.emulator.credentials.secrets.token_hex", lambda size: "0123456789abcdef" * size
    )
    emulator.put_role(ROLE, external_id="an-external-id")
    monkeypatch.setenv("TENCENTCLOUD_ASSUME_ROLE_ARN", ROLE)
    monkeypatch.setenv("TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID", "an-external-id")
    end = whoami("--format", form)
    assert end.code == 0
    assert "100000000002" in end.out
    hidden = ("0123456789", emulator.secret_id, emulator.secret_key, "an-external-id")
    assert [secret for secret in hidden if secret in end.out + end.err] == []


def test_asking_for_a_write_changes_nothing_even_where_there_is_such_a_scope(
    emulator: Emulator, whoami: Command
) -> None:
    for number, quota_type in enumerate(("Image", "Video", "Text"), start=1):
        emulator.put_quota(Quota(1, quota_type, number))
        emulator.put_quota(Quota(0, quota_type, number))
    emulator.put_limit(Limit("zone-000000000000", "nobody.invalid", "Overseas", 500))
    before = (emulator.limits(), emulator.quotas())
    told(whoami)
    assert (emulator.limits(), emulator.quotas()) == before


def test_a_write_is_asked_for_what_cannot_be(emulator: Emulator, whoami: Command) -> None:
    told(whoami)
    calls = emulator.calls_of(*WRITES)
    assert [call.action for call in calls] == list(WRITES)
    assert all(call.code for call in calls)
    limit, *quotas = (call.params for call in calls)
    assert str(limit["DomainName"]).endswith(".invalid")
    assert limit["Enabled"] not in ("on", "off")
    assert {quota["SubAppId"] for quota in quotas} == {1}
    assert not {quota["QuotaType"] for quota in quotas} & {"Image", "Video", "Text"}


def test_a_read_asks_for_what_the_account_has(emulator: Emulator, whoami: Command) -> None:
    emulator.put_zone("zone-7")
    emulator.put_sub_app(200000004)
    told(whoami)
    assert [call.params["ZoneId"] for call in emulator.calls_of("DescribePrefetchOriginLimit")] == ["zone-7"]
    assert [call.params["SubAppId"] for call in emulator.calls_of("DescribeAigcQuotas")] == [200000004]


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("AuthFailure.UnauthorizedOperation", "denied"),
        ("UnauthorizedOperation", "denied"),
        ("UnauthorizedOperation.NoPermission", "denied"),
        ("ResourceNotFound.UserNotExist", "allowed"),
        ("InvalidParameterValue", "allowed"),
        ("OperationDenied.NotInPrefetchOriginLimitWhiteList", "unclear"),
        ("AuthFailure.TokenFailure", "unclear"),
    ],
)
def test_an_answer_is_told_with_its_code(emulator: Emulator, whoami: Command, code: str, answer: str) -> None:
    emulator.script(Fault(ErrorCode(code), "CreateAigcQuota"))
    end = whoami("--format", "json")
    (row,) = (row for row in json.loads(end.out)["permissions"] if row["permission"] == "vod:CreateAigcQuota")
    assert row == {"permission": "vod:CreateAigcQuota", "answer": answer, "code": code}
    assert end.code == (0 if answer == "allowed" else 1)
    assert ("vod:CreateAigcQuota." in end.err) == (answer != "allowed")


@pytest.mark.parametrize("code", ["AuthFailure.SecretIdNotFound", "AuthFailure.SignatureFailure"])
def test_a_key_that_is_refused_is_one_line_and_code_2(emulator: Emulator, whoami: Command, code: str) -> None:
    emulator.script(Fault(ErrorCode(code), "GetCallerIdentity"))
    end = whoami()
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert "Check the key, which comes from the environment." in end.err
    assert "pulumi" not in end.err
    assert len(emulator.calls) == 1


def test_a_service_that_cannot_be_reached_is_one_line_and_code_2(
    emulator: Emulator, whoami: Command, monkeypatch: pytest.MonkeyPatch, transport: httpx.BaseTransport
) -> None:
    once = partial(client_of, transport=transport, policy=RetryPolicy(attempts=1))
    monkeypatch.setattr("tc_resources.cli.listings.connected", once)
    emulator.script(Fault(RequestLost(), "GetCallerIdentity"))
    end = whoami()
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert "sts:GetCallerIdentity had no answer" in end.err


def test_missing_credentials_are_one_line_and_code_2(
    emulator: Emulator, whoami: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TENCENTCLOUD_SECRET_KEY")
    end = whoami()
    assert end == (2, "", "Half a key in the environment: TENCENTCLOUD_SECRET_KEY not set.\n")
    assert emulator.calls == []


def test_an_account_that_is_not_told_leaves_the_rest(emulator: Emulator, whoami: Command) -> None:
    emulator.script(Fault(ErrorCode("InvalidAction"), "GetCallerIdentity"))
    end = whoami("--format", "json")
    document = json.loads(end.out)
    assert (document["account_id"], document["arn"], document["secret_id"]) == (None, None, "AKID…ATOR")
    assert len(document["permissions"]) == 14


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the allowed accounts."""
    return lambda ids: monkeypatch.setenv("TENCENTCLOUD_ALLOWED_ACCOUNT_IDS", ids)


def test_an_allowed_account_is_told_with_the_list(
    emulator: Emulator, whoami: Command, allow: Callable[[str], None]
) -> None:
    allow(f"100000000009,{emulator.account_id}")
    document = told(whoami)
    assert document["allowed_account_ids"] == "100000000001, 100000000009"
    assert document["account_verdict"] == "allowed"
    assert len(document["permissions"]) == 14


def test_another_account_is_told_with_both_ids_and_nothing_more_is_asked(
    emulator: Emulator, whoami: Command, allow: Callable[[str], None]
) -> None:
    allow("100000000009")
    end = whoami("--format", "json")
    document = json.loads(end.out)
    assert (document["account_id"], document["account_verdict"]) == (emulator.account_id, "denied")
    assert document["permissions"] == [{"permission": "sts:GetCallerIdentity", "answer": "allowed", "code": None}]
    assert (end.code, end.err.count("\n")) == (1, 1)
    assert f"belongs to account {emulator.account_id}, and " in end.err
    assert "allows 100000000009 alone" in end.err
    assert [call.action for call in emulator.calls] == ["GetCallerIdentity"]


def test_the_table_has_the_verdict_on_the_account(whoami: Command, allow: Callable[[str], None]) -> None:
    allow("100000000009")
    lines = [line.split() for line in whoami().out.splitlines()]
    assert ["allowed", "account", "ids", "100000000009"] in lines
    assert ["account", "verdict", "denied"] in lines


def test_an_account_that_is_not_told_is_not_taken_for_an_allowed_one(
    emulator: Emulator, whoami: Command, allow: Callable[[str], None]
) -> None:
    allow(emulator.account_id)
    emulator.script(Fault(ErrorCode("UnauthorizedOperation"), "GetCallerIdentity"))
    end = whoami("--format", "json")
    assert json.loads(end.out)["account_verdict"] == "unclear"
    assert (end.code, end.err.count("\n")) == (1, 1)
    assert "could not be told. sts:GetCallerIdentity answered UnauthorizedOperation." in end.err
    assert [call.action for call in emulator.calls] == ["GetCallerIdentity"]


@pytest.mark.parametrize(
    ("secret_id", "shown"), [("AKID0123456789", "AKID…6789"), ("AKID01234567", "AKID…4567"), ("AKID0123456", "AKID…")]
)
def test_a_secret_id_is_shown_by_its_ends(secret_id: str, shown: str) -> None:
    assert shortened(secret_id) == shown


@pytest.mark.parametrize("words", ["Exit codes", "0  all is allowed", "1  some is denied or unclear"])
def test_the_help_documents_exit_codes(whoami: Command, words: str) -> None:
    end = whoami("--help")
    assert (end.code, words in end.out) == (0, True)
