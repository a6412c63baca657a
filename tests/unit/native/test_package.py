"""What the plugin says of the package, and what of an account: schema, functions, lists and mappings."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone, tzinfo
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import grpc
import pytest

from generate.schema import written
from tc_resources.cloud.bill import ZONE
from tc_resources.limits.aigc_quota import AigcQuotaState
from tc_resources.limits.fields import described
from tc_resources.limits.names import camel_case
from tc_resources.native.mapping import RESOURCES
from tc_resources.native.schema import schema
from tc_resources.native.values import received, sent
from tc_resources.testing.emulator import Behaviour, Emulator, Limit, Quota, Usage
from tests.conftest import FakeClock
from tests.unit.native.conftest import HeardEngine
from tests.unit.provider.plugin import Plugin

SCHEMA = json.loads(schema())
LIMITS, QUOTAS = "tc-resources:index:PrefetchOriginLimit", "tc-resources:index:AigcQuota"
TOKENS = "tc-resources:index:AigcApiToken"


def test_the_schema_is_what_the_other_face_says() -> None:
    """`make schema` writes it."""
    assert schema() == written()


def test_the_schema_describes_every_property_of_both_resources() -> None:
    for resource in SCHEMA["resources"].values():
        for row in (*resource["inputProperties"].values(), *resource["properties"].values()):
            assert row["description"]
    assert SCHEMA["resources"][QUOTAS]["properties"].keys() == {*map(camel_case, described(AigcQuotaState))}


def test_numbers_that_32_bits_do_not_hold_are_no_integers() -> None:
    types = {name: row.get("type") for name, row in SCHEMA["resources"][QUOTAS]["inputProperties"].items()}
    assert types["quotaLimit"] == types["subAppId"] == "number"
    assert SCHEMA["resources"][LIMITS]["inputProperties"]["bandwidth"]["type"] == "integer"


def test_no_input_is_marked_secret_since_node_would_leave_out_an_empty_one() -> None:
    """An empty key or token must come to Check, which refuses it; without it another account or quota is meant."""
    givers = [SCHEMA["provider"], *SCHEMA["resources"].values()]
    inputs = [giver["inputProperties"] for giver in givers]
    inputs += [function["inputs"]["properties"] for function in SCHEMA["functions"].values()]
    assert not [name for rows in inputs for name, row in rows.items() if "secret" in row]
    assert SCHEMA["resources"][QUOTAS]["properties"]["apiToken"]["secret"]


HIDDEN = Behaviour(zero_quotas_listed=False, zero_quotas_found=False)


@pytest.mark.parametrize("options", [{"behaviour": HIDDEN}, {}], ids=["hidden", "shown"])
def test_a_cap_that_may_not_show_is_no_required_output(plugin: Plugin, emulator: Emulator) -> None:
    """In Go a required number that is not stored would read as a cap of 0."""
    emulator.put_quota(Quota(1, "Image", 0))
    known = {"subAppId": 1, "quotaType": "Image", "quotaLimit": 0}
    read = plugin.call("Read", "ReadRequest", type=QUOTAS, id="1#Image", properties=sent(known), inputs=sent(known))
    stored = received(read.properties).known
    assert stored.keys() >= {*SCHEMA["resources"][QUOTAS]["required"]}
    assert ("quotaLimit" in stored) is (emulator.behaviour != HIDDEN)


def test_it_speaks_no_python() -> None:
    texts = json.dumps([{**row, "description": row["description"].partition("{{%")[0]} for row in resources()])
    assert [word for word in ("quota_limit", "api_token", "adopt=", "True", "None") if word in texts] == []


def resources() -> list[dict[str, Any]]:
    return [*SCHEMA["resources"].values()]


def test_the_plugin_says_its_version_and_its_schema(plugin: Plugin) -> None:
    assert plugin.call("GetPluginInfo", "google.protobuf.Empty").version == version("tc-resources")
    assert plugin.call("GetSchema", "GetSchemaRequest").schema == schema()


def invoke(plugin: Plugin, function: str, **args: object) -> dict[str, Any]:
    answer = plugin.call("Invoke", "InvokeRequest", tok=f"tc-resources:index:{function}", args=sent(args))
    return received(getattr(answer, "return")).known


def test_functions_say_what_is_in_force_and_nothing_where_there_is_none(plugin: Plugin, emulator: Emulator) -> None:
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)
    assert invoke(plugin, "getLimit", zoneId="zone-1", domainName="www.example.com", area="Overseas") == {}
    assert invoke(plugin, "getQuota", subAppId=1, quotaType="Text", apiToken="token") == {}
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    emulator.put_quota(Quota(2, "Image", 7, usage=3))
    assert (
        invoke(plugin, "getLimit", zoneId="zone-1", domainName="WWW.example.com", area="Overseas")["bandwidth"] == 500
    )
    assert invoke(plugin, "getQuota", subAppId=2, quotaType="Image") == {"quotaLimit": 7, "usage": 3}


def test_usage_is_told_by_day_and_model_of_an_application_or_a_token(
    plugin: Plugin, emulator: Emulator, clock: FakeClock
) -> None:
    now = datetime.fromtimestamp(clock.now(), ZONE)
    for model, amount, token in (("a", 1, None), ("b", 2, None), ("a", 4, "token")):
        emulator.put_usage(Usage(1, "Text", model, now, amount, api_token=token))
    by_day, by_model = {f"{now:%F}": 7}, {"a": 5, "b": 2}
    all_of_it = {"total": 7, "tasks": 3, "byDay": by_day, "byModel": by_model}
    assert invoke(plugin, "getUsage", subAppId=1, aigcType="Text") == all_of_it
    assert invoke(plugin, "getUsage", subAppId=1, aigcType="Text", days=365, apiToken="token")["byModel"] == {"a": 4}
    nothing = {"total": 0, "tasks": 0, "byDay": {}, "byModel": {}}
    assert invoke(plugin, "getUsage", subAppId=1, aigcType="Audio") == nothing


@pytest.mark.parametrize(("args", "zone"), [({}, ZONE), ({"zone": "America/New_York"}, ZoneInfo("America/New_York"))])
def test_the_current_period_is_that_of_the_clock_in_the_zone_and_needs_no_account(
    new_plugin: Callable[[], Plugin], clock: FakeClock, args: dict[str, str], zone: tzinfo
) -> None:
    plugin = new_plugin()
    plugin.configure({})
    clock.at = datetime(2026, 12, 31, 18, tzinfo=timezone.utc).timestamp()
    month = f"{datetime.fromtimestamp(clock.at, zone):%Y-%m}"
    assert invoke(plugin, "currentPeriod", kind="monthly", **args) == {"period": month}


CALLS: dict[str, dict[str, Any]] = {
    "getQuota": {"subAppId": 1, "quotaType": "Image"},
    "getLimit": {"zoneId": "zone-1", "domainName": "www.example.com", "area": "Overseas"},
    "getUsage": {"subAppId": 1, "aigcType": "Text"},
    "currentPeriod": {"kind": "weekly"},
}


@pytest.mark.parametrize("name", CALLS)
def test_a_function_answers_what_the_schema_says(plugin: Plugin, emulator: Emulator, name: str) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 7))
    described = SCHEMA["functions"][f"tc-resources:index:{name}"]
    assert {*described["inputs"]["required"]} == {*CALLS[name]}
    assert invoke(plugin, name, **CALLS[name]).keys() == described["outputs"]["properties"].keys()
    assert len(SCHEMA["functions"]) == len(CALLS)


@pytest.mark.parametrize(
    ("function", "args", "told"),
    [
        ("getUsage", {"subAppId": 1, "aigcType": "Text", "days": 366}, "days must be a whole number from 1 to 365"),
        ("getUsage", {"subAppId": 1, "aigcType": "Text", "apiToken": "a b"}, "apiToken: must have no blanks"),
        ("getUsage", {}, "subAppId is required; aigcType is required."),
        ("currentPeriod", {"kind": "fortnightly"}, "kind must be one of daily, weekly, monthly, yearly."),
        ("currentPeriod", {"kind": "daily", "zone": "Moon/Base"}, 'There is no time zone "Moon/Base" here'),
        ("currentPeriod", {"kind": "daily", "zone": 8}, "zone must be text."),
        ("currentPeriod", {"kind": "daily", "period": "x"}, "period is not a property of Period."),
        ("getQuota", {"subAppId": 1, "quotaType": "Audio"}, "quotaType must be one of Image, Video, Text."),
        ("getLimit", {"zoneId": "zone-1"}, "domainName is required; area is required."),
        ("getNothing", {}, "tc-resources:index:getNothing is no function of this package; there are "),
    ],
)
def test_a_function_refuses_wrong_arguments_by_name(
    plugin: Plugin, function: str, args: dict[str, Any], told: str
) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        invoke(plugin, function, **args)
    assert str(raised.value.details()).startswith(told)


def listed(plugin: Plugin, token: str, **fields: Any) -> tuple[list[str], str]:
    """The ids, and the token of the next page."""
    answers = list(plugin.call("List", "ListRequest", token=token, **fields))
    ids = [answer.result.id for answer in answers if answer.WhichOneof("response") == "result"]
    return ids, answers[-1].continuation.continuation_token


def test_what_exists_is_listed_by_the_ids_that_import_it(plugin: Plugin, emulator: Emulator) -> None:
    for name in ("a", "b", "c"):
        emulator.put_limit(Limit("zone-1", f"{name}.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 7))
    ids = [f"zone-1#{name}.example.com#Overseas" for name in "abc"]
    zone = sent({"zoneId": "zone-1"})
    assert listed(plugin, LIMITS, query=zone) == (ids, "")
    assert listed(plugin, LIMITS, query=zone, page_size=2) == (ids[:2], ids[1])
    assert listed(plugin, LIMITS, query=zone, page_size=2, continuation_token=ids[1]) == (ids[2:], "")
    assert listed(plugin, QUOTAS, query=sent({"subAppId": 1})) == (["1#Image"], "")
    emulator.put_token(1, "an-api-token")
    assert listed(plugin, TOKENS, query=sent({"subAppId": 1})) == (["1#8dfba01da860"], "")
    assert listed(plugin, TOKENS) == (["1#8dfba01da860"], "")


@pytest.mark.parametrize(
    ("token", "query", "told"),
    [
        (LIMITS, {"zoneId": "zone-9"}, "The zone zone-9 is none of the account of this key"),
        (QUOTAS, {"subAppId": 9}, "The sub-application 9 is none of the account of this key"),
        (TOKENS, {"subAppId": 9}, "The sub-application 9 is none of the account of this key"),
    ],
)
def test_what_may_be_another_accounts_is_no_empty_list(
    plugin: Plugin, token: str, query: dict[str, object], told: str
) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        listed(plugin, token, query=sent(query))
    assert told in str(raised.value.details())


def test_what_the_query_does_not_know_yet_is_not_listed(plugin: Plugin, emulator: Emulator) -> None:
    [answer] = plugin.call("List", "ListRequest", token=LIMITS, query=sent({}, (), ["zoneId"]))
    assert answer.WhichOneof("response") == "computed"
    assert emulator.calls == []


def test_the_vendors_terraform_names_are_mapped(plugin: Plugin) -> None:
    assert list(plugin.call("GetMappings", "GetMappingsRequest", key="terraform").providers) == ["tencentcloud"]
    mapped = plugin.call("GetMapping", "GetMappingRequest", key="terraform", provider="tencentcloud")
    data = json.loads(mapped.data)
    assert {row["tok"] for row in data["resources"].values()} == {LIMITS, QUOTAS, TOKENS}
    for token, arguments, _ in RESOURCES.values():
        assert SCHEMA["resources"][token]["inputProperties"].keys() >= {*map(camel_case, arguments)}
    assert plugin.call("GetMapping", "GetMappingRequest", key="arm").data == b""


def test_an_engine_may_attach_after_the_start(
    new_plugin: Callable[[], Plugin], engine: HeardEngine, config: dict[str, str]
) -> None:
    plugin = new_plugin()
    plugin.call("Attach", "PluginAttach", address=engine.address)
    plugin.configure({name: value for name, value in config.items() if name == "endpoint"})
    inputs = {"zoneId": "zone-1", "domainName": "www.example.com", "area": "Overseas", "bandwidth": 500}
    plugin.call("Check", "CheckRequest", type=LIMITS, news=sent(inputs))
    assert [heard.message.partition(".")[0] for heard in engine.heard] == [
        "What is there already was not looked at before the run"
    ]
