"""Every error code of the two API documents reaches the vendor's SDK as its own exception."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault, Limit, Quota

Connect = Callable[..., Any]
Refusal = Callable[..., str | None]

# The SDK's own call of a function that Python deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")

LIMIT = "ModifyPrefetchOriginLimit"
LIMIT_CODES = (
    "FailedOperation",
    "FailedOperation.CreatePrefetchOriginLimitFailed",
    "FailedOperation.PrefetchOriginLimitCountExceeded",
    "FailedOperation.PrefetchOriginLimitNotFound",
    "InternalError.BackendError",
    "InternalError.DomainConfig",
    "InvalidParameter",
    "InvalidParameter.DomainAreaNotSupportPrefetchOriginLimitArea",
    "InvalidParameter.DomainNotFound",
    "InvalidParameter.PrefetchOriginLimitAreaInvalid",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall",
    "InvalidParameter.PrefetchOriginLimitEnabledInvalid",
    "InvalidParameter.ZoneAreaNotSupportPrefetchOriginLimitArea",
    "OperationDenied.NotInPrefetchOriginLimitWhiteList",
    "ResourceInUse.PrefetchOriginLimitAlreadyExists",
    "UnauthorizedOperation.CamUnauthorized",
    "UnauthorizedOperation.NoPermission",
    "UnauthorizedOperation.Unknown",
)
QUOTA = "ModifyAigcQuota"
QUOTA_CODES = ("FailedOperation.DBError", "InvalidParameterValue", "ResourceNotFound.UserNotExist")

ON = {"ZoneId": "zone-1", "DomainName": "a.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}
IMAGE = {"SubAppId": 1, "QuotaType": "Image", "QuotaLimit": 5}


def test_the_sdk_knows_each_code(sdk: SimpleNamespace) -> None:
    for codes, known in ((LIMIT_CODES, sdk.teo_codes), (QUOTA_CODES, sdk.vod_codes)):
        assert set(codes) <= {value for name, value in vars(known).items() if name.isupper()}


def test_a_refusal_has_a_code_a_message_and_a_request_id_of_its_own(sdk: SimpleNamespace, connect: Connect) -> None:
    client, request_ids = connect("teo"), set()
    for _ in range(2):
        with pytest.raises(sdk.exception.TencentCloudSDKException) as refused:
            client.call_json(LIMIT, {**ON, "Enabled": "off"})
        assert refused.value.get_code() == "FailedOperation.PrefetchOriginLimitNotFound"
        assert refused.value.get_message() == "There is no such limit to turn off."
        request_ids.add(refused.value.get_request_id())
    assert len(request_ids) == 2


@pytest.mark.parametrize("code", LIMIT_CODES)
def test_a_scripted_code_refuses_a_limit_once(
    emulator: Emulator, connect: Connect, refusal: Refusal, code: str
) -> None:
    emulator.script(Fault(ErrorCode(code), LIMIT))
    assert refusal(connect("teo"), LIMIT, ON) == code
    assert emulator.limits() == []
    assert refusal(connect("teo"), LIMIT, ON) is None


@pytest.mark.parametrize("code", QUOTA_CODES)
@pytest.mark.parametrize("action", ["CreateAigcQuota", QUOTA, "DeleteAigcQuota", "DescribeAigcQuotas"])
def test_a_scripted_code_refuses_a_call_on_quotas(
    emulator: Emulator, connect: Connect, refusal: Refusal, action: str, code: str
) -> None:
    emulator.put_quota(Quota(1, "Image", 7))
    emulator.script(Fault(ErrorCode(code), action))
    assert refusal(connect("vod"), action, IMAGE) == code
    assert emulator.quotas() == [Quota(1, "Image", 7)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Area": "Global"}, "InvalidParameter.PrefetchOriginLimitAreaInvalid"),
        ({"Bandwidth": 99}, "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall"),
        ({"Bandwidth": 100_001}, "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge"),
        ({"Bandwidth": "500"}, "InvalidParameter"),
        ({"Enabled": "yes"}, "InvalidParameter.PrefetchOriginLimitEnabledInvalid"),
        ({"Enabled": "off"}, "FailedOperation.PrefetchOriginLimitNotFound"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_without_a_script(
    emulator: Emulator, connect: Connect, refusal: Refusal, change: dict[str, object], code: str
) -> None:
    assert code in LIMIT_CODES
    assert refusal(connect("teo"), LIMIT, {**ON, **change}) == code
    assert emulator.limits() == []


@pytest.mark.parametrize("bandwidth", [100, 100_000])
def test_a_bandwidth_on_its_bound_is_taken(
    emulator: Emulator, connect: Connect, refusal: Refusal, bandwidth: int
) -> None:
    assert refusal(connect("teo"), LIMIT, {**ON, "Bandwidth": bandwidth}) is None
    assert [limit.bandwidth for limit in emulator.limits()] == [bandwidth]


def test_the_101st_limit_of_an_account_is_refused(emulator: Emulator, connect: Connect, refusal: Refusal) -> None:
    for number in range(100):
        emulator.put_limit(Limit(f"zone-{number}", "b.example.com", "Overseas", 500))
    assert refusal(connect("teo"), LIMIT, ON) == "FailedOperation.PrefetchOriginLimitCountExceeded"
    assert len(emulator.limits()) == 100


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, None),
        ({"behaviour": Behaviour(existing_limit="refuses")}, "ResourceInUse.PrefetchOriginLimitAlreadyExists"),
    ],
)
def test_a_limit_that_exists_is_updated_or_refused_as_chosen(
    connect: Connect, refusal: Refusal, code: str | None
) -> None:
    client = connect("teo")
    assert [refusal(client, LIMIT, {**ON, "Bandwidth": bandwidth}) for bandwidth in (500, 600)] == [None, code]


@pytest.mark.parametrize("change", [{"QuotaType": "Audio"}, {"ApiToken": "token-a"}])
@pytest.mark.parametrize("action", ["CreateAigcQuota", QUOTA, "DeleteAigcQuota"])
def test_a_quota_that_cannot_be_is_refused_without_a_script(
    connect: Connect, refusal: Refusal, action: str, change: dict[str, object]
) -> None:
    wanted = {**IMAGE, **change}
    if action == "DeleteAigcQuota":
        del wanted["QuotaLimit"]
    assert refusal(connect("vod"), action, wanted) == "InvalidParameterValue"


def test_a_quota_that_exists_is_not_created_again(emulator: Emulator, connect: Connect, refusal: Refusal) -> None:
    emulator.put_quota(Quota(1, "Image", 7))
    assert refusal(connect("vod"), "CreateAigcQuota", IMAGE) == "InvalidParameterValue"
    assert emulator.quotas() == [Quota(1, "Image", 7)]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "ResourceNotFound"),
        (
            {
                "behaviour": Behaviour(
                    absent_quota_modify="InvalidParameterValue", absent_quota_delete="InvalidParameterValue"
                )
            },
            "InvalidParameterValue",
        ),
    ],
)
def test_a_quota_that_is_absent_is_refused_as_chosen(connect: Connect, refusal: Refusal, code: str) -> None:
    client = connect("vod")
    assert refusal(client, QUOTA, IMAGE) == code
    assert refusal(client, "DeleteAigcQuota", {"SubAppId": 1, "QuotaType": "Image"}) == code


@pytest.mark.parametrize("options", [{"rate": 2}])
def test_a_call_above_the_rate_is_refused(connect: Connect, refusal: Refusal) -> None:
    client = connect("vod")
    codes = [refusal(client, "DescribeAigcQuotas", {"SubAppId": 1, "QuotaType": "Image"}) for _ in range(3)]
    assert codes == [None, None, "RequestLimitExceeded"]
