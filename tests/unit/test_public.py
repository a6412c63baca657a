"""What users' programs and state files rely on, and what can therefore never change."""

from __future__ import annotations

import base64
import inspect
import pickle
import subprocess
import sys
from typing import cast

import pulumi
import pytest
from pulumi.dynamic.dynamic import serialize_provider

import tc_resources
from tc_resources.cloud.identities import TokenAddress
from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits.aigc_quota import AigcQuotaArgs
from tc_resources.limits.fields import described
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs
from tc_resources.provider import LimitProvider

# The module and the name of a class, one attribute and its value, in pickle's protocol 4.
PICKLED = {
    "aigc_api_token": "gASVSgAAAAAAAACMFXRjX3Jlc291cmNlcy5wcm92aWRlcpSMDUxpbWl0UHJvdmlkZXKUk5QpgZR9lIwE"
    "a2luZJSMDmFpZ2NfYXBpX3Rva2VulHNiLg==",
    "aigc_quota": "gASVRgAAAAAAAACMFXRjX3Jlc291cmNlcy5wcm92aWRlcpSMDUxpbWl0UHJvdmlkZXKUk5QpgZR9"
    "lIwEa2luZJSMCmFpZ2NfcXVvdGGUc2Iu",
    "prefetch_origin_limit": "gASVUQAAAAAAAACMFXRjX3Jlc291cmNlcy5wcm92aWRlcpSMDUxpbWl0UHJvdmlkZXKUk5QpgZR9"
    "lIwEa2luZJSMFXByZWZldGNoX29yaWdpbl9saW1pdJRzYi4=",
}
PROPERTIES: dict[type[LimitResource], list[str]] = {
    tc_resources.AigcQuota: [
        "sub_app_id",
        "quota_type",
        "quota_limit",
        "api_token",
        "adopt",
        "reset_limit",
        "allow_below_usage",
        "period",
        "baseline_limit",
        "written_at",
    ],
    tc_resources.AigcApiToken: ["sub_app_id", "ip_allow_list", "rotation", "api_token", "written_at"],
    tc_resources.PrefetchOriginLimit: ["zone_id", "domain_name", "area", "bandwidth", "adopt", "written_at"],
}
"""What may be added to at the end, and from which nothing may go."""
COMPUTED = {"baseline_limit", "written_at"}
TOKENS = {"api_token"}
"""What is computed of tokens, and an input of quotas."""


@pytest.fixture(autouse=True)
def _protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.14 writes protocol 5 unless told otherwise, and reads both."""
    monkeypatch.setattr(pickle, "DEFAULT_PROTOCOL", 4)


def test_the_public_names_are_sorted_and_complete() -> None:
    assert tc_resources.__all__ == [
        "AigcApiToken",
        "AigcQuota",
        "PrefetchOriginLimit",
        "Provider",
        "current_period",
        "get_limit",
        "get_quota",
        "get_usage",
    ]
    assert all(getattr(tc_resources, name).__module__.startswith("tc_resources.") for name in tc_resources.__all__)
    assert {*tc_resources.__all__} <= {*dir(tc_resources)}
    with pytest.raises(AttributeError, match="has no attribute 'Aigcquota'"):
        _ = tc_resources.Aigcquota


def test_the_type_tokens_are_those_of_the_first_release() -> None:
    for resource in PROPERTIES:
        assert (
            f"pulumi-python:{resource._resource_type_name}" == f"pulumi-python:dynamic/tc_resources:{resource.__name__}"
        )


@pytest.mark.parametrize("kind", PICKLED)
def test_a_provider_lies_in_the_state_as_in_the_first_release(kind: str) -> None:
    stored = serialize_provider(LimitProvider(kind))
    assert stored == PICKLED[kind]
    assert len(stored) < 200
    assert LimitProvider.serialize_as_secret_always is False


@pytest.mark.parametrize("kind", PICKLED)
def test_a_stored_provider_is_read_and_stored_the_same_again(kind: str) -> None:
    provider = pickle.loads(base64.b64decode(PICKLED[kind]))  # noqa: S301 - our own
    assert type(provider) is LimitProvider
    assert vars(provider) == {"kind": kind}
    assert serialize_provider(provider) == PICKLED[kind]


@pytest.mark.parametrize("resource", PROPERTIES)
def test_the_properties_are_those_of_the_first_release(resource: type[LimitResource]) -> None:
    names = PROPERTIES[resource]
    assert list(inspect.get_annotations(resource)) == names
    computed = COMPUTED | (TOKENS if resource is tc_resources.AigcApiToken else set())
    assert list(described(resource.inputs)) == [name for name in names if name not in computed]


def test_an_account_is_stored_under_the_keys_of_the_first_release(monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[object] = []
    monkeypatch.setattr(pulumi.ProviderResource, "__init__", lambda _, *given: stored.extend(given))
    tc_resources.Provider("media", profile="media", assume_role_arn="arn", allowed_account_ids=["1"], site="cn")
    tc_resources.Provider("chat", endpoint="https://t.example", secret_id="i", secret_key="k", security_token="t")
    assert (stored[:2], stored[4:6]) == (["pulumi-python", "media"], ["pulumi-python", "chat"])
    assert sorted(cast("dict[str, object]", stored[2])) == [
        "tc-resources:allowedAccountIds",
        "tc-resources:assumeRoleArn",
        "tc-resources:instance",
        "tc-resources:profile",
        "tc-resources:site",
    ]
    assert sorted(cast("dict[str, object]", stored[6])) == [
        "tc-resources:assumeRoleArn",
        "tc-resources:endpoint",
        "tc-resources:instance",
        "tc-resources:secretId",
        "tc-resources:secretKey",
        "tc-resources:securityToken",
    ]


@pytest.mark.parametrize(
    ("args", "id_"),
    [
        (AigcQuotaArgs(sub_app_id=200000004, quota_type="Image", quota_limit=5), "200000004#Image"),
        (AigcQuotaArgs(sub_app_id=1, quota_type="Text", quota_limit=5), "1#Text"),
        (
            AigcQuotaArgs(sub_app_id=1, quota_type="Text", quota_limit=5, api_token="an-api-token"),
            "1#Text#8dfba01da860",
        ),
    ],
)
def test_the_ids_of_quotas_are_those_of_the_first_release(args: AigcQuotaArgs, id_: str) -> None:
    assert args.quota.identity.id == id_


def test_the_ids_of_tokens_are_those_of_the_first_release() -> None:
    assert TokenAddress(1, "an-api-token").identity.id == "1#8dfba01da860"


def test_the_ids_of_limits_are_those_of_the_first_release() -> None:
    args = PrefetchOriginLimitArgs(zone_id="zone-1", domain_name="www.example.com", area="Overseas", bandwidth=500)
    assert args.identity.id == "zone-1#www.example.com#Overseas"


def test_a_program_loads_nothing_that_only_the_provider_process_needs() -> None:
    program = "import sys; from tc_resources import *; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - written above
    assert "tc_resources.provider" in loaded
    unwanted = (
        "httpx",
        "tenacity",
        "pydantic",
        "starlette",
        "uvicorn",
        "typer",
        "tc_resources.testing",
        "tc_resources.cloud.client",
    )
    assert not [name for name in loaded if name.startswith(unwanted)]


def test_inputs_never_show_the_token() -> None:
    args = AigcQuotaArgs(sub_app_id=1, quota_type="Text", quota_limit=5, api_token="an-api-token")
    assert "an-api-token" not in repr(args)
    assert "an-api-token" not in repr(args.quota)
