"""Roles, taken from the emulator: what is sent, and what an error says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tc_resources.cloud import settings
from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.metadata import MachineRole
from tc_resources.cloud.credentials.roles import AssumedRole, Role, WebIdentityRole
from tc_resources.cloud.errors import CredentialsError, TransportError
from tc_resources.cloud.identities import QuotaAddress
from tc_resources.cloud.services.teo import DESCRIBE
from tc_resources.cloud.services.vod import DELETE, AigcQuotas
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.dynamic.words import WORDS
from tc_resources.limits.advice import explain
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault

if TYPE_CHECKING:
    from tests.conftest import FakeClock

Connect = Callable[..., Client]
ARN = "qcs::cam::uin/100000000001:roleName/deploy"
ZONE = {"ZoneId": "zone-1"}
METADATA = "GET /latest/meta-data/cam/security-credentials/deploy"


@pytest.fixture
def key(emulator: Emulator) -> Credentials:
    return Credentials(emulator.secret_id, emulator.secret_key, source="the environment")


def actions(emulator: Emulator) -> list[str]:
    return [call.action for call in emulator.calls]


def test_a_role_is_taken_with_the_key_once_and_then_used(
    emulator: Emulator, connect: Connect, key: Credentials
) -> None:
    emulator.put_role(ARN, external_id="an-id")
    client = connect(AssumedRole(key, ARN, "ci", 900, "an-id"))
    for _ in range(2):
        client.call(DESCRIBE, ZONE)
    assert actions(emulator) == ["AssumeRole", DESCRIBE.name, DESCRIBE.name]
    assert emulator.calls[0].params == {
        "RoleArn": ARN,
        "RoleSessionName": "ci",
        "DurationSeconds": 900,
        "ExternalId": "an-id",
    }


def test_no_external_id_is_not_sent(emulator: Emulator, connect: Connect, key: Credentials) -> None:
    emulator.put_role(ARN)
    connect(AssumedRole(key, ARN)).call(DESCRIBE, ZONE)
    assert "ExternalId" not in emulator.calls[0].params


def test_a_role_is_taken_with_a_role(emulator: Emulator, connect: Connect, key: Credentials) -> None:
    first, second = ARN, ARN.replace("deploy", "media")
    emulator.put_role(first)
    emulator.put_role(second)
    connect(AssumedRole(AssumedRole(key, first), second)).call(DESCRIBE, ZONE)
    assert [call.params.get("RoleArn") for call in emulator.calls] == [first, second, None]


@pytest.mark.parametrize("form", ["{}\n", '{{"web_identity_token": "{}"}}'])
def test_a_web_identity_takes_a_role_without_a_key(
    emulator: Emulator, connect: Connect, tmp_path: Path, form: str
) -> None:
    emulator.put_role(ARN, provider_id="github", web_identity_tokens=["an-identity-token"])
    file = tmp_path / "token"
    file.write_text(form.format("an-identity-token"), encoding="utf-8")
    connect(WebIdentityRole(file, ARN, "github", "ci", 900)).call(DESCRIBE, ZONE)
    assert actions(emulator) == ["AssumeRoleWithWebIdentity", DESCRIBE.name]
    taken = emulator.calls[0]
    assert taken.account_id is None
    assert taken.params == {
        "RoleArn": ARN,
        "RoleSessionName": "ci",
        "DurationSeconds": 900,
        "ProviderId": "github",
        "WebIdentityToken": "***",
    }


@pytest.mark.parametrize("content", ["", "two words-secret", '{"another": "secret"}', '{"web_identity_token": 5}'])
def test_a_file_without_a_token_is_named_and_not_shown(connect: Connect, tmp_path: Path, content: str) -> None:
    file = tmp_path / "token"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CredentialsError) as raised:
        connect(WebIdentityRole(file, ARN)).call(DESCRIBE, ZONE)
    assert str(file) in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_file_of_a_token_that_is_not_there_is_told_not_to_exist(connect: Connect, tmp_path: Path) -> None:
    file = tmp_path / "token"
    with pytest.raises(CredentialsError, match=rf"{file}, whose token is .* {ARN}, does not exist\."):
        connect(WebIdentityRole(file, ARN)).call(DESCRIBE, ZONE)


def test_the_machines_role_comes_from_its_metadata(emulator: Emulator, connect: Connect) -> None:
    emulator.put_role(ARN)
    client = connect(MachineRole("deploy"))
    for _ in range(2):
        client.call(DESCRIBE, ZONE)
    assert actions(emulator) == [METADATA, DESCRIBE.name, DESCRIBE.name]


def test_the_machines_role_can_take_another(emulator: Emulator, connect: Connect) -> None:
    emulator.put_role(ARN)
    connect(AssumedRole(MachineRole("deploy"), ARN)).call(DESCRIBE, ZONE)
    assert actions(emulator) == [METADATA, "AssumeRole", DESCRIBE.name]


def test_a_role_that_the_machine_has_not_is_named(emulator: Emulator, connect: Connect) -> None:
    with pytest.raises(CredentialsError, match=r"no role another of this machine \(HTTP 404\)\.$"):
        connect(MachineRole("another")).call(DESCRIBE, ZONE)
    assert [call.code for call in emulator.calls] == ["HTTP 404"]


@pytest.mark.parametrize(
    ("site", "sts", "metadata"),
    [
        ("intl", "https://sts.intl.tencentcloudapi.com", "http://metadata.tencentyun.com"),
        ("cn", "https://sts.tencentcloudapi.com", "http://metadata.tencentyun.com"),
        ("http://127.0.0.1:8402", "http://127.0.0.1:8402", "http://127.0.0.1:8402"),
    ],
)
def test_each_site_has_its_token_service_and_an_endpoint_takes_the_place_of_all(
    site: str, sts: str, metadata: str
) -> None:
    assert (Endpoint(site).url("sts"), Endpoint(site).url("metadata")) == (sts, metadata)


TEMPORARY = {"TmpSecretId": "AKID-tmp", "TmpSecretKey": "tmp-secret-key", "Token": "tmp-secret-token"}


def answering(*answers: object) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """A service that answers with these in turn, the last one again and again, and the requests it got."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=answers[min(len(requests), len(answers)) - 1])

    return httpx.MockTransport(answer), requests


FINE = {"Response": {"RequestId": "r-1"}}


def test_the_requests_carry_what_the_token_service_asks_for(times: Clock, tmp_path: Path) -> None:
    taken = {"Response": {"Credentials": TEMPORARY, "ExpiredTime": int(times.now()) + 7200, "RequestId": "r-1"}}
    file = tmp_path / "token"
    file.write_text("an-identity-token", encoding="utf-8")
    transport, requests = answering(taken, taken, FINE)
    role = AssumedRole(WebIdentityRole(file, ARN), ARN)
    client_of(Settings(role, Endpoint("intl")), transport=transport, clock=times).call(DESCRIBE, ZONE)
    assert [str(request.url) for request in requests] == [
        "https://sts.intl.tencentcloudapi.com",
        "https://sts.intl.tencentcloudapi.com",
        "https://teo.intl.tencentcloudapi.com",
    ]
    assert [request.headers.get("X-TC-Region") for request in requests] == ["ap-guangzhou", "ap-guangzhou", None]
    assert {request.headers["X-TC-Version"] for request in requests[:2]} == {"2018-08-13"}
    assert requests[0].headers["Authorization"] == "SKIP"
    assert requests[0].headers["X-TC-Timestamp"] == str(int(times.now()))
    assert "X-TC-Token" not in requests[0].headers
    assert json.loads(requests[0].content)["WebIdentityToken"] == "an-identity-token"
    assert "Credential=AKID-tmp/" in requests[1].headers["Authorization"]
    assert "/sts/tc3_request" in requests[1].headers["Authorization"]
    assert [request.headers.get("X-TC-Token") for request in requests[1:]] == ["tmp-secret-token"] * 2


@pytest.mark.parametrize(
    "change",
    [
        {"Credentials": None},
        {"Credentials": {**TEMPORARY, "Token": None}},
        {"Credentials": {**TEMPORARY, "TmpSecretKey": ["tmp-secret-key"]}},
        {"Credentials": {**TEMPORARY, "TmpSecretId": "two\nlines"}},
        {"Credentials": {**TEMPORARY, "Token": ""}},
        {"Credentials": "tmp-secret-key"},
        {"ExpiredTime": "tomorrow"},
        {"ExpiredTime": None},
    ],
)
def test_an_answer_without_a_key_is_an_error_that_shows_nothing(times: Clock, change: dict[str, object]) -> None:
    taken = {"Credentials": TEMPORARY, "ExpiredTime": int(times.now()) + 7200, "RequestId": "r-1", **change}
    transport, _ = answering({"Response": taken})
    role = AssumedRole(Credentials("AKID", "key", source="the environment"), ARN)
    with pytest.raises(CredentialsError, match=r"What came as the key of the role .* is none") as raised:
        client_of(Settings(role, Endpoint("intl")), transport=transport, clock=times).call(DESCRIBE, ZONE)
    assert "tmp-secret" not in str(raised.value)


NO_TIMES = ["NaN", "Infinity", "1e400", "true", "-1", "1700000000.5", "9" * 400, '"1700000000"', "null"]


@pytest.mark.parametrize("end", NO_TIMES)
@pytest.mark.parametrize("role", [AssumedRole(Credentials("AKID", "key"), ARN), MachineRole("deploy")])
def test_a_key_whose_end_is_no_whole_number_from_0_is_none(times: Clock, role: Role, end: str) -> None:
    key = json.dumps({**TEMPORARY, "Code": "Success", "Credentials": TEMPORARY, "RequestId": "r-1"})
    key = f'{key[:-1]}, "ExpiredTime": {end}}}'
    body = key if isinstance(role, MachineRole) else f'{{"Response": {key}}}'
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=body))
    client = client_of(Settings(role, Endpoint("intl")), transport=transport, clock=times)
    with client.operation(), pytest.raises(TransportError) as raised:
        role.take(client._requester)
    assert "tmp-secret" not in str(raised.value)


@pytest.mark.parametrize("answer", [{"Code": "Failed", **TEMPORARY}, {}, [], "tmp-secret-key", {"Code": "Success"}])
def test_metadata_without_a_key_are_an_error_that_shows_nothing(times: Clock, answer: object) -> None:
    transport, requests = answering(answer)
    with pytest.raises(CredentialsError) as raised:
        client_of(Settings(MachineRole("deploy"), Endpoint("intl")), transport=transport, clock=times).call(
            DESCRIBE, ZONE
        )
    assert len(requests) == 1
    assert "There is no key of the role deploy of this machine." in str(raised.value)
    assert "tmp-secret" not in str(raised.value)
    assert str(requests[0].url) == "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/deploy"
    assert "Authorization" not in requests[0].headers


def test_a_refused_role_says_whose_key_it_was_to_be_taken_with(
    emulator: Emulator, connect: Connect, key: Credentials
) -> None:
    with pytest.raises(CredentialsError) as raised:
        connect(AssumedRole(key, ARN)).call(DESCRIBE, ZONE)
    text = str(raised.value)
    assert text.startswith(
        f"There is no key of the role {ARN}, taken with the key from the environment. sts:AssumeRole"
    )
    assert "ResourceNotFound.RoleNotFound" in text
    assert explain(raised.value, WORDS) == f"{text} Check tc-resources:assumeRoleArn (TENCENTCLOUD_ASSUME_ROLE_ARN)."
    assert actions(emulator) == ["AssumeRole"]


def test_a_wrong_key_for_a_role_is_named_by_its_source(emulator: Emulator, connect: Connect) -> None:
    wrong = Credentials(emulator.secret_id, "a-wrong-secret", source="the environment")
    with pytest.raises(CredentialsError) as raised:
        connect(AssumedRole(wrong, ARN)).call(DESCRIBE, ZONE)
    assert "Check the key, which comes from the environment" in explain(raised.value, WORDS)
    assert "a-wrong-secret" not in explain(raised.value, WORDS)


def test_a_role_that_is_not_found_is_not_taken_for_a_quota_that_is(
    emulator: Emulator, connect: Connect, key: Credentials
) -> None:
    """Both have codes that begin with ResourceNotFound, and a quota that is gone is deleted."""
    with pytest.raises(CredentialsError):
        AigcQuotas(connect(AssumedRole(key, ARN))).delete(QuotaAddress(1, "Image", None), 0)
    assert DELETE.name not in actions(emulator)


def test_a_quota_is_not_said_to_be_taken_away_where_no_key_could_be_had(
    emulator: Emulator, connect: Connect, key: Credentials
) -> None:
    with pytest.raises(CredentialsError):
        AigcQuotas(connect(AssumedRole(key, ARN))).renew(QuotaAddress(1, "Image", None), 5, 5)
    assert actions(emulator) == ["AssumeRole"]


def test_taking_a_role_is_tried_again_within_the_operations_time(
    emulator: Emulator, connect: Connect, key: Credentials, clock: FakeClock
) -> None:
    emulator.put_role(ARN)
    emulator.script(Fault(ErrorCode("InternalError.SystemError"), times=2))
    connect(AssumedRole(key, ARN)).call(DESCRIBE, ZONE)
    assert actions(emulator) == ["AssumeRole"] * 3 + [DESCRIBE.name]
    emulator.script(Fault(ErrorCode("InternalError.SystemError"), times=50))
    began = clock.now()
    with pytest.raises(CredentialsError, match=r"InternalError\.SystemError"):
        connect(AssumedRole(key, ARN), timeout=10).call(DESCRIBE, ZONE)
    assert clock.now() - began <= 10


@pytest.mark.parametrize("role", [MachineRole("deploy"), AssumedRole(Credentials("AKID", "key"), ARN)])
def test_no_role_is_taken_once_the_engine_is_gone(emulator: Emulator, connect: Connect, role: Role) -> None:
    with pytest.raises(CredentialsError, match="was not sent: the engine that asked for it has ended"):
        connect(role, alive=lambda: False).call(DESCRIBE, ZONE)
    assert emulator.calls == []


def test_no_secret_is_in_a_repr(connect: Connect, tmp_path: Path, emulator: Emulator) -> None:
    emulator.put_role(ARN)
    key = Credentials(emulator.secret_id, emulator.secret_key, "a-session-token")
    for role in (AssumedRole(key, ARN), MachineRole("deploy"), WebIdentityRole(tmp_path, ARN)):
        client = connect(role)
        if not isinstance(role, WebIdentityRole):
            taken = MachineRole("deploy").take(client._requester)
            assert taken.secret_key
            assert taken.security_token
            client.call(DESCRIBE, ZONE)
            signature = client._signature
            shown = f"{taken!r} {signature._signer!r} {vars(signature)!r} {vars(client)!r} {role!r} {role.source}"
            shown += repr(Settings(role, Endpoint(emulator.url)))
            secrets = [emulator.secret_key, "a-session-token", taken.secret_key, taken.security_token]
            assert [secret for secret in secrets if secret in shown] == []


def test_a_stack_finds_its_role_in_the_config(emulator: Emulator, times: Clock, transport: httpx.BaseTransport) -> None:
    emulator.put_role(ARN)
    config = {"tc-resources:camRoleName": "deploy", "tc-resources:endpoint": emulator.url}
    client = client_of(settings.load(config, {}), transport=transport, clock=times)
    client.call(DESCRIBE, ZONE)
    assert client.source == "the role deploy of this machine"


def test_the_name_of_a_machines_role_stays_one_part_of_the_path(times: Clock) -> None:
    transport, requests = answering({})
    with pytest.raises(CredentialsError):
        client_of(Settings(MachineRole("../a?b"), Endpoint("intl")), transport=transport, clock=times).call(
            DESCRIBE, ZONE
        )
    assert requests[0].url.raw_path == b"/latest/meta-data/cam/security-credentials/..%2Fa%3Fb"
