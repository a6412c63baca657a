"""API tokens, as the engine has them made, read, changed and deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tc_resources.cloud.decision import FRESH
from tc_resources.cloud.identities import digest
from tc_resources.limits.advice import Words
from tc_resources.testing.emulator import AnswerLost, Behaviour, Emulator, ErrorCode, Fault, Quota, RequestLost
from tests.unit.provider.host import AnyHost, Run

if TYPE_CHECKING:
    from tests.conftest import FakeClock

INPUTS = {"sub_app_id": 1}
LISTED = {**INPUTS, "ip_allow_list": ["203.0.113.7", "2001:db8::1"]}
TOKEN = "a-token-that-nobody-may-see"
ID = f"1#{digest(TOKEN)}"
STATE = {**INPUTS, "api_token": TOKEN, "written_at": 1_700_000_000}


def behaving(**how: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("options", [{"behaviour": Behaviour(**how)}])  # type: ignore[arg-type]


@pytest.fixture
def there(emulator: Emulator) -> Emulator:
    emulator.put_token(1, TOKEN)
    return emulator


def test_a_create_makes_one_token_whose_id_is_its_digest(tokens: AnyHost, emulator: Emulator, clock: FakeClock) -> None:
    id_, state = tokens.create(INPUTS)
    (made,) = emulator.tokens()
    assert id_ == f"1#{digest(made.api_token)}"
    assert (state["api_token"], state["sub_app_id"]) == (made.api_token, 1)
    assert 0 <= state["written_at"] - clock.at <= 1
    assert [call.action for call in emulator.calls] == ["DescribeAigcApiTokens", "CreateAigcApiToken"]
    assert clock.slept == []


def test_a_token_that_others_may_not_use_is_restricted_once_the_service_knows_it(
    tokens: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    state = tokens.create(LISTED)[1]
    (made,) = emulator.tokens()
    assert json.loads(made.ext_info) == {"ip": {"203.0.113.7": True, "2001:db8::1": True}}
    assert state["ip_allow_list"] == ["2001:db8::1", "203.0.113.7"]
    assert {call.code for call in emulator.calls_of("UpdateAigcApiToken")[:-1]} == {"ResourceNotFound"}
    assert 30 <= sum(clock.slept) <= 34


@pytest.mark.parametrize("code", ["InvalidParameter", "UnauthorizedOperation.CamUnauthorized", "InternalError"])
def test_a_token_that_cannot_be_restricted_is_taken_back(tokens: AnyHost, emulator: Emulator, code: str) -> None:
    emulator.script(Fault(ErrorCode(code), "UpdateAigcApiToken", times=100))
    assert f"vod:UpdateAigcApiToken answered {code}" in tokens.failure("create", LISTED)
    assert emulator.tokens() == []


def test_one_that_cannot_be_taken_back_either_is_named(tokens: AnyHost, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("InvalidParameter"), "UpdateAigcApiToken"))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation"), "DeleteAigcApiToken"))
    text = tokens.failure("create", LISTED)
    (left,) = emulator.tokens()
    assert f"could not be deleted again: its digest is {digest(left.api_token)}" in text
    assert left.api_token not in text


def test_a_lost_answer_is_settled_by_comparing_listings_and_what_is_new_is_named_and_left_as_it_is(
    tokens: AnyHost, there: Emulator, clock: FakeClock, words: Words
) -> None:
    there.script(Fault(AnswerLost(), "CreateAigcApiToken"))
    text = tokens.failure("create", LISTED)
    first, made = there.tokens()
    assert f"there is a new token, which may be it or somebody else's: {digest(made.api_token)}." in text
    assert f"To bring one in, use {words.import_}" in text
    assert digest(TOKEN) not in text
    assert [call.action for call in there.writes] == ["CreateAigcApiToken"]
    assert 30 <= sum(clock.slept) <= 45
    assert (first.api_token, made.ext_info) == (TOKEN, "{}")


def test_a_token_that_another_machine_makes_while_our_create_is_lost_is_not_taken_for_ours(
    tokens: AnyHost, emulator: Emulator
) -> None:
    actions = emulator.account(emulator.account_id).services["vod"].actions
    listed = actions["DescribeAigcApiTokens"]

    def meanwhile(params: dict[str, object], now: float) -> dict[str, object]:
        if emulator.calls_of("CreateAigcApiToken"):
            emulator.put_token(1, "of-another-machine")
        return listed(params, now)

    actions["DescribeAigcApiTokens"] = meanwhile  # type: ignore[index]
    emulator.script(Fault(RequestLost(), "CreateAigcApiToken"))
    assert f"may be it or somebody else's: {digest('of-another-machine')}." in tokens.failure("create", LISTED)
    assert [call.action for call in emulator.writes] == ["CreateAigcApiToken"]
    assert [one.ext_info for one in emulator.tokens()] == ["{}"]


@behaving(tokens_shown="masked")
def test_a_lost_answer_is_not_settled_by_a_listing_that_hides_its_tokens(tokens: AnyHost, emulator: Emulator) -> None:
    emulator.script(Fault(AnswerLost(), "CreateAigcApiToken"))
    text = tokens.failure("create", INPUTS)
    assert "Whether a token was created could not be told. The listing does not show its tokens whole." in text
    assert len(emulator.calls_of("CreateAigcApiToken")) == 1


def test_a_lost_request_makes_no_second_token_before_the_listing_has_shown_that_there_is_none(
    tokens: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.script(Fault(RequestLost(), "CreateAigcApiToken"))
    tokens.create(INPUTS)
    assert len(emulator.tokens()) == 1
    first, second = emulator.calls_of("CreateAigcApiToken")
    assert second.at - first.at >= 30
    assert clock.slept


def test_of_several_new_tokens_none_is_taken_and_all_are_named(tokens: AnyHost, emulator: Emulator) -> None:
    emulator.script(Fault(AnswerLost(), "CreateAigcApiToken"))
    emulator.put_token(2, "of-another-application")
    made = emulator.account(emulator.account_id).services["vod"].actions["CreateAigcApiToken"]
    create = emulator.account(emulator.account_id).services["vod"].actions

    def twice(params: dict[str, object], now: float) -> dict[str, object]:
        made(params, now)
        return made(params, now)

    create["CreateAigcApiToken"] = twice  # type: ignore[index]  # somebody on another machine creates one too
    text = tokens.failure("create", INPUTS)
    digests = sorted(digest(one.api_token) for one in emulator.tokens() if one.sub_app_id == 1)
    assert f"there are new tokens, any of which may be it: {', '.join(digests)}" in text
    assert not any(one.api_token in text for one in emulator.tokens())
    assert len(digests) == 2


def test_tokens_of_this_machine_that_do_not_show_yet_are_not_taken_for_a_lost_one(
    tokens: AnyHost, emulator: Emulator
) -> None:
    other = tokens.create(INPUTS)[1]["api_token"]
    emulator.script(Fault(RequestLost(), "CreateAigcApiToken"))
    found = tokens.create(INPUTS)[1]["api_token"]
    assert {other, found} == {one.api_token for one in emulator.tokens()}


def test_a_create_that_is_refused_or_throttled_leaves_no_doubt(
    tokens: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.script(Fault(ErrorCode("RequestLimitExceeded"), "CreateAigcApiToken"))
    tokens.create(INPUTS)
    assert sum(clock.slept) < 5
    emulator.script(Fault(ErrorCode("InvalidParameterValue"), "CreateAigcApiToken"))
    assert "vod:CreateAigcApiToken answered InvalidParameterValue" in tokens.failure("create", INPUTS)
    assert len(emulator.tokens()) == 1


def test_other_tokens_are_named_by_their_digests_and_stay(
    tokens: AnyHost, there: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = tokens.create(INPUTS)[1]["api_token"]
    tokens.create(INPUTS)
    told = capsys.readouterr().out
    assert told.count(digest(TOKEN)) == 2
    assert TOKEN not in told
    assert digest(ours) not in told
    assert len(there.tokens()) == 3


def test_a_read_finds_the_token_by_its_digest(tokens: AnyHost, there: Emulator) -> None:
    there.put_token(1, TOKEN, '{"ip":{"203.0.113.7":true,"203.0.113.8":false},"other":1}')
    found = {**INPUTS, "api_token": TOKEN, "ip_allow_list": ["203.0.113.7"]}
    assert tokens.read(ID, {}) == (ID, found, {**INPUTS, "ip_allow_list": ["203.0.113.7"]})
    assert tokens.read(ID, STATE)[1] == {**STATE, "ip_allow_list": ["203.0.113.7"]}


def test_a_token_that_is_not_there_is_dropped_by_proof_alone(
    tokens: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    assert tokens.read(ID, {**STATE, "written_at": int(clock.at) - 10})[0] == ""
    assert 28 <= sum(clock.slept) <= 32
    assert len(emulator.calls_of("DescribeAigcApiTokens")) > 1
    assert "There is none." in tokens.failure("read", ID, {})


@behaving(tokens_shown="masked")
def test_what_does_not_show_whole_is_known_by_the_token_and_else_doubt(
    tokens: AnyHost, there: Emulator, clock: FakeClock
) -> None:
    assert tokens.read(ID, STATE)[1] == STATE
    assert "cannot be told. The listing does not show its tokens whole." in tokens.failure("read", ID, {})
    there.put_token(1, "a-tsee-or-another-nobody-may-see")
    clock.sleep(FRESH + 1)
    text = tokens.failure("read", ID, STATE)
    assert "Several may be it." in text
    assert TOKEN not in text


def test_a_stored_token_of_another_id_is_not_touched(tokens: AnyHost, there: Emulator) -> None:
    wrong = "1#000000000000"
    for failed in (
        tokens.failure("read", wrong, STATE),
        tokens.failure("update", wrong, STATE, {**INPUTS, "rotation": "2"}),
        tokens.failure("delete", wrong, STATE),
    ):
        assert f"Its id is {wrong}, and its inputs address {ID}" in failed
    assert there.writes == []


def test_an_id_in_the_form_of_terraform_shows_nothing_of_its_token(tokens: AnyHost) -> None:
    text = tokens.failure("read", f"1#{TOKEN}", {})
    assert '"1#***" is not an id of this kind of resource' in text
    assert TOKEN not in text


def test_an_update_sets_the_addresses_and_keeps_the_token(tokens: AnyHost, there: Emulator) -> None:
    there.put_token(1, TOKEN, '{"other":1}')
    state = tokens.update(ID, STATE, LISTED)
    assert state["api_token"] == TOKEN
    assert json.loads(there.tokens()[0].ext_info) == {"other": 1, "ip": {"203.0.113.7": True, "2001:db8::1": True}}
    there.put_token(1, TOKEN, '{"other":1,"ip":{"203.0.113.7":true}}')
    tokens.update(ID, {**STATE, "ip_allow_list": ["203.0.113.7"]}, INPUTS)
    assert json.loads(there.tokens()[0].ext_info) == {"other": 1}


def test_an_update_of_a_token_that_is_gone_makes_no_other(tokens: AnyHost, emulator: Emulator, words: Words) -> None:
    text = tokens.failure("update", ID, STATE, LISTED)
    assert f"It is not there any more. {words.refresh} makes another." in text
    assert emulator.tokens() == []


def test_a_token_that_an_import_lacks_is_found_by_an_update(tokens: AnyHost, there: Emulator) -> None:
    assert tokens.diff(INPUTS, INPUTS) == (True, [])
    assert tokens.update(ID, INPUTS, INPUTS) == {**INPUTS, "api_token": TOKEN}
    assert there.writes == []
    tokens.delete(ID, INPUTS)
    assert there.tokens() == []
    tokens.delete(ID, INPUTS)


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [(None, "2026", False), ("2026", "2027", True), ("2026", None, False), ("2026", "2026", False)],
)
def test_a_rotation_that_changes_replaces_and_the_first_one_does_not(
    tokens: AnyHost, old: str | None, new: str | None, *, replaced: bool
) -> None:
    stored = {**STATE, **({"rotation": old} if old else {})}
    wanted = {**INPUTS, **({"rotation": new} if new else {})}
    assert tokens.diff(stored, wanted) == (old != new, ["rotation"] if replaced else [])


def test_a_first_rotation_calls_nothing(tokens: AnyHost, there: Emulator) -> None:
    assert tokens.update(ID, STATE, {**INPUTS, "rotation": "2026"}) == {**STATE, "rotation": "2026"}
    assert there.calls == []


def test_a_delete_says_what_ends_with_the_token(
    tokens: AnyHost, quotas: AnyHost, there: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    quota = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 100000, "api_token": TOKEN}
    there.put_quota(Quota(1, "Text", 100000, api_token=TOKEN))
    tokens.delete(ID, STATE)
    assert (there.tokens(), there.quotas()) == ([], [])
    told = capsys.readouterr().out
    assert "is deleted: who uses it is refused from now on. Its quota of 100000 tokens of text ends with it." in told
    assert TOKEN not in told
    quotas.delete(f"1#Text#{digest(TOKEN)}", quota)


@pytest.mark.parametrize(
    "options", [{"behaviour": Behaviour(absent_token_delete=code)} for code in ("ResourceNotFound", "FailedOperation")]
)
def test_a_delete_whose_answer_was_lost_succeeds_once_the_listing_shows_it(
    tokens: AnyHost, there: Emulator, clock: FakeClock
) -> None:
    there.script(Fault(AnswerLost(), "DeleteAigcApiToken"))
    tokens.delete(ID, STATE)
    assert there.tokens() == []
    assert 30 <= sum(clock.slept) <= 45


def test_a_delete_that_is_refused_while_the_token_shows_fails(tokens: AnyHost, there: Emulator) -> None:
    there.script(Fault(ErrorCode("FailedOperation"), "DeleteAigcApiToken"))
    assert "vod:DeleteAigcApiToken answered FailedOperation" in tokens.failure("delete", ID, STATE)
    assert len(there.tokens()) == 1


def test_a_delete_in_another_account_is_no_success(tokens: AnyHost, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("ResourceNotFound.UserNotExist"), "DeleteAigcApiToken"))
    assert "ResourceNotFound.UserNotExist" in tokens.failure("delete", ID, STATE)


@behaving(absent_token_delete="succeeds")
def test_a_token_is_deleted_once_it_shows_though_the_service_claims_success_before(
    tokens: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    id_, state = tokens.create(INPUTS)
    tokens.delete(id_, state)
    assert emulator.tokens() == []
    assert 30 <= sum(clock.slept) <= 34


def test_two_tokens_of_one_application_are_two_resources(new_run: Callable[..., Run], emulator: Emulator) -> None:
    run = new_run()
    for _ in range(2):
        assert run.tokens.check(INPUTS) == (INPUTS, [])
        run.tokens.create(INPUTS)
    assert len(emulator.tokens()) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ip_allow_list": []}, "one IP address at least"),
        ({"ip_allow_list": "203.0.113.7"}, "must be a list"),
        ({"ip_allow_list": ["203.0.113.0/24"]}, "no networks"),
        ({"ip_allow_list": [7]}, "must have IP addresses"),
        ({"sub_app_id": 0}, "must be a whole number"),
        ({"rotation": "a b"}, "must have no blanks"),
        ({"api_token": TOKEN}, "is not a property of AigcApiToken"),
    ],
)
def test_inputs_that_are_wrong_are_refused_by_name(tokens: AnyHost, wrong: dict[str, object], said: str) -> None:
    ((name, reason),) = tokens.check({**INPUTS, **wrong})[1]
    assert (name, said in reason) == (next(iter(wrong)), True)
    assert TOKEN not in reason
