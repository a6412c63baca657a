"""API tokens, as the vendor's documents have them, and as a behaviour chooses where they leave it open."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Quota, Token

Call = Callable[..., dict[str, Any]]
Refusal = Callable[..., str | None]
Wait = Callable[[float], None]
TOKEN = "a-token-that-nobody-may-see"
MERGED = '{"ip":{"203.0.113.7":true}}'


def behaving(**how: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("options", [{"behaviour": Behaviour(**how)}])  # type: ignore[arg-type]


def listed(call: Call) -> object:
    return call("DescribeAigcApiTokens", SubAppId=1)["ApiTokens"]


def test_each_create_makes_another_token_which_shows_half_a_minute_later(
    emulator: Emulator, call: Call, wait: Wait
) -> None:
    made = [call("CreateAigcApiToken", SubAppId=1)["ApiToken"] for _ in range(2)]
    assert [one.api_token for one in emulator.tokens()] == made
    assert listed(call) == []
    wait(30)
    assert listed(call) == made
    call("DeleteAigcApiToken", SubAppId=1, ApiToken=made[0])
    assert [one.api_token for one in emulator.tokens()] == made[1:]
    assert listed(call) == made
    wait(30)
    assert listed(call) == made[1:]


def test_a_new_token_can_neither_be_changed_nor_deleted(call: Call, refusal: Refusal, wait: Wait) -> None:
    made = call("CreateAigcApiToken", SubAppId=1)["ApiToken"]
    for action in ("UpdateAigcApiToken", "DeleteAigcApiToken"):
        assert refusal(action, SubAppId=1, ApiToken=made) == "ResourceNotFound"
    wait(30)
    assert refusal("UpdateAigcApiToken", SubAppId=1, ApiToken=made) is None
    assert refusal("UpdateAigcApiToken", SubAppId=1, ApiToken=made) is None


def test_extended_information_is_merged_by_its_first_keys_or_overwritten(emulator: Emulator, call: Call) -> None:
    emulator.put_token(1, TOKEN, '{"ip":{"203.0.113.8":true},"other":1}')
    call("UpdateAigcApiToken", SubAppId=1, ApiToken=TOKEN, ExtInfo=MERGED)
    assert json.loads(emulator.tokens()[0].ext_info) == {"ip": {"203.0.113.7": True}, "other": 1}
    call("UpdateAigcApiToken", SubAppId=1, ApiToken=TOKEN, ExtInfo=MERGED, ActionType="Overwrite")
    assert emulator.tokens() == [Token(1, TOKEN, MERGED)]
    call("UpdateAigcApiToken", SubAppId=1, ApiToken=TOKEN, ActionType="Merge")
    assert emulator.tokens() == [Token(1, TOKEN, MERGED)]


@pytest.mark.parametrize("wrong", [{"ExtInfo": "[]"}, {"ExtInfo": "text"}, {"ActionType": "merge"}])
def test_what_is_no_object_and_no_way_is_refused(emulator: Emulator, refusal: Refusal, wrong: dict[str, str]) -> None:
    emulator.put_token(1, TOKEN)
    assert refusal("UpdateAigcApiToken", SubAppId=1, ApiToken=TOKEN, **wrong) == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("options", "left"), [({}, []), ({"behaviour": Behaviour(token_quota="kept")}, [TOKEN])], ids=["deleted", "kept"]
)
def test_the_quotas_of_a_token_end_with_it_or_stay(emulator: Emulator, call: Call, left: list[str]) -> None:
    emulator.put_token(1, TOKEN)
    for token in (TOKEN, None):
        emulator.put_quota(Quota(1, "Text", 7, api_token=token))
    call("DeleteAigcApiToken", SubAppId=1, ApiToken=TOKEN)
    assert [quota.api_token for quota in emulator.quotas() if quota.api_token] == left


@behaving(absent_token_update="FailedOperation", absent_token_delete="succeeds")
def test_an_absent_token_is_answered_as_chosen(refusal: Refusal) -> None:
    assert refusal("UpdateAigcApiToken", SubAppId=1, ApiToken=TOKEN) == "FailedOperation"
    assert refusal("DeleteAigcApiToken", SubAppId=1, ApiToken=TOKEN) is None


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, (TOKEN, "{}")),
        ({"behaviour": Behaviour(tokens_shown="masked", no_ext_info="empty")}, ("a-t****-see", "")),
        ({"behaviour": Behaviour(no_ext_info="null")}, (TOKEN, None)),
    ],
)
def test_a_token_and_its_information_show_as_chosen(emulator: Emulator, call: Call, shown: tuple[str, object]) -> None:
    emulator.put_token(1, TOKEN)
    answer = call("DescribeAigcApiTokens", SubAppId=1)
    assert (answer["ApiTokens"], answer["ExtInfos"]) == ([shown[0]], [shown[1]])


@behaving(new_token_quota="InvalidParameterValue")
def test_a_quota_of_a_new_token_is_refused_as_chosen(call: Call, refusal: Refusal, wait: Wait) -> None:
    made = call("CreateAigcApiToken", SubAppId=1)["ApiToken"]
    wanted = {"SubAppId": 1, "QuotaType": "Text", "QuotaLimit": 7}
    assert refusal("CreateAigcQuota", **wanted, ApiToken=made) == "InvalidParameterValue"
    assert refusal("CreateAigcQuota", **wanted, ApiToken="of-nobody") is None
    wait(30)
    assert refusal("CreateAigcQuota", **wanted, ApiToken=made) is None


@behaving(unknown_sub_app="refused")
@pytest.mark.parametrize("action", ["CreateAigcApiToken", "DescribeAigcApiTokens"])
def test_an_unknown_application_is_refused_as_chosen(refusal: Refusal, action: str) -> None:
    assert refusal(action, SubAppId=1) == "ResourceNotFound.UserNotExist"


def test_a_token_shows_in_no_call_and_in_no_repr(emulator: Emulator, call: Call) -> None:
    emulator.put_token(1, TOKEN)
    call("DeleteAigcApiToken", SubAppId=1, ApiToken=TOKEN)
    assert TOKEN not in repr(emulator.calls) + repr(Token(1, TOKEN))
