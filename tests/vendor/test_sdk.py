"""The vendor's own SDK drives the emulator: what it sends is taken, and what is answered it understands."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota

Connect = Callable[..., Any]

# The SDK's own call of a function that Python deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")


def request(model: type[Any], **params: object) -> Any:
    made = model()
    made._deserialize(params)
    return made


def test_modify_prefetch_origin_limit(emulator: Emulator, sdk: SimpleNamespace, connect: Connect) -> None:
    params = {"ZoneId": "zone-1", "DomainName": "a.example.com", "Area": "Overseas", "Bandwidth": 500}
    client, model = connect("teo"), sdk.teo_models.ModifyPrefetchOriginLimitRequest
    assert client.ModifyPrefetchOriginLimit(request(model, **params, Enabled="on")).RequestId
    assert emulator.limits() == [Limit("zone-1", "a.example.com", "Overseas", 500)]
    client.ModifyPrefetchOriginLimit(request(model, **params, Enabled="off"))
    assert emulator.limits() == []


def test_describe_prefetch_origin_limit(emulator: Emulator, sdk: SimpleNamespace, connect: Connect) -> None:
    emulator.put_limit(Limit("zone-1", "a.example.com", "Overseas", 500))
    emulator.put_limit(Limit("zone-1", "b.example.com", "Overseas", 600))
    wanted = request(
        sdk.teo_models.DescribePrefetchOriginLimitRequest,
        ZoneId="zone-1",
        Filters=[{"Name": "domain-name", "Values": ["b.example.com"]}],
        Limit=100,
    )
    answer = connect("teo").DescribePrefetchOriginLimit(wanted)
    assert answer.TotalCount == 1
    (limit,) = answer.Limits
    assert (limit.ZoneId, limit.DomainName, limit.Area, limit.Bandwidth) == ("zone-1", "b.example.com", "Overseas", 600)
    assert limit.CreateTime == limit.UpdateTime


def test_create_modify_and_delete_aigc_quota(emulator: Emulator, sdk: SimpleNamespace, connect: Connect) -> None:
    client, models = connect("vod"), sdk.vod_models
    text = {"SubAppId": 1, "QuotaType": "Text", "ApiToken": "token-a"}
    assert client.CreateAigcQuota(request(models.CreateAigcQuotaRequest, **text, QuotaLimit=5)).RequestId
    assert emulator.quotas() == [Quota(1, "Text", 5, api_token="token-a")]
    client.ModifyAigcQuota(request(models.ModifyAigcQuotaRequest, **text, QuotaLimit=0))
    assert emulator.quotas() == [Quota(1, "Text", 0, api_token="token-a")]
    client.DeleteAigcQuota(request(models.DeleteAigcQuotaRequest, **text))
    assert emulator.quotas() == []


def test_describe_aigc_quotas(emulator: Emulator, sdk: SimpleNamespace, connect: Connect) -> None:
    emulator.put_quota(Quota(1, "Image", 2000, usage=50))
    answer = connect("vod").DescribeAigcQuotas(request(sdk.vod_models.DescribeAigcQuotasRequest, SubAppId=1))
    assert answer.TotalCount == 1
    (quota,) = answer.QuotaSet
    assert (quota.QuotaType, quota.ApiToken, quota.QuotaLimit, quota.Usage) == ("Image", "", 2000, 50)


def test_describe_zones(emulator: Emulator, sdk: SimpleNamespace, connect: Connect) -> None:
    emulator.put_zone("zone-1")
    emulator.put_limit(Limit("zone-2", "a.example.com", "Overseas", 500))
    answer = connect("teo").DescribeZones(request(sdk.teo_models.DescribeZonesRequest, Offset=0, Limit=100))
    assert answer.TotalCount == 2
    assert [zone.ZoneId for zone in answer.Zones] == ["zone-1", "zone-2"]


def test_describe_sub_app_ids(emulator: Emulator, sdk: SimpleNamespace, connect: Connect) -> None:
    emulator.put_sub_app(1)
    emulator.put_quota(Quota(2, "Image", 2000))
    answer = connect("vod").DescribeSubAppIds(request(sdk.vod_models.DescribeSubAppIdsRequest, Offset=0, Limit=200))
    assert answer.TotalCount == 2
    assert [application.SubAppId for application in answer.SubAppIdInfoSet] == [1, 2]


def test_a_refusal_is_the_sdks_own_exception(sdk: SimpleNamespace, connect: Connect) -> None:
    image = request(sdk.vod_models.DeleteAigcQuotaRequest, SubAppId=1, QuotaType="Image")
    with pytest.raises(sdk.exception.TencentCloudSDKException) as refused:
        connect("vod").DeleteAigcQuota(image)
    assert refused.value.get_code() == "ResourceNotFound"
    assert refused.value.get_request_id()
    with pytest.raises(sdk.exception.TencentCloudSDKException) as refused:
        connect("vod", secret_key="another").DeleteAigcQuota(image)
    assert refused.value.get_code() == "AuthFailure.SignatureFailure"
