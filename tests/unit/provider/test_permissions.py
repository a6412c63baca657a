"""What works with the two policies of the documents, and what one that lacks a permission says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota, Token
from tests.unit.policies import MANAGING, READING, Policy, named, needed_for, without
from tests.unit.provider.host import AnyHost, Run

LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
LIMIT_ID = "zone-1#www.example.com#Overseas"
QUOTA = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 2000, "adopt": False}
QUOTA_ID = "1#Image"
TOKEN = {"sub_app_id": 1, "api_token": "an-api-token"}
TOKEN_ID = "1#8dfba01da860"
LISTED = {"sub_app_id": 1, "ip_allow_list": ["203.0.113.7"]}

OPERATIONS: dict[str, tuple[str, str, tuple[Any, ...]]] = {
    "creating limits": ("limits", "create", (LIMIT,)),
    "refreshing limits": ("limits", "read", (LIMIT_ID, LIMIT)),
    "updating limits": ("limits", "update", (LIMIT_ID, LIMIT, {**LIMIT, "bandwidth": 700})),
    "deleting limits": ("limits", "delete", (LIMIT_ID, LIMIT)),
    "creating quotas": ("quotas", "create", (QUOTA,)),
    "refreshing quotas": ("quotas", "read", (QUOTA_ID, QUOTA)),
    "updating quotas": ("quotas", "update", (QUOTA_ID, QUOTA, {**QUOTA, "quota_limit": 3000})),
    "renewing quotas": ("quotas", "update", (QUOTA_ID, {**QUOTA, "period": "1"}, {**QUOTA, "period": "2"})),
    "deleting quotas": ("quotas", "delete", (QUOTA_ID, QUOTA)),
    "creating tokens": ("tokens", "create", ({"sub_app_id": 1},)),
    "creating tokens with an IP allow list": ("tokens", "create", (LISTED,)),
    "refreshing tokens": ("tokens", "read", (TOKEN_ID, TOKEN)),
    "updating tokens": ("tokens", "update", (TOKEN_ID, TOKEN, LISTED)),
    "deleting tokens": ("tokens", "delete", (TOKEN_ID, TOKEN)),
    "deleting quotas that are reset": ("quotas", "delete", (QUOTA_ID, {**QUOTA, "reset_limit": 5})),
}
NEEDED = [
    ("teo:DescribePrefetchOriginLimit", "creating limits"),
    ("teo:DescribePrefetchOriginLimit", "refreshing limits"),
    ("teo:ModifyPrefetchOriginLimit", "creating limits"),
    ("teo:ModifyPrefetchOriginLimit", "updating limits"),
    ("teo:ModifyPrefetchOriginLimit", "deleting limits"),
    ("vod:DescribeAigcQuotas", "creating quotas"),
    ("vod:DescribeAigcQuotas", "refreshing quotas"),
    ("vod:CreateAigcQuota", "creating quotas"),
    ("vod:CreateAigcQuota", "renewing quotas"),
    ("vod:ModifyAigcQuota", "updating quotas"),
    ("vod:ModifyAigcQuota", "deleting quotas that are reset"),
    ("vod:DeleteAigcQuota", "deleting quotas"),
    ("vod:DeleteAigcQuota", "renewing quotas"),
    ("vod:DescribeAigcApiTokens", "creating tokens"),
    ("vod:DescribeAigcApiTokens", "refreshing tokens"),
    ("vod:DescribeAigcApiTokens", "deleting tokens"),
    ("vod:CreateAigcApiToken", "creating tokens"),
    ("vod:CreateAigcApiToken", "creating tokens with an IP allow list"),
    ("vod:UpdateAigcApiToken", "creating tokens with an IP allow list"),
    ("vod:UpdateAigcApiToken", "updating tokens"),
    ("vod:DeleteAigcApiToken", "deleting tokens"),
]
READ_ONLY = {"refreshing limits", "refreshing quotas", "refreshing tokens"}

Allow = Callable[[Policy], None]


@pytest.fixture
def allow(emulator: Emulator) -> Allow:
    """Give the key another policy."""
    return lambda policy: emulator.put_key(emulator.secret_id, emulator.secret_key, policy=policy)


@pytest.fixture(autouse=True)
def _somebodys(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    """What is there already, unless a test is about creating it."""
    if "creating" not in request.node.name:
        emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
        emulator.put_quota(Quota(1, "Image", 2000))
        emulator.put_token(1, "an-api-token")


def failure(run: Run, operation: str) -> str:
    kind, name, args = OPERATIONS[operation]
    host: AnyHost = getattr(run, kind)
    return host.failure(name, *args)


def state_of(emulator: Emulator) -> tuple[list[Limit], list[Quota], list[Token]]:
    return emulator.limits(), emulator.quotas(), emulator.tokens()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_with_the_managing_policy_every_operation_works(run: Run, allow: Allow, operation: str) -> None:
    allow(MANAGING)
    kind, name, args = OPERATIONS[operation]
    getattr(getattr(run, kind), name)(*args)


@pytest.mark.parametrize(("permission", "operation"), NEEDED)
def test_without_a_permission_what_needs_it_fails_naming_it_alone(
    run: Run, emulator: Emulator, allow: Allow, permission: str, operation: str
) -> None:
    allow(without(MANAGING, permission))
    before = state_of(emulator)
    text = failure(run, operation)
    assert f"Add {permission} to the CAM policy of the user or role whose key is used." in text
    assert named(text) == {permission}
    assert state_of(emulator) == before
    assert operation.split()[0] in needed_for(permission)


@pytest.mark.parametrize("operation", sorted(OPERATIONS.keys() - READ_ONLY))
def test_with_the_reading_policy_an_up_is_denied_and_changes_nothing(
    run: Run, emulator: Emulator, allow: Allow, operation: str
) -> None:
    allow(READING)
    before = state_of(emulator)
    (permission,) = named(failure(run, operation))
    assert (permission, operation) in NEEDED
    assert state_of(emulator) == before


@pytest.mark.parametrize("operation", sorted(READ_ONLY))
def test_with_the_reading_policy_a_refresh_works(run: Run, allow: Allow, operation: str) -> None:
    allow(READING)
    kind, name, args = OPERATIONS[operation]
    assert getattr(getattr(run, kind), name)(*args)[0] == args[0]


def test_with_the_reading_policy_a_preview_sees_what_would_fail(
    run: Run, allow: Allow, capsys: pytest.CaptureFixture[str]
) -> None:
    allow(READING)
    assert [name for name, _ in run.limits.check({**LIMIT, "bandwidth": 300})[1]] == ["bandwidth"]
    assert [name for name, _ in run.quotas.check({**QUOTA, "quota_limit": 5})[1]] == ["quota_limit"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("permission", "seen"),
    [("vod:DescribeAigcQuotas", ["bandwidth"]), ("teo:DescribePrefetchOriginLimit", ["quota_limit"])],
)
def test_a_preview_that_may_not_read_one_service_says_so_and_looks_at_the_other(
    run: Run, allow: Allow, capsys: pytest.CaptureFixture[str], permission: str, seen: list[str]
) -> None:
    allow(without(MANAGING, permission))
    failures = run.quotas.check({**QUOTA, "quota_limit": 5})[1] + run.limits.check({**LIMIT, "bandwidth": 300})[1]
    assert [name for name, _ in failures] == seen
    assert f"Add {permission} to the CAM policy" in capsys.readouterr().out


def test_an_account_that_may_not_be_told_is_no_allowed_one(
    new_run: Callable[..., Run], config: dict[str, str], emulator: Emulator, allow: Allow
) -> None:
    allow(without(MANAGING, "sts:GetCallerIdentity"))
    run = new_run({**config, "tc-resources:allowedAccountIds": emulator.account_id})
    text = failure(run, "updating limits")
    assert "Add sts:GetCallerIdentity to the CAM policy" in text
    assert named(text) == {"sts:GetCallerIdentity"}
    assert [call.action for call in emulator.calls] == ["GetCallerIdentity"]
    assert "allowedAccountIds" in needed_for("sts:GetCallerIdentity")
