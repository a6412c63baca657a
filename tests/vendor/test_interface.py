"""The emulator takes and answers what the vendor's own description of the two interfaces says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota

Described = Callable[[str], Any]
Connect = Callable[..., Any]
Refusal = Callable[..., str | None]

# The SDK's own call of a function that Python deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")

FITTING = {
    "ActionType": "Merge",
    "AigcType": "Text",
    "APIKey": "token-a",
    "APIKeys": ["token-a"],
    "ApiToken": "token-a",
    "Area": "Overseas",
    "Bandwidth": 500,
    "DomainName": "a.example.com",
    "EndTime": "2026-11-19T23:59:00+08:00",
    "Enabled": "on",
    "ExtInfo": '{"ip":{"203.0.113.7":true}}',
    "Filters": [{"Name": "area", "Values": ["Overseas"]}],
    "Limit": 100,
    "Offset": 0,
    "PageSize": 200,
    "QuotaLimit": 5,
    "QuotaType": "Text",
    "ReqId": "request-a",
    "ScrollToken": "cursor-a",
    "StartTime": "2026-11-18T00:00:00+08:00",
    "SubAppId": 1,
    "ZoneId": "zone-1",
}
OF_ANOTHER_TYPE: dict[str, tuple[object, ...]] = {
    "int": ("1", 1.5, True, [1], {}),
    "string": (1, True, ["x"], {}),
    "list": ("x", 1, {}),
}
ACTIONS = (
    ("teo", "ModifyPrefetchOriginLimit"),
    ("teo", "DescribePrefetchOriginLimit"),
    ("vod", "CreateAigcQuota"),
    ("vod", "ModifyAigcQuota"),
    ("vod", "DeleteAigcQuota"),
    ("vod", "DescribeAigcQuotas"),
    ("vod", "CreateAigcApiToken"),
    ("vod", "UpdateAigcApiToken"),
    ("vod", "DeleteAigcApiToken"),
    ("vod", "DescribeAigcApiTokens"),
    ("vod", "DescribeAigcUsageData"),
)


@pytest.fixture
def options() -> dict[str, Any]:
    return {"rate": 1000}


@pytest.fixture
def _quota(emulator: Emulator) -> None:
    """What can be modified and deleted."""
    emulator.put_quota(Quota(1, "Text", 7, api_token="token-a"))
    emulator.put_token(1, "token-a")


def members(described: Described, service: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = described("api")[service]["objects"][name]["members"]
    return found


@pytest.mark.parametrize(("service", "action"), ACTIONS)
@pytest.mark.usefixtures("_quota")
def test_an_action_takes_all_its_described_parameters(
    described: Described, connect: Connect, refusal: Refusal, service: str, action: str
) -> None:
    params = {member["name"]: FITTING[member["name"]] for member in members(described, service, f"{action}Request")}
    taken = "InvalidParameterValue" if action == "CreateAigcQuota" else None
    assert refusal(connect(service), action, params) == taken
    assert refusal(connect(service), action, {**params, "Period": 1}) == "UnknownParameter"


@pytest.mark.parametrize(("service", "action"), ACTIONS)
def test_a_missing_parameter_or_one_of_another_type_is_refused_before_anything_changes(
    emulator: Emulator, described: Described, connect: Connect, refusal: Refusal, service: str, action: str
) -> None:
    client = connect(service)
    known = members(described, service, f"{action}Request")
    params = {member["name"]: FITTING[member["name"]] for member in known}
    for member in known:
        name = member["name"]
        if member["required"]:
            without = {other: value for other, value in params.items() if other != name}
            assert refusal(client, action, without) == "MissingParameter", name
            assert refusal(client, action, {**params, name: None}) == "InvalidParameter", name
        unsigned = (-1,) if member["member"] == "uint64" else ()
        for value in (*OF_ANOTHER_TYPE[member["type"]], *unsigned):
            assert refusal(client, action, {**params, name: value}) == "InvalidParameter", (name, value)
    assert (emulator.limits(), emulator.quotas(), emulator.tokens()) == ([], [], [])


@pytest.mark.parametrize(
    ("service", "action", "of", "rows", "row"),
    [
        ("teo", "DescribePrefetchOriginLimit", {"ZoneId": "zone-1"}, "Limits", "PrefetchOriginLimit"),
        ("vod", "DescribeAigcQuotas", {"SubAppId": 1, "QuotaType": "Text"}, "QuotaSet", "AigcQuotaItem"),
    ],
)
@pytest.mark.usefixtures("_quota")
def test_an_answer_has_the_described_fields_of_the_described_types(
    emulator: Emulator,
    described: Described,
    connect: Connect,
    service: str,
    action: str,
    of: dict[str, object],
    rows: str,
    row: str,
) -> None:
    emulator.put_limit(Limit("zone-1", "a.example.com", "Overseas", 500))
    answer = connect(service).call_json(action, of)["Response"]
    types = {"int": int, "string": str, "list": list}
    for found, name in ((answer, f"{action}Response"), (answer[rows][0], row)):
        expected = {member["name"]: types[member["type"]] for member in members(described, service, name)}
        assert {name: type(value) for name, value in found.items()} == expected


@pytest.mark.parametrize("action", ["CreateAigcApiToken", "UpdateAigcApiToken", "DescribeAigcApiTokens"])
@pytest.mark.usefixtures("_quota")
def test_an_answer_about_tokens_has_the_described_fields_of_the_described_types(
    described: Described, connect: Connect, action: str
) -> None:
    params = {member["name"]: FITTING[member["name"]] for member in members(described, "vod", f"{action}Request")}
    answer = connect("vod").call_json(action, params)["Response"]
    types = {"string": str, "list": list}
    expected = {member["name"]: types[member["type"]] for member in members(described, "vod", f"{action}Response")}
    assert {name: type(value) for name, value in answer.items()} == expected
    for texts in (value for value in answer.values() if isinstance(value, list)):
        assert [type(text) for text in texts] == [str]


@pytest.mark.parametrize(
    ("service", "action", "rows", "row"),
    [("teo", "DescribeZones", "Zones", "Zone"), ("vod", "DescribeSubAppIds", "SubAppIdInfoSet", "SubAppIdInfo")],
)
def test_the_lists_of_an_account_have_described_fields_only(
    emulator: Emulator, described: Described, connect: Connect, service: str, action: str, rows: str, row: str
) -> None:
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)
    (found,) = connect(service).call_json(action, {"Offset": 0, "Limit": 100})["Response"][rows]
    assert found.keys() <= {member["name"] for member in members(described, service, row)}
