"""What a delete of a quota does, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from tc_resources.limits.advice import Words
from tc_resources.testing.emulator import AnswerLost, Emulator, ErrorCode, Fault, Quota
from tests.unit.provider.host import AnyHost
from tests.unit.provider.quotas import ABSENT, ID, KEY, QUOTA, SENT, TEXT, TEXT_ID, TITLE, crossed


@pytest.mark.parametrize(
    ("stored", "reset"),
    [
        ({"reset_limit": 5}, 5),
        ({"reset_limit": 0}, 0),
        ({"baseline_limit": 3}, 3),
        ({"baseline_limit": 0}, 0),
        ({"reset_limit": 0, "baseline_limit": 3}, 0),
    ],
)
def test_a_delete_resets_to_reset_limit_or_else_to_the_baseline(
    quotas: AnyHost, emulator: Emulator, stored: dict[str, int], reset: int
) -> None:
    emulator.put_quota(Quota(1, "Image", 2000, usage=7))
    quotas.delete(ID, {**QUOTA, **stored, "written_at": 1_700_000_000})
    assert [(call.action, call.params) for call in emulator.calls] == [
        ("ModifyAigcQuota", {**SENT, "QuotaLimit": reset})
    ]
    assert type(emulator.calls[0].params["QuotaLimit"]) is int
    assert emulator.quotas() == [Quota(1, "Image", reset, usage=7)]


def test_a_delete_with_nothing_to_reset_to_deletes_the_cap(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 2000, usage=7))
    quotas.delete(ID, {**QUOTA, "written_at": 1_700_000_000})
    assert [(call.action, call.params) for call in emulator.calls] == [("DeleteAigcQuota", KEY)]
    assert emulator.quotas() == []


def test_a_delete_of_a_tokens_quota_leaves_the_others(quotas: AnyHost, emulator: Emulator) -> None:
    for token in ("an-api-token", "another-token", None):
        emulator.put_quota(Quota(1, "Text", 2000, api_token=token))
    quotas.delete(TEXT_ID, TEXT)
    assert crossed(emulator) == [("DeleteAigcQuota", {"SubAppId": 1, "QuotaType": "Text", "ApiToken": "***"})]
    assert {quota.api_token for quota in emulator.quotas()} == {None, "another-token"}


@pytest.mark.parametrize(
    "options",
    ABSENT,
)
@pytest.mark.parametrize(("stored", "action"), [({}, "DeleteAigcQuota"), ({"reset_limit": 5}, "ModifyAigcQuota")])
def test_a_delete_of_a_quota_that_is_gone_succeeds_and_makes_none(
    quotas: AnyHost, emulator: Emulator, stored: dict[str, int], action: str
) -> None:
    quotas.delete(ID, {**QUOTA, **stored})
    assert [call.action for call in emulator.calls] == [action, *["DescribeAigcQuotas"] * 2, "DescribeSubAppIds"]
    assert emulator.quotas() == []


@pytest.mark.parametrize(("stored", "action"), [({}, "DeleteAigcQuota"), ({"reset_limit": 5}, "ModifyAigcQuota")])
def test_a_delete_in_another_account_fails(
    quotas: AnyHost, emulator: Emulator, stored: dict[str, int], action: str
) -> None:
    emulator.script(Fault(ErrorCode("ResourceNotFound.UserNotExist")))
    text = quotas.failure("delete", ID, {**QUOTA, **stored})
    assert f"Deleting {TITLE} failed. vod:{action} answered ResourceNotFound.UserNotExist" in text
    assert [call.action for call in emulator.calls] == [action]


def test_a_delete_whose_answer_is_lost_succeeds(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    emulator.script(Fault(AnswerLost()))
    quotas.delete(ID, QUOTA)
    assert [(call.action, call.params) for call in emulator.writes] == [("DeleteAigcQuota", KEY)] * 2
    assert emulator.quotas() == []


def test_a_quota_that_this_run_declares_is_not_deleted(
    quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was renamed: the old name is deleted after the new one was taken over."""
    emulator.put_quota(Quota(1, "Text", 2000, api_token="an-api-token"))
    quotas.check(TEXT)
    quotas.delete(TEXT_ID, {**TEXT, "reset_limit": 5})
    assert crossed(emulator) == []
    title = "The Text quota of token 8dfba01da860… of sub-application 1"
    assert capsys.readouterr().out.splitlines()[0] == f"{title} stays: this program still declares it."


@pytest.mark.parametrize("other", [{"sub_app_id": 2}, {"api_token": "another-token"}, {"api_token": None}])
def test_a_quota_is_deleted_while_the_run_declares_another(
    quotas: AnyHost, emulator: Emulator, other: dict[str, Any]
) -> None:
    emulator.put_quota(Quota(1, "Text", 2000, api_token="an-api-token"))
    quotas.check({name: value for name, value in {**TEXT, **other}.items() if value is not None})
    quotas.delete(TEXT_ID, TEXT)
    assert [action for action, _ in crossed(emulator)] == ["DeleteAigcQuota"]


def test_a_baseline_that_a_renamed_quota_leaves_behind_is_told(
    quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str], words: Words
) -> None:
    quotas.check(QUOTA)
    quotas.delete(ID, {**QUOTA, "baseline_limit": 50})
    assert crossed(emulator) == []
    assert (
        f"Its {words.argument('baseline_limit')} of 50 is not carried over: with {words.assign('reset_limit', 50)}"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize("baseline", [None, 50])
def test_what_replaces_a_quota_of_this_stack_has_its_baseline(
    quotas: AnyHost, emulator: Emulator, baseline: int | None
) -> None:
    """As with replaceOnChanges: what is in force is this stack's own."""
    emulator.put_quota(Quota(1, "Image", 2000))
    new = {**QUOTA, "quota_limit": 3000, "adopt": True}
    stored = QUOTA if baseline is None else {**QUOTA, "baseline_limit": baseline}
    quotas.check(new, stored)
    quotas.diff(stored, new, ID)
    state = quotas.create(new)[1]
    assert state.get("baseline_limit") == baseline
    quotas.delete(ID, stored)
    assert emulator.quotas() == [Quota(1, "Image", 3000)]


def test_a_baseline_that_is_this_stacks_own_former_value_is_told(
    quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str], words: Words
) -> None:
    """Of a rename nobody tells the provider before."""
    emulator.put_quota(Quota(1, "Image", 2000))
    new = {**QUOTA, "quota_limit": 3000, "adopt": True}
    quotas.check(new)
    assert quotas.create(new)[1]["baseline_limit"] == 2000
    quotas.delete(ID, QUOTA)
    told = f"The new resource's {words.argument('baseline_limit')} of 2000 is what this stack itself had set"
    assert told in capsys.readouterr().out
