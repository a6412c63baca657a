"""What of the protocol the native face alone has: marks, previews, kinds of changes, codes and rows."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import grpc
import pytest

from tc_resources.cloud.identities import digest
from tc_resources.native.values import UNKNOWN, UNKNOWNS, received, sent
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Quota, RequestLost
from tests.unit.native.conftest import HeardEngine
from tests.unit.provider.plugin import Plugin

TOKEN = "a-token"
ID = "zone-1#www.example.com#Overseas"
LIMIT = {"zoneId": "zone-1", "domainName": "www.example.com", "area": "Overseas", "bandwidth": 500}
TEXT = {"subAppId": 1, "quotaType": "Text", "quotaLimit": 5, "apiToken": TOKEN}
STORED = {**LIMIT, "writtenAt": 1}
ADD, ADD_REPLACE, DELETE, UPDATE, UPDATE_REPLACE = 0, 1, 2, 4, 5


def about(kind: str) -> dict[str, str]:
    token = f"tc-resources:index:{kind}"
    return {"type": token, "name": "one", "urn": f"urn:pulumi:dev::p::{token}::one"}


def call(plugin: Plugin, method: str, kind: str, **fields: Any) -> Any:
    return plugin.call(method, f"{method}Request", **about(kind), **fields)


def refusal(plugin: Plugin, method: str, kind: str, **fields: Any) -> grpc.Call:
    with pytest.raises(grpc.RpcError) as raised:
        call(plugin, method, kind, **fields)
    assert isinstance(raised.value, grpc.Call)
    return raised.value


def test_what_is_secret_by_itself_or_by_the_program_stays_so(plugin: Plugin) -> None:
    checked = received(call(plugin, "Check", "AigcQuota", news=sent({**TEXT, "period": "p"}, ["period"])).inputs)
    assert checked.secret == {"apiToken", "period"}
    assert checked.known == {**TEXT, "period": "p"}
    created = call(plugin, "Create", "AigcQuota", properties=sent({**TEXT, "period": "p"}, ["period", "apiToken"]))
    assert received(created.properties).secret == {"apiToken", "period"}
    read = call(plugin, "Read", "AigcQuota", id=created.id, properties=created.properties)
    assert received(read.properties).secret == received(read.inputs).secret == {"apiToken", "period"}


@pytest.mark.parametrize("secret", [[], ["apiToken"]])
def test_a_token_that_turned_out_to_be_empty_is_no_quota_of_the_whole_application(
    plugin: Plugin, emulator: Emulator, secret: list[str]
) -> None:
    """What was left out is not sent."""
    emulator.put_quota(Quota(1, "Text", 9))
    inputs = sent({**TEXT, "apiToken": None}, secret)
    [failure] = call(plugin, "Check", "AigcQuota", news=inputs).failures
    assert failure.reason == "apiToken: is an output that turned out to be empty."
    assert emulator.calls == []


CHAT = {"subAppId": 1, "ipAllowList": ["203.0.113.7"]}


def test_an_allow_list_that_turned_out_to_be_empty_is_no_token_for_any_address(
    plugin: Plugin, emulator: Emulator
) -> None:
    inputs = sent({**CHAT, "ipAllowList": None})
    [failure] = call(plugin, "Check", "AigcApiToken", news=inputs).failures
    assert failure.reason == "ipAllowList: is an output that turned out to be empty."
    assert emulator.calls == []


def reasons(plugin: Plugin, kind: str, name: str, inputs: dict[str, Any]) -> list[str]:
    """What a check has against a resource of this name."""
    resource = {**about(kind), "name": name, "urn": f"urn:pulumi:dev::p::a:b:C$tc-resources:index:{kind}::{name}"}
    return [failure.reason for failure in plugin.call("Check", "CheckRequest", **resource, news=sent(inputs)).failures]


@pytest.mark.parametrize(
    ("kind", "inputs", "same"),
    [
        ("PrefetchOriginLimit", LIMIT, {**LIMIT, "domainName": "WWW.example.com.", "bandwidth": 600}),
        ("AigcQuota", TEXT, {**TEXT, "quotaLimit": 6}),
    ],
)
def test_two_of_one_identity_are_refused_by_both_names(
    plugin: Plugin, emulator: Emulator, kind: str, inputs: dict[str, Any], same: dict[str, Any]
) -> None:
    assert reasons(plugin, kind, "one", inputs) == reasons(plugin, kind, "one", same) == []
    assert reasons(plugin, kind, "two", same) == [f'"one" and "two" are one and the same {kind}.']
    assert emulator.writes == []


def test_what_differs_in_a_part_or_has_no_identity_yet_is_no_twin(plugin: Plugin) -> None:
    for name, part in {
        "a": {},
        "b": {"area": "MainlandChina"},
        "c": {"zoneId": UNKNOWN},
        "d": {"zoneId": UNKNOWN},
    }.items():
        assert reasons(plugin, "PrefetchOriginLimit", name, {**LIMIT, **part}) == []
    assert reasons(plugin, "AigcApiToken", "one", CHAT) == reasons(plugin, "AigcApiToken", "two", CHAT) == []


CHAT_ID = f"1#{digest(TOKEN)}"
KEPT = {"subAppId": 1, "apiToken": TOKEN}


def chat(name: str) -> dict[str, str]:
    return {**about("AigcApiToken"), "name": name, "urn": f"urn:pulumi:dev::p::tc-resources:index:AigcApiToken::{name}"}


def kept(plugin: Plugin, name: str, **given: str) -> None:
    """What the engine asks of a token that is in the state, or was just imported, and that the program declares."""
    news = {"subAppId": 1, **given}
    plugin.call("Check", "CheckRequest", **chat(name), news=sent(news))
    compared(plugin, name, **given)


def compared(plugin: Plugin, name: str, **given: str) -> None:
    """What a refresh asks, whatever the program declares."""
    olds = sent({**KEPT, **({"rotation": "1"} if given else {})})
    plugin.call("Diff", "DiffRequest", **chat(name), id=CHAT_ID, olds=olds, news=sent({"subAppId": 1, **given}))


def deleted(plugin: Plugin, name: str) -> None:
    plugin.call("Delete", "DeleteRequest", **chat(name), id=CHAT_ID, properties=sent(KEPT))


def test_a_token_that_another_resource_of_the_program_goes_on_with_is_not_deleted(
    plugin: Plugin, emulator: Emulator, engine: HeardEngine
) -> None:
    """As one that was renamed by the option import."""
    emulator.put_token(1, TOKEN)
    kept(plugin, "new")
    deleted(plugin, "old")
    assert emulator.writes == []
    assert [heard.message.partition(" stays: ")[2] for heard in engine.heard] == ["this program still declares it."]


def test_a_token_is_deleted_that_no_other_resource_goes_on_with(plugin: Plugin, emulator: Emulator) -> None:
    """It is replaced, or a refresh has compared it, before it leaves the program under the name that it has."""
    emulator.put_token(1, TOKEN)
    kept(plugin, "one")
    kept(plugin, "two", rotation="2")
    compared(plugin, "three")
    deleted(plugin, "one")
    assert emulator.tokens() == []


def test_a_second_resource_that_goes_on_with_one_token_is_refused_by_both_names(
    plugin: Plugin, emulator: Emulator
) -> None:
    emulator.put_token(1, TOKEN)
    kept(plugin, "one")
    kept(plugin, "one")
    with pytest.raises(grpc.RpcError, match='"one" and "two" are one and the same AigcApiToken'):
        kept(plugin, "two")
    assert emulator.writes == []


def test_an_engine_that_attaches_later_knows_nothing_of_the_one_before(
    plugin: Plugin, config: dict[str, str], engine: HeardEngine
) -> None:
    """A plugin that is debugged serves run after run, and its resources may have other names in the next."""
    assert reasons(plugin, "PrefetchOriginLimit", "old", LIMIT) == []
    with ExitStack() as closing:
        later = HeardEngine()
        closing.callback(later.end)
        plugin.call("Attach", "PluginAttach", address=later.address)
        plugin.configure(config)
        assert reasons(plugin, "PrefetchOriginLimit", "new", LIMIT) == []
        assert call(plugin, "Create", "PrefetchOriginLimit", properties=sent(LIMIT)).id == ID
        told = len(later.heard)
        assert call(plugin, "Create", "PrefetchOriginLimit", properties=sent(LIMIT)).id == ID
        assert len(later.heard) == told + 1
        assert engine.heard == []


@pytest.mark.parametrize("mark", sorted(UNKNOWNS))
def test_what_has_no_value_yet_stays_so_and_nothing_is_asked(plugin: Plugin, emulator: Emulator, mark: str) -> None:
    news = sent({**LIMIT, "bandwidth": mark})
    checked = call(plugin, "Check", "PrefetchOriginLimit", news=news)
    assert list(checked.failures) == []
    assert received(checked.inputs).unknown == {"bandwidth"}
    assert emulator.calls == []


def test_a_preview_says_the_id_and_that_the_time_of_the_write_is_not_known(plugin: Plugin, emulator: Emulator) -> None:
    planned = call(plugin, "Create", "PrefetchOriginLimit", properties=sent(LIMIT), preview=True)
    assert planned.id == ID
    assert received(planned.properties).known == LIMIT
    assert received(planned.properties).unknown == {"writtenAt"}
    unknown = call(plugin, "Create", "PrefetchOriginLimit", properties=sent(LIMIT, (), ["zoneId"]), preview=True)
    assert unknown.id == ""
    news = {**LIMIT, "bandwidth": 600}
    updated = call(plugin, "Update", "PrefetchOriginLimit", id=ID, olds=sent(STORED), news=sent(news), preview=True)
    assert received(updated.properties).known == news
    assert emulator.calls == []


@pytest.mark.parametrize(
    ("old", "new", "kinds", "replaces"),
    [
        (STORED, LIMIT, {}, []),
        (STORED, {**LIMIT, "bandwidth": 600}, {"bandwidth": UPDATE}, []),
        (STORED, {**LIMIT, "area": "MainlandChina"}, {"area": UPDATE_REPLACE}, ["area"]),
        (STORED, {**LIMIT, "zoneId": UNKNOWN}, {"zoneId": UPDATE_REPLACE}, ["zoneId"]),
        (STORED, {**LIMIT, "domainName": "WWW.example.com.", "adopt": True}, {}, []),
    ],
)
def test_a_diff_says_what_changes_and_how(
    plugin: Plugin, old: dict[str, Any], new: dict[str, Any], kinds: dict[str, int], replaces: list[str]
) -> None:
    answer = call(plugin, "Diff", "PrefetchOriginLimit", id=ID, olds=sent(old), old_inputs=sent(LIMIT), news=sent(new))
    assert {name: change.kind for name, change in answer.detailedDiff.items()} == kinds
    assert answer.hasDetailedDiff
    assert list(answer.replaces) == replaces
    assert answer.changes == (2 if kinds else 1)


def test_an_input_that_comes_or_goes_is_told_as_such(plugin: Plugin) -> None:
    old, new = {**TEXT, "resetLimit": 5}, {**TEXT, "period": "p"}
    answer = call(plugin, "Diff", "AigcQuota", id="any", olds=sent(old), old_inputs=sent(old), news=sent(new))
    assert {name: change.kind for name, change in answer.detailedDiff.items()} == {"resetLimit": DELETE, "period": ADD}


def test_a_token_that_an_import_could_not_know_replaces_nothing(plugin: Plugin, emulator: Emulator) -> None:
    known = {name: value for name, value in TEXT.items() if name != "apiToken"}
    id_ = f"1#Text#{digest(TOKEN)}"
    emulator.put_quota(Quota(1, "Text", 5, api_token=TOKEN))
    answer = call(plugin, "Diff", "AigcQuota", id=id_, olds=sent(known), old_inputs=sent(known), news=sent(TEXT))
    assert answer.changes == 1
    other = {**TEXT, "apiToken": "another"}
    answer = call(plugin, "Diff", "AigcQuota", id=id_, olds=sent(known), old_inputs=sent(known), news=sent(other))
    assert dict(answer.detailedDiff)["apiToken"].kind == ADD_REPLACE
    call(plugin, "Delete", "AigcQuota", id=id_, properties=sent(known), old_inputs=sent(TEXT))
    assert emulator.quotas() == []


DYNAMIC = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}


def test_what_the_other_face_has_stored_is_renamed_without_a_call(plugin: Plugin, emulator: Emulator) -> None:
    old = sent({**DYNAMIC, "written_at": 7, "__provider": "pickled"})
    answer = call(plugin, "Diff", "PrefetchOriginLimit", id=ID, olds=old, old_inputs=old, news=sent(LIMIT))
    assert (answer.changes, dict(answer.detailedDiff), list(answer.replaces)) == (2, {}, [])
    stored = call(plugin, "Update", "PrefetchOriginLimit", id=ID, olds=old, old_inputs=old, news=sent(LIMIT))
    assert received(stored.properties).known == {**LIMIT, "writtenAt": 7}
    assert emulator.calls == []


def test_what_the_other_face_has_stored_is_read_and_deleted(plugin: Plugin, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    old = sent({**DYNAMIC, "__provider": "pickled"})
    read = call(plugin, "Read", "PrefetchOriginLimit", id=ID, properties=old, inputs=old)
    assert received(read.inputs).known == received(read.properties).known == LIMIT
    call(plugin, "Delete", "PrefetchOriginLimit", id=ID, properties=old)
    assert emulator.limits() == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (ErrorCode("InvalidParameter"), grpc.StatusCode.FAILED_PRECONDITION),
        (ErrorCode("RequestLimitExceeded"), grpc.StatusCode.RESOURCE_EXHAUSTED),
        (RequestLost(), grpc.StatusCode.UNKNOWN),
    ],
)
def test_a_failure_says_by_its_code_whether_the_state_is_known(
    plugin: Plugin, emulator: Emulator, fault: Any, code: grpc.StatusCode
) -> None:
    """The engine stores an operation as pending where, and only where, the code is UNKNOWN or worse."""
    emulator.script(Fault(fault, "ModifyPrefetchOriginLimit", times=1000))
    refused = refusal(plugin, "Create", "PrefetchOriginLimit", properties=sent(LIMIT))
    assert refused.code() == code
    assert str(refused.details()).startswith("Creating the prefetch origin limit of www.example.com in Overseas")


def test_a_notice_is_shown_on_the_row_of_its_resource(plugin: Plugin, emulator: Emulator, engine: HeardEngine) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    call(plugin, "Create", "PrefetchOriginLimit", properties=sent(LIMIT))
    [heard] = engine.heard
    assert heard.message.endswith("was there already with 500 Mbps and is managed here now.")
    assert heard.urn == about("PrefetchOriginLimit")["urn"]


def test_a_notice_that_nobody_hears_fails_nothing(plugin: Plugin, emulator: Emulator, engine: HeardEngine) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    engine.deaf = True
    created = call(plugin, "Create", "PrefetchOriginLimit", properties=sent(LIMIT))
    assert created.id == ID
    assert engine.heard == []


def test_an_older_engine_names_the_type_in_the_urn_alone(plugin: Plugin) -> None:
    urn = f"urn:pulumi:dev::p::limits:index:Site${about('PrefetchOriginLimit')['type']}::one"
    answer = plugin.call("Check", "CheckRequest", urn=urn, news=sent({**LIMIT, "bandwidth": 50}))
    assert [failure.property for failure in answer.failures] == ["bandwidth"]


def test_no_call_begins_after_a_cancel(plugin: Plugin, emulator: Emulator) -> None:
    plugin.call("Cancel", "google.protobuf.Empty")
    refused = refusal(plugin, "Create", "PrefetchOriginLimit", properties=sent(LIMIT))
    assert "was not sent: the run was cancelled." in str(refused.details())
    assert refused.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert emulator.calls == []
