from __future__ import annotations

import pytest

from tc_resources.limits.advice import Words
from tc_resources.testing.emulator import AnswerLost, Emulator, ErrorCode, Fault, Html, Quota, RequestLost
from tests.unit.provider.host import AnyHost, Run
from tests.unit.provider.quotas import ABSENT, ID, QUOTA, SENT, TEXT, TEXT_ID, TITLE, created, crossed


def test_an_absent_quota_is_created(quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    id_, outs = quotas.create(QUOTA)
    assert (id_, created(outs)) == (ID, QUOTA)
    assert [call.action for call in emulator.calls] == ["DescribeAigcQuotas", "CreateAigcQuota"]
    assert crossed(emulator) == [("CreateAigcQuota", SENT)]
    assert emulator.quotas() == [Quota(1, "Image", 2000)]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("limit", [0, 2**53 - 1])
def test_a_quota_may_be_zero_and_as_large_as_the_engine_can_say(
    quotas: AnyHost, emulator: Emulator, limit: int
) -> None:
    """A number of the engine is a float; the service gets a whole number."""
    _, outs = quotas.create({**QUOTA, "quota_limit": limit})
    assert outs["quota_limit"] == limit
    [(_, params)] = crossed(emulator)
    assert params == {**SENT, "QuotaLimit": limit}
    assert {type(params[name]) for name in ("SubAppId", "QuotaLimit")} == {int}
    assert emulator.quotas() == [Quota(1, "Image", limit)]


def test_a_tokens_quota_has_its_digest_in_the_id_and_the_token_nowhere_but_in_its_input(
    quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator.put_quota(Quota(1, "Text", 2000, api_token="an-api-token"))
    id_, outs = quotas.create(TEXT)
    assert id_ == TEXT_ID
    assert outs.pop("api_token") == "an-api-token"
    shown = f"{outs} {capsys.readouterr()}"
    assert "Text quota of token 8dfba01da860… of sub-application 1" in shown
    assert "an-api-token" not in shown


def test_a_tokens_quota_is_told_from_another_tokens_and_from_the_types(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Text", 1, api_token="another-token"))
    emulator.put_quota(Quota(1, "Text", 2))
    quotas.create(TEXT)
    assert crossed(emulator) == [("CreateAigcQuota", {**SENT, "QuotaType": "Text", "ApiToken": "***"})]
    assert {quota.api_token: quota.quota_limit for quota in emulator.quotas()} == {
        None: 2,
        "an-api-token": 2000,
        "another-token": 1,
    }


@pytest.mark.parametrize("adopt", [False, True])
def test_a_quota_with_the_same_value_is_taken_over_by_a_write_with_a_notice(
    quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str], words: Words, adopt: bool
) -> None:
    emulator.put_quota(Quota(1, "Image", 2000, usage=7))
    _, outs = quotas.create({**QUOTA, "adopt": adopt})
    assert outs.get("baseline_limit") is None
    assert crossed(emulator) == [("ModifyAigcQuota", SENT)]
    assert emulator.quotas() == [Quota(1, "Image", 2000, usage=7)]
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == f"T{TITLE[1:]} was there already with 2000 images and is managed here now."
    no_baseline = f"T{TITLE[1:]} had this value already and so has no {words.argument('baseline_limit')}"
    assert [line.partition(": ")[0] for line in rest] == [no_baseline] * adopt  # which a killed adoption may have had


def test_a_quota_with_another_value_is_refused_and_left_as_it_is(
    quotas: AnyHost, emulator: Emulator, words: Words
) -> None:
    emulator.put_quota(Quota(1, "Image", 999))
    text = quotas.failure("create", QUOTA)
    assert f"Creating {TITLE} failed. It is there already with 999 images, while this program says 2000 images." in text
    assert all(way in text for way in (words.assign("adopt", True), words.import_))
    assert "Traceback" not in text
    assert [(call.action, call.code) for call in emulator.calls][1:] == [("CreateAigcQuota", "InvalidParameterValue")]
    assert emulator.quotas() == [Quota(1, "Image", 999)]


def test_zero_is_another_value(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 0))
    assert "It is there already with 0 images" in quotas.failure("create", QUOTA)
    assert emulator.quotas() == [Quota(1, "Image", 0)]


@pytest.mark.parametrize("found", [0, 999])
def test_adopt_overwrites_another_value_and_remembers_it(
    quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str], found: int
) -> None:
    emulator.put_quota(Quota(1, "Image", found))
    _, outs = quotas.create({**QUOTA, "adopt": True})
    assert outs["baseline_limit"] == found
    assert crossed(emulator) == [("ModifyAigcQuota", SENT)]
    assert f"was there already with {found} images" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("loss", "told"), [(AnswerLost(), [("ModifyAigcQuota", SENT)]), (RequestLost(), []), (Html(503), [])]
)
def test_a_create_whose_answer_is_lost_succeeds(
    quotas: AnyHost, emulator: Emulator, loss: AnswerLost | RequestLost | Html, told: list[object]
) -> None:
    """What was carried out a change tells: a listing may show the same value of before."""
    emulator.script(Fault(loss, "CreateAigcQuota"))
    id_, outs = quotas.create(QUOTA)
    assert (id_, outs["quota_limit"], outs.get("baseline_limit")) == (ID, 2000, None)
    assert crossed(emulator) == [*[("CreateAigcQuota", SENT)] * 2, *told]
    assert emulator.quotas() == [Quota(1, "Image", 2000)]


def test_a_quota_that_somebody_created_meanwhile_is_refused_with_its_value(run: Run, emulator: Emulator) -> None:
    run.quotas.read(ID, QUOTA)
    emulator.put_quota(Quota(1, "Image", 999))
    assert "It is there already with 999 images" in run.quotas.failure("create", QUOTA)
    assert emulator.quotas() == [Quota(1, "Image", 999)]


def test_a_create_for_another_account_fails_at_once_with_what_to_do(
    quotas: AnyHost, emulator: Emulator, words: Words
) -> None:
    emulator.script(Fault(ErrorCode("ResourceNotFound.UserNotExist"), "CreateAigcQuota"))
    text = quotas.failure("create", QUOTA)
    assert f"Creating {TITLE} failed. vod:CreateAigcQuota answered ResourceNotFound.UserNotExist" in text
    assert f"check {words.argument('sub_app_id')} and whose key is used" in text
    assert len(emulator.calls) == 2


def test_a_failed_operation_shows_no_token(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("LimitExceeded"), times=2))
    for operation, args in (("create", [TEXT]), ("delete", [TEXT_ID, TEXT])):
        text = quotas.failure(operation, *args)
        assert "Text quota of token 8dfba01da860… of sub-application 1 failed" in text
        assert "an-api-token" not in text


def test_a_refresh_shows_drift_in_the_inputs_and_keeps_the_other_outputs(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 999, usage=7))
    stored = {**QUOTA, "reset_limit": 5, "baseline_limit": 3, "written_at": 1_700_000_000}
    assert quotas.read(ID, stored) == (
        ID,
        {**stored, "quota_limit": 999},
        {**QUOTA, "reset_limit": 5, "quota_limit": 999},
    )
    assert [call.action for call in emulator.calls] == ["DescribeAigcQuotas"]


def test_a_refresh_reads_the_quota_of_its_token(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Text", 1, api_token="another-token"))
    emulator.put_quota(Quota(1, "Text", 2))
    emulator.put_quota(Quota(1, "Text", 3, api_token="an-api-token"))
    assert quotas.read(TEXT_ID, TEXT)[1] == {**TEXT, "quota_limit": 3}


def test_a_quota_that_is_gone_has_an_empty_id_and_an_empty_bag(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Text", 2000))
    emulator.put_quota(Quota(2, "Image", 2000))
    assert quotas.read(ID, {**QUOTA, "written_at": 1_700_000_000}) == ("", {}, {})
    assert [call.action for call in emulator.calls] == [*["DescribeAigcQuotas"] * 2, "DescribeSubAppIds"]


@pytest.mark.parametrize("id_", ["1#Video", "2#Image"])
def test_a_quota_whose_id_in_the_state_is_another_ones_is_not_read(
    quotas: AnyHost, emulator: Emulator, id_: str
) -> None:
    """It would be taken for what this resource manages, and ended as the program has another one."""
    emulator.put_quota(Quota(1, "Video", 55))
    text = quotas.failure("read", id_, {**QUOTA, "written_at": 1_700_000_000})
    assert f"Its id is {id_}, and its inputs address {ID}. Nothing was done" in text
    assert emulator.calls == []


def test_a_quota_is_read_by_its_id_alone(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    known = {name: value for name, value in QUOTA.items() if name != "allow_below_usage"}
    assert quotas.read(ID, {}) == (ID, known, known)


@pytest.mark.parametrize("id_", ["", "1", "1#", "one#Image", "1#Audio", "#Image", "-1#Image"])
def test_an_id_of_another_form_is_refused_with_the_form_it_has(quotas: AnyHost, emulator: Emulator, id_: str) -> None:
    text = quotas.failure("read", id_, {})
    assert f'"{id_}" is not an id of this kind of resource; it has the form sub_app_id#quota_type' in text
    assert "Traceback" not in text
    assert emulator.calls == []


@pytest.mark.parametrize("code", ["ResourceNotFound", "ResourceNotFound.UserNotExist", "InvalidParameterValue"])
def test_an_unclear_error_of_a_refresh_is_no_absence(quotas: AnyHost, emulator: Emulator, code: str) -> None:
    emulator.script(Fault(ErrorCode(code)))
    assert f"Reading {TITLE} failed. vod:DescribeAigcQuotas answered {code}" in quotas.failure("read", ID, QUOTA)
    assert len(emulator.calls) == 1


def test_an_update_modifies_the_quota_and_keeps_its_baseline(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 999, usage=7))
    outs = quotas.update(ID, {**QUOTA, "quota_limit": 999, "baseline_limit": 3, "written_at": 1_700_000_000}, QUOTA)
    assert outs["baseline_limit"] == 3
    assert created(outs)["quota_limit"] == 2000
    assert [call.action for call in emulator.calls] == ["DescribeAigcQuotas", "ModifyAigcQuota"]
    assert emulator.calls[-1].params == SENT
    assert emulator.quotas() == [Quota(1, "Image", 2000, usage=7)]


def test_an_update_may_set_zero(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    assert quotas.update(ID, QUOTA, {**QUOTA, "quota_limit": 0})["quota_limit"] == 0
    assert crossed(emulator) == [("ModifyAigcQuota", {**SENT, "QuotaLimit": 0})]


@pytest.mark.parametrize(
    "options",
    ABSENT,
)
def test_an_update_creates_a_quota_that_is_gone(quotas: AnyHost, emulator: Emulator) -> None:
    assert quotas.update(ID, {**QUOTA, "quota_limit": 999}, QUOTA)["quota_limit"] == 2000
    assert [(call.action, call.params) for call in emulator.writes] == [
        ("ModifyAigcQuota", SENT),
        ("CreateAigcQuota", SENT),
    ]
    assert emulator.quotas() == [Quota(1, "Image", 2000)]


def test_an_update_of_another_accounts_quota_creates_nothing(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("ResourceNotFound.UserNotExist"), "ModifyAigcQuota"))
    assert "ResourceNotFound.UserNotExist" in quotas.failure("update", ID, {**QUOTA, "quota_limit": 999}, QUOTA)
    assert [(call.action, call.params) for call in emulator.writes] == [("ModifyAigcQuota", SENT)]


def test_an_update_whose_value_the_service_refuses_fails_with_its_own_error(
    quotas: AnyHost, emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Image", 999))
    emulator.script(Fault(ErrorCode("InvalidParameterValue"), "ModifyAigcQuota"))
    text = quotas.failure("update", ID, {**QUOTA, "quota_limit": 999}, QUOTA)
    assert "vod:ModifyAigcQuota answered InvalidParameterValue" in text
    assert emulator.quotas() == [Quota(1, "Image", 999)]


def test_an_update_of_reset_limit_alone_calls_nothing(quotas: AnyHost, emulator: Emulator) -> None:
    stored = {**QUOTA, "baseline_limit": 3, "written_at": 1_700_000_000}
    assert quotas.update(ID, stored, {**QUOTA, "reset_limit": 5}) == {**stored, "reset_limit": 5}
    assert emulator.calls == []


@pytest.mark.parametrize("found", [5000, 2000])
def test_an_adoption_whose_end_is_not_clear_tells_the_value_that_was_there(
    quotas: AnyHost, emulator: Emulator, words: Words, found: int
) -> None:
    emulator.put_quota(Quota(1, "Image", found))
    emulator.script(Fault(AnswerLost(), "ModifyAigcQuota", times=99))
    text = quotas.failure("create", {**QUOTA, "adopt": True})
    told = "vod:ModifyAigcQuota may have been carried out; before it 5000 images were in force."
    assert (told in text) is (found == 5000)
    assert (words.assign("reset_limit", 5000) in text) is (found == 5000)
    assert emulator.quotas() == [Quota(1, "Image", 2000)]


def test_an_adoption_that_is_refused_has_overwritten_nothing(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 5000))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation"), "ModifyAigcQuota"))
    assert "may have been carried out" not in quotas.failure("create", {**QUOTA, "adopt": True})
    assert emulator.quotas() == [Quota(1, "Image", 5000)]
