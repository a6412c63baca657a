"""The vendor's own STS client, and the credentials of its SDK that renew themselves, drive the emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator

ROLE = "qcs::cam::uin/100000000002:roleName/deploy"
ROLE_ARN = "qcs::sts:100000000002:assumed-role/4611686018427387904"
TOKEN = "an-identity-token"
REGION = "ap-guangzhou"

# The SDK's own call of a function that Python deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")

Sts = Callable[..., Any]


@pytest.fixture(scope="session")
def sts_sdk() -> SimpleNamespace:
    """The parts of the vendor's SDK that speak to STS."""
    return SimpleNamespace(
        client=pytest.importorskip("tencentcloud.sts.v20180813.sts_client"),
        models=pytest.importorskip("tencentcloud.sts.v20180813.models"),
    )


@pytest.fixture
def sts(sdk: SimpleNamespace, sts_sdk: SimpleNamespace, emulator: Emulator) -> Iterator[Sts]:
    """Call an action of STS with the SDK's client; with the emulator's key unless another credential is given."""
    clients = []

    def sts(action: str, credential: Any = None, **params: object) -> Any:
        http = sdk.http_profile.HttpProfile(protocol="http", endpoint=emulator.url.removeprefix("http://"))
        key = credential or sdk.credential.Credential(emulator.secret_id, emulator.secret_key)
        client = sts_sdk.client.StsClient(key, REGION, sdk.client_profile.ClientProfile(httpProfile=http))
        clients.append(client)
        request = getattr(sts_sdk.models, f"{action}Request")()
        request._deserialize(params)
        return getattr(client, action)(request)

    yield sts
    for client in clients:
        client.request.conn._session.close()


@pytest.fixture(autouse=True)
def _role(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role of another account, and no proxy between."""
    emulator.put_role(ROLE, external_id="me", web_identity_tokens=[TOKEN])
    for variable in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(variable, raising=False)


def test_get_caller_identity(sts: Sts) -> None:
    identity = sts("GetCallerIdentity")
    assert (identity.AccountId, identity.Type) == ("100000000001", "CAMUser")
    assert identity.Arn == f"qcs::cam:100000000001:uin/{identity.UserId}"
    assert identity.PrincipalId == identity.UserId


def test_assume_role(sdk: SimpleNamespace, sts: Sts) -> None:
    taken = sts("AssumeRole", RoleArn=ROLE, RoleSessionName="ci", DurationSeconds=900, ExternalId="me")
    assert (taken.Expiration[-1], taken.ExpiredTime) == ("Z", int(taken.ExpiredTime))
    made = taken.Credentials
    session = sdk.credential.Credential(made.TmpSecretId, made.TmpSecretKey, made.Token)
    identity = sts("GetCallerIdentity", session)
    assert (identity.Arn, identity.Type) == (ROLE_ARN, "CAMRole")
    assert identity.UserId.endswith(":ci")


def test_a_refusal_is_the_sdks_own_exception(sdk: SimpleNamespace, sts: Sts) -> None:
    with pytest.raises(sdk.exception.TencentCloudSDKException) as refused:
        sts("AssumeRole", RoleArn=ROLE, RoleSessionName="ci", ExternalId="somebody else")
    assert refused.value.get_code() == "UnauthorizedOperation"
    assert refused.value.get_request_id()


def test_the_credential_that_takes_a_role(sdk: SimpleNamespace, sts: Sts, emulator: Emulator) -> None:
    emulator.put_role(ROLE)
    key = (emulator.secret_id, emulator.secret_key)
    session = sdk.credential.STSAssumeRoleCredential(*key, ROLE, "ci", endpoint=emulator.url)
    assert sts("GetCallerIdentity", session).Arn == ROLE_ARN
    assert [call.action for call in emulator.calls] == ["AssumeRole", "GetCallerIdentity"]


def test_the_credential_of_a_web_identity(sdk: SimpleNamespace, sts: Sts, emulator: Emulator) -> None:
    session = sdk.credential.OIDCRoleArnCredential(REGION, "OIDC", TOKEN, ROLE, "ci", endpoint=emulator.url)
    assert sts("GetCallerIdentity", session).Arn == ROLE_ARN
    assert emulator.calls[0].params == {
        "ProviderId": "OIDC",
        "WebIdentityToken": "***",
        "RoleArn": ROLE,
        "RoleSessionName": "ci",
        "DurationSeconds": 7200,
    }


@pytest.mark.parametrize("name", [None, "deploy"])
def test_the_credential_of_a_machine(
    sdk: SimpleNamespace, sts: Sts, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    path = "/latest/meta-data/cam/security-credentials/"
    machine = sdk.credential.CVMRoleCredential
    assert machine._role_endpoint.endswith(path)
    monkeypatch.setattr(machine, "_role_endpoint", f"{emulator.url}{path}")
    identity = sts("GetCallerIdentity", machine(name))
    assert identity.Arn == ROLE_ARN
    asked = [f"GET {path}deploy"] if name else [f"GET {path}", f"GET {path}deploy"]
    assert [call.action for call in emulator.calls] == [*asked, "GetCallerIdentity"]
