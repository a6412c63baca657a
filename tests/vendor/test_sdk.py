"""The vendor's own SDK drives the emulator: what it sends is taken, and what is answered it understands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Limit, Quota, Usage

Connect = Callable[..., Any]
Refusal = Callable[..., str | None]

BILL = timezone(timedelta(hours=8))

# The SDK's own call of a function that Python deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")


def request(model: type[Any], **params: object) -> Any:
    made = model()
    made._deserialize(params)
    return made


def test_modify_prefetch_origin_limit_turns_a_limit_on_and_off(
    emulator: Emulator, sdk: SimpleNamespace, connect: Connect
) -> None:
    params = {"ZoneId": "zone-1", "DomainName": "a.example.com", "Area": "Overseas", "Bandwidth": 500}
    client, model = connect("teo"), sdk.teo_models.ModifyPrefetchOriginLimitRequest
    assert client.ModifyPrefetchOriginLimit(request(model, **params, Enabled="on")).RequestId
    assert emulator.limits() == [Limit("zone-1", "a.example.com", "Overseas", 500)]
    assert client.ModifyPrefetchOriginLimit(request(model, **params, Enabled="off")).RequestId
    assert emulator.limits() == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["a Overseas", "a MainlandChina", "b Overseas"]),
        ({"domain-name": ["a.example.com"]}, ["a Overseas", "a MainlandChina"]),
        ({"domain-name": ["a.example.com", "b.example.com"], "area": ["Overseas"]}, ["a Overseas", "b Overseas"]),
        ({"domain-name": ["a.example"]}, []),
    ],
)
def test_describe_prefetch_origin_limit_filters_by_exact_values(
    emulator: Emulator, sdk: SimpleNamespace, connect: Connect, filters: dict[str, list[str]], expected: list[str]
) -> None:
    for domain, area in (("a", "Overseas"), ("a", "MainlandChina"), ("b", "Overseas")):
        emulator.put_limit(Limit("zone-1", f"{domain}.example.com", area, 500))
    emulator.put_limit(Limit("zone-2", "a.example.com", "Overseas", 500))
    sent = [{"Name": name, "Values": values} for name, values in filters.items()]
    wanted = request(sdk.teo_models.DescribePrefetchOriginLimitRequest, ZoneId="zone-1", Filters=sent, Limit=100)
    answer = connect("teo").DescribePrefetchOriginLimit(wanted)
    assert [f"{limit.DomainName[0]} {limit.Area}" for limit in answer.Limits] == expected
    assert answer.TotalCount == len(expected)


def test_create_modify_and_delete_aigc_quota_with_and_without_a_token(
    emulator: Emulator, sdk: SimpleNamespace, connect: Connect
) -> None:
    client, models = connect("vod"), sdk.vod_models
    for identity in ({"QuotaType": "Text", "ApiToken": "token-a"}, {"QuotaType": "Text"}, {"QuotaType": "Video"}):
        named = {"SubAppId": 1, **identity}
        quota = Quota(1, identity["QuotaType"], 5, api_token=identity.get("ApiToken"))
        assert client.CreateAigcQuota(request(models.CreateAigcQuotaRequest, **named, QuotaLimit=5)).RequestId
        assert emulator.quotas() == [quota]
        assert client.ModifyAigcQuota(request(models.ModifyAigcQuotaRequest, **named, QuotaLimit=0)).RequestId
        assert [quota.quota_limit for quota in emulator.quotas()] == [0]
        assert client.DeleteAigcQuota(request(models.DeleteAigcQuotaRequest, **named)).RequestId
        assert emulator.quotas() == []


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"QuotaType": "Image"}, [("Image", None, 1)]),
        ({"QuotaType": "Text"}, [("Text", "a", 2), ("Text", "b", 3)]),
        ({"QuotaType": "Text", "ApiToken": "b"}, [("Text", "b", 3)]),
        ({"QuotaType": "Video"}, []),
    ],
)
def test_describe_aigc_quotas_selects_by_type_and_token(
    emulator: Emulator,
    sdk: SimpleNamespace,
    connect: Connect,
    selection: dict[str, str],
    expected: list[tuple[str, str | None, int]],
) -> None:
    for quota in (
        Quota(1, "Image", 1, usage=7),
        Quota(1, "Text", 2, usage=7, api_token="a"),
        Quota(1, "Text", 3, usage=7, api_token="b"),
        Quota(2, "Image", 4),
    ):
        emulator.put_quota(quota)
    wanted = request(sdk.vod_models.DescribeAigcQuotasRequest, SubAppId=1, **selection)
    answer = connect("vod").DescribeAigcQuotas(wanted)
    assert [(quota.QuotaType, quota.ApiToken, quota.QuotaLimit) for quota in answer.QuotaSet] == expected
    assert {quota.Usage for quota in answer.QuotaSet} <= {7}
    assert answer.TotalCount == len(expected)


def put_rows(emulator: Emulator, count: int) -> None:
    """So many rows for each listing."""
    for number in range(count):
        emulator.put_limit(Limit("zone-1", f"{number}.example.com", "Overseas", 500))
        emulator.put_quota(Quota(1, "Text", number, api_token=f"{number:03}"))
        emulator.put_zone(f"zone-{number:03}")
        emulator.put_sub_app(number)


@pytest.mark.parametrize(
    ("service", "action", "of", "rows", "usual", "most", "code"),
    [
        ("teo", "DescribePrefetchOriginLimit", {"ZoneId": "zone-1"}, "Limits", 20, 100, "InvalidParameter"),
        (
            "vod",
            "DescribeAigcQuotas",
            {"SubAppId": 1, "QuotaType": "Text"},
            "QuotaSet",
            10,
            100,
            "InvalidParameterValue",
        ),
        ("teo", "DescribeZones", {}, "Zones", 20, 100, "InvalidParameter"),
        ("vod", "DescribeSubAppIds", {}, "SubAppIdInfoSet", 200, 200, "InvalidParameterValue"),
    ],
)
def test_each_listing_has_the_documented_pages(
    emulator: Emulator,
    connect: Connect,
    refusal: Refusal,
    service: str,
    action: str,
    of: dict[str, object],
    rows: str,
    usual: int,
    most: int,
    code: str,
) -> None:
    put_rows(emulator, most + 1)
    client = connect(service)

    def page(**bounds: int) -> list[Any]:
        answer = client.call_json(action, {**of, **bounds})["Response"]
        assert answer["TotalCount"] >= most + 1
        found: list[Any] = answer[rows]
        return found

    assert len(page()) == usual
    assert len(page(Limit=1)) == 1
    first = page(Limit=most)
    assert len(first) == most
    assert page(Limit=most, Offset=0) == first
    rest = page(Limit=most, Offset=most)
    assert 1 <= len(rest) <= 2
    assert not [row for row in rest if row in first]
    assert page(Limit=most, Offset=most + len(rest)) == []
    assert [refusal(client, action, {**of, "Limit": limit}) for limit in (0, most + 1)] == [code, code]
    assert refusal(client, action, {**of, "Offset": -1}) == "InvalidParameter"


def test_describe_aigc_usage_data_answers_as_the_vendors_example_shows(
    emulator: Emulator, sdk: SimpleNamespace, connect: Connect
) -> None:
    """The day before the first one and days without usage show too, in the zone of the account's bill."""
    first = datetime.now(BILL).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=9)
    model, token = "Kling2.0&2.1std_720P", "xxxxxxxxxxxxx"
    for hour in (1, 2, 23):
        emulator.put_usage(Usage(0, "Video", model, first + timedelta(hours=hour), 5, api_token=token))
    emulator.put_usage(Usage(0, "Video", model, first, 70, api_token="another"))
    times = {"StartTime": first.isoformat(), "EndTime": (first + timedelta(days=1, hours=23, minutes=59)).isoformat()}
    wanted = request(sdk.vod_models.DescribeAigcUsageDataRequest, **times, AigcType="Video", APIKey=token)
    (item,) = connect("vod").DescribeAigcUsageData(wanted).AigcUsageDataSet
    assert item.Specification == model
    assert [(row.Time, row.Count, row.Usage) for row in item.DataSet] == [
        ((first - timedelta(days=1)).isoformat(), 0, 0),
        (first.isoformat(), 3, 15),
        ((first + timedelta(days=1)).isoformat(), 0, 0),
    ]


def test_describe_aigc_api_tokens_lists_those_of_an_application(
    emulator: Emulator, sdk: SimpleNamespace, connect: Connect
) -> None:
    for sub_app_id, token in ((1, "b"), (1, "a"), (2, "c")):
        emulator.put_token(sub_app_id, token)
    emulator.drop_token(1, "b")
    wanted = request(sdk.vod_models.DescribeAigcApiTokensRequest, SubAppId=1)
    assert connect("vod").DescribeAigcApiTokens(wanted).ApiTokens == ["a"]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(token_lag=0.0)}])
def test_the_models_create_list_update_and_delete_a_token(
    sdk: SimpleNamespace, connect: Callable[..., Any], emulator: Emulator
) -> None:
    models, client = sdk.vod_models, connect("vod")

    def call(action: str, **fields: object) -> Any:
        request = getattr(models, f"{action}Request")()
        for name, value in {"SubAppId": 1, **fields}.items():
            setattr(request, name, value)
        return getattr(client, action)(request)

    made = call("CreateAigcApiToken").ApiToken
    call("UpdateAigcApiToken", ApiToken=made, ActionType="Merge", ExtInfo='{"ip":{"203.0.113.7":true}}')
    listed = call("DescribeAigcApiTokens")
    assert (listed.ApiTokens, listed.ExtInfos) == ([made], ['{"ip":{"203.0.113.7":true}}'])
    call("DeleteAigcApiToken", ApiToken=made)
    assert emulator.tokens() == []
    with pytest.raises(sdk.exception.TencentCloudSDKException) as absent:
        call("DeleteAigcApiToken", ApiToken=made)
    assert absent.value.get_code() == "ResourceNotFound"
