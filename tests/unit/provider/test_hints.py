"""Every error code that is known here, and what the engine's user is told to do about it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tc_resources.cloud import errors
from tc_resources.cloud.client import Client
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.roles import AssumedRole
from tc_resources.cloud.services.sts import caller
from tc_resources.dynamic.words import WORDS as PYTHON
from tc_resources.limits.advice import HINTS, Words, explain
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Quota
from tests.unit.documents import DOCUMENTED
from tests.unit.provider.host import Run

MANY = 500
"""More tries than one operation has time for."""
LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
QUOTA = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 2000}

KEY = "Check the key, which comes from Pulumi config. Refresh and destroy use the config of the last up: where the key "
KEY += "has changed since, `pulumi up` renews it, as does `--run-program` beside `--refresh`."
PERMISSION = "Add {permission} to the CAM policy of the user or role whose key is used."
GONE = "If it is gone, `pulumi state delete URN` lets go of what it had."
SUPPORT = "If it stays, give the RequestId to Tencent Cloud's support."
CREATING = {
    "AuthFailure.AccessKeyIllegal": KEY,
    "AuthFailure.InvalidSecretId": KEY,
    "AuthFailure.SecretIdNotFound": KEY,
    "AuthFailure.SignatureExpire": "Set this machine's clock.",
    "AuthFailure.SignatureFailure": KEY,
    "AuthFailure.TokenFailure": KEY,
    "AuthFailure.UnauthorizedOperation": PERMISSION,
    "FailedOperation": "Try again; if it stays, give the RequestId to Tencent Cloud's support.",
    "FailedOperation.CreatePrefetchOriginLimitFailed": SUPPORT,
    "FailedOperation.DBError": SUPPORT,
    "FailedOperation.PrefetchOriginLimitCountExceeded": "An account has room for 100 limits: delete one, ask for more "
    "in a ticket, or, if this replaces a limit, let the old one go first with delete_before_replace=True.",
    "InternalError": SUPPORT,
    "InternalError.BackendError": SUPPORT,
    "InternalError.DbError": SUPPORT,
    "InternalError.DomainConfig": SUPPORT,
    "InternalError.SystemError": SUPPORT,
    "InvalidParameter": "Check the arguments of this resource.",
    "InvalidParameter.DomainAreaNotSupportPrefetchOriginLimitArea": "The domain is not accelerated in this "
    "area: choose another area, or change the domain's.",
    "InvalidParameter.DomainNotFound": "Check that domain_name belongs to zone_id and to the account of this key.",
    "InvalidParameter.PrefetchOriginLimitAreaInvalid": "area is Overseas or MainlandChina.",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge": "bandwidth is at most 100000 Mbps.",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall": "bandwidth is at least 100 Mbps.",
    "InvalidParameter.PrefetchOriginLimitEnabledInvalid": "This is a fault of tc-resources: please report it.",
    "InvalidParameter.ZoneAreaNotSupportPrefetchOriginLimitArea": "The zone is not accelerated in this "
    "area: choose another area, or change the zone's.",
    "OperationDenied.NotInPrefetchOriginLimitWhiteList": "The feature is in beta: ask for your account to be put on "
    "its allow list, in a ticket to Tencent Cloud.",
    "RequestLimitExceeded": "Something else uses this account's 20 requests a second; try again.",
    "ResourceInUse.PrefetchOriginLimitAlreadyExists": "Somebody else has set this limit, and in time no "
    "listing told its value: run `pulumi up` again to see it.",
    "ResourceInUse": SUPPORT,
    "ResourceUnavailable": SUPPORT,
    "UnauthorizedOperation": PERMISSION,
    "UnauthorizedOperation.CamUnauthorized": PERMISSION,
    "UnauthorizedOperation.NoPermission": PERMISSION,
    "UnauthorizedOperation.Unknown": PERMISSION,
}
"""Advice on what may refuse any write, by its code."""
DELETING_A_LIMIT = {
    "FailedOperation.PrefetchOriginLimitNotFound": SUPPORT,
    "InvalidParameter.ZoneNotFound": "The zone is not one of this account: check zone_id and whose key is used (it "
    f"comes from Pulumi config). {GONE}",
}
DELETING_A_QUOTA = {
    "InvalidParameterValue": "Check sub_app_id, quota_limit and, for Text, api_token.",
    "ResourceNotFound": "It is gone, or another account's: check whose key is used (it comes from Pulumi "
    f"config). {GONE}",
    "ResourceNotFound.UserNotExist": "The sub-application is not one of this account: check sub_app_id and whose key "
    f"is used (it comes from Pulumi config). {GONE}",
}
"""Advice on what may mean that there is nothing, and does not where the listing still shows it."""
TAKING_A_ROLE = {
    "InvalidParameter.OverTimeError": "Lower tc-resources:assumeRoleSessionDuration "
    "(TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION): the role does not last so long.",
    "InvalidParameter.ResouceError": "tc-resources:assumeRoleArn (TENCENTCLOUD_ASSUME_ROLE_ARN) has the form "
    "qcs::cam::uin/ACCOUNT:roleName/NAME.",
    "InvalidParameter.WebIdentityTokenError": "Check that the token in the file has not expired, and that "
    "tc-resources:assumeRoleProviderId (TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID) is the provider that issued it.",
    "ResourceNotFound.RoleNotFound": "Check tc-resources:assumeRoleArn (TENCENTCLOUD_ASSUME_ROLE_ARN).",
}
FAMILIES = "AuthFailure|FailedOperation|InternalError|InvalidParameter|InvalidParameterValue|LimitExceeded|"
FAMILIES += "OperationDenied|RequestLimitExceeded|ResourceInUse|ResourceNotFound|ResourceUnavailable|"
FAMILIES += "UnauthorizedOperation|UnsupportedOperation"
CODE = re.compile(rf"({FAMILIES})(\.[A-Z]\w*)?")


def named_in_the_source() -> set[str]:
    """Every error code that a module of tc_resources.cloud has as a text."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in Path(errors.__file__).parent.rglob("*.py")]
    texts = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and CODE.fullmatch(text)}


NAMES = ("domain_name", "zone_id", "sub_app_id", "quota_limit", "api_token")


def spelt(told: str, words: Words) -> str:
    """The advice, which stands above as a program in Python reads it, in a face's words."""
    for name in NAMES:
        told = told.replace(name, words.argument(name))
    return told.replace(PYTHON.replace_first, words.replace_first)


def advice(text: str, code: str) -> str:
    """The rest of the line that an error is, behind the RequestId."""
    found = re.search(rf" answered {re.escape(code)}: .* RequestId [0-9a-f-]+\. (.*)$", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_no_code_of_the_documents_or_of_the_source_lacks_a_test_of_its_advice() -> None:
    tested = CREATING.keys() | DELETING_A_LIMIT.keys() | DELETING_A_QUOTA.keys() | TAKING_A_ROLE.keys()
    assert tested == HINTS.keys() | errors.TRANSIENT | named_in_the_source() | DOCUMENTED


@pytest.mark.parametrize("code", CREATING)
def test_who_creates_a_limit_is_told_what_to_do(run: Run, words: Words, emulator: Emulator, code: str) -> None:
    emulator.script(Fault(ErrorCode(code), "ModifyPrefetchOriginLimit", times=MANY))
    told = CREATING[code].format(permission="teo:ModifyPrefetchOriginLimit")
    assert advice(run.limits.failure("create", LIMIT), code) == spelt(told, words)


@pytest.mark.parametrize("code", DELETING_A_LIMIT)
def test_who_deletes_a_limit_is_told_what_to_do(run: Run, words: Words, emulator: Emulator, code: str) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    emulator.script(Fault(ErrorCode(code), "ModifyPrefetchOriginLimit"))
    text = run.limits.failure("delete", "zone-1#www.example.com#Overseas", LIMIT)
    assert advice(text, code) == spelt(DELETING_A_LIMIT[code], words)


@pytest.mark.parametrize("code", DELETING_A_QUOTA)
def test_who_deletes_a_quota_is_told_what_to_do(run: Run, words: Words, emulator: Emulator, code: str) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    emulator.script(Fault(ErrorCode(code), "DeleteAigcQuota"))
    assert advice(run.quotas.failure("delete", "1#Image", QUOTA), code) == spelt(DELETING_A_QUOTA[code], words)


@pytest.mark.parametrize("code", TAKING_A_ROLE)
def test_who_takes_a_role_is_told_what_to_do(connect: Callable[..., Client], emulator: Emulator, code: str) -> None:
    key = Credentials(emulator.secret_id, emulator.secret_key)
    client = connect(AssumedRole(key, "qcs::cam::uin/100000000001:roleName/deploy"))
    emulator.script(Fault(ErrorCode(code), "AssumeRole"))
    with pytest.raises(errors.CredentialsError) as refusal:
        caller(client.send)
    assert advice(explain(refusal.value, PYTHON), code) == TAKING_A_ROLE[code]


@pytest.mark.parametrize("action", ["CreateAigcQuota", "DescribeAigcQuotas"])
def test_a_missing_permission_is_that_of_the_call_that_was_refused(run: Run, emulator: Emulator, action: str) -> None:
    code = "UnauthorizedOperation.CamUnauthorized"
    emulator.script(Fault(ErrorCode(code), action))
    assert advice(run.quotas.failure("create", QUOTA), code) == PERMISSION.format(permission=f"vod:{action}")
