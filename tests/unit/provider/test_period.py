"""A quota's period: when it changes, the usage starts again, and no failure on the way goes unsaid."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tc_resources.limits.advice import Words
from tc_resources.testing.emulator import AnswerLost, Behaviour, Emulator, ErrorCode, Fault, Quota, RequestLost, Slow
from tests.unit.provider.host import AnyHost

ID = "1#Image"
OLD = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 100, "period": "2026-10"}
NEW = {**OLD, "period": "2026-11"}
FIRST = Fault(Slow(0), "CreateAigcQuota")
"""The call that finds out whether the key may create, which the faults after this one spare."""


@pytest.fixture
def used(emulator: Emulator) -> Emulator:
    emulator.put_quota(Quota(1, "Image", 100, usage=99))
    return emulator


def writes(emulator: Emulator) -> list[tuple[str, str | None]]:
    return [(call.action, call.code) for call in emulator.calls if not call.action.startswith("Describe")]


def test_a_new_period_is_an_update_that_clears_the_usage(quotas: AnyHost, used: Emulator) -> None:
    assert quotas.diff(OLD, NEW) == (True, [])
    assert quotas.update(ID, OLD, {**NEW, "quota_limit": 200})["period"] == "2026-11"
    refused = ("CreateAigcQuota", "InvalidParameterValue")
    anew = [refused, ("DeleteAigcQuota", None), ("CreateAigcQuota", None)]
    assert writes(used) == [refused, ("ModifyAigcQuota", None), *anew[1:]]
    assert used.quotas() == [Quota(1, "Image", 200, usage=0)]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(most_quota=1000)}])
def test_a_new_period_with_a_value_that_the_service_refuses_changes_nothing(quotas: AnyHost, used: Emulator) -> None:
    text = quotas.failure("update", ID, OLD, {**NEW, "quota_limit": 5000})
    assert "vod:ModifyAigcQuota answered InvalidParameterValue" in text
    assert "NOT IN FORCE" not in text
    assert used.calls_of("DeleteAigcQuota") == []
    assert used.quotas() == [Quota(1, "Image", 100, usage=99)]


def test_a_cap_that_is_refused_once_the_old_one_is_deleted_is_made_as_it_was(quotas: AnyHost, used: Emulator) -> None:
    used.script(FIRST, Fault(ErrorCode("LimitExceeded"), "CreateAigcQuota"))
    text = quotas.failure("update", ID, OLD, {**NEW, "quota_limit": 50})
    assert "vod:CreateAigcQuota answered LimitExceeded" in text
    assert "NOT IN FORCE" not in text
    assert used.quotas() == [Quota(1, "Image", 100, usage=0)]


@pytest.mark.parametrize(("before", "after"), [(None, "2026-11"), ("2026-11", None), ("2026-11", "2026-11")])
def test_the_first_period_and_none_any_more_clear_nothing(
    quotas: AnyHost, used: Emulator, before: str | None, after: str | None
) -> None:
    def inputs(period: str | None) -> dict[str, object]:
        return {name: value for name, value in {**OLD, "period": period}.items() if value is not None}

    quotas.update(ID, inputs(before), inputs(after))
    assert used.calls == []
    assert used.quotas()[0].usage == 99


def test_a_cap_that_cannot_be_made_again_is_said_first_and_made_by_the_next_up(quotas: AnyHost, used: Emulator) -> None:
    used.script(FIRST, Fault(ErrorCode("FailedOperation"), "CreateAigcQuota", times=2))
    text = quotas.failure("update", ID, OLD, NEW)
    assert text.startswith("NOT IN FORCE: the Image quota of sub-application 1 was taken away")
    assert "`pulumi up --refresh` sets it again" in text
    assert used.quotas() == []
    used.clear_calls()
    quotas.update(ID, OLD, NEW)
    assert writes(used) == [("CreateAigcQuota", None)]
    assert used.quotas() == [Quota(1, "Image", 100, usage=0)]


def test_a_key_that_may_not_create_deletes_nothing(quotas: AnyHost, used: Emulator) -> None:
    used.script(Fault(ErrorCode("UnauthorizedOperation.CamUnauthorized"), "CreateAigcQuota"))
    assert "Add vod:CreateAigcQuota to the CAM policy" in quotas.failure("update", ID, OLD, NEW)
    assert used.calls_of("DeleteAigcQuota") == []
    assert used.quotas() == [Quota(1, "Image", 100, usage=99)]


def test_a_deletion_without_a_clear_answer_is_said_first_too(quotas: AnyHost, used: Emulator, words: Words) -> None:
    used.script(Fault(AnswerLost(), "DeleteAigcQuota"), Fault(RequestLost(), "DeleteAigcQuota", times=50))
    text = quotas.failure("update", ID, {**OLD, "baseline_limit": 70}, NEW)
    assert text.startswith("NOT IN FORCE: the Image quota of sub-application 1 was taken away")
    assert text.rstrip().endswith(
        f"A refresh forgets its {words.argument('baseline_limit')} of 70: set {words.assign('reset_limit', 70)}."
    )


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=30.0)}])
def test_the_old_cap_that_still_shows_is_no_proof_of_the_new_one(quotas: AnyHost, used: Emulator) -> None:
    create = "CreateAigcQuota"
    used.script(FIRST, Fault(RequestLost(), create), Fault(ErrorCode("InvalidParameterValue"), create))
    assert "vod:CreateAigcQuota answered InvalidParameterValue" in quotas.failure("update", ID, OLD, NEW)
    assert used.quotas() == [Quota(1, "Image", 100, usage=0)]


def test_a_rename_with_a_new_period_says_that_the_usage_goes_on(
    quotas: AnyHost, used: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    quotas.create(NEW)
    assert used.quotas()[0].usage == 99
    assert "goes on counting its usage so far; the period after 2026-11 clears it." in capsys.readouterr().out


def test_a_quota_that_cannot_be_deleted_stays_in_force(quotas: AnyHost, used: Emulator) -> None:
    used.script(Fault(ErrorCode("FailedOperation"), "DeleteAigcQuota"))
    assert "NOT IN FORCE" not in quotas.failure("update", ID, OLD, NEW)
    assert used.quotas() == [Quota(1, "Image", 100, usage=99)]


@pytest.mark.parametrize("fault", [AnswerLost, RequestLost, lambda: ErrorCode("InternalError")])
@pytest.mark.parametrize("action", ["DeleteAigcQuota", "CreateAigcQuota"])
def test_a_lost_answer_does_not_end_without_the_cap(
    quotas: AnyHost, used: Emulator, action: str, fault: Callable[[], AnswerLost | RequestLost | ErrorCode]
) -> None:
    used.script(FIRST, Fault(fault(), action, times=2))
    quotas.update(ID, OLD, NEW)
    assert used.quotas() == [Quota(1, "Image", 100, usage=0)]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(zero_quotas_listed=False, zero_quotas_found=False)}])
def test_what_does_not_show_is_never_put_back_as_a_number_that_was_not_in_force(
    quotas: AnyHost, emulator: Emulator
) -> None:
    """A renewal of a hidden cap of 0 that is refused in its midst."""
    emulator.put_quota(Quota(1, "Image", 0))
    state = quotas.read(ID, {**OLD, "quota_limit": 0})[1]
    assert "quota_limit" not in state
    emulator.script(FIRST, Fault(ErrorCode("LimitExceeded"), "CreateAigcQuota"))
    assert "LimitExceeded" in quotas.failure("update", ID, state, {**NEW, "quota_limit": 50})
    sent = [call.params["QuotaLimit"] for call in emulator.writes if "QuotaLimit" in call.params]
    assert set(sent) == {50}
    assert emulator.quotas() == [Quota(1, "Image", 50)]


STRICT = Behaviour(zero_quotas_listed=False, zero_quotas_found=False, below_usage="InvalidParameterValue")


@pytest.mark.parametrize("options", [{"behaviour": STRICT}])
@pytest.mark.parametrize("refreshed", [False, True])
def test_a_hidden_cap_of_0_is_renewed_though_to_set_it_is_below_what_was_used(
    quotas: AnyHost, emulator: Emulator, refreshed: bool
) -> None:
    emulator.put_quota(Quota(1, "Image", 0, usage=99))
    old = {**OLD, "quota_limit": 0}
    quotas.update(ID, quotas.read(ID, old)[1] if refreshed else old, {**NEW, "quota_limit": 0})
    assert emulator.quotas() == [Quota(1, "Image", 0, usage=0)]


def test_a_renewal_that_is_refused_puts_back_what_was_in_force_whatever_the_state_has(
    quotas: AnyHost, used: Emulator
) -> None:
    used.put_quota(Quota(1, "Image", 700, usage=99))
    used.script(FIRST, Fault(ErrorCode("LimitExceeded"), "CreateAigcQuota"))
    assert "LimitExceeded" in quotas.failure("update", ID, OLD, {**NEW, "quota_limit": 50})
    assert used.quotas() == [Quota(1, "Image", 700, usage=0)]


@pytest.mark.parametrize("word", ["monthly", "Daily"])
def test_a_word_of_the_calendar_is_refused_since_it_would_never_change(quotas: AnyHost, word: str) -> None:
    _, failures = quotas.check({**OLD, "period": word})
    assert failures == [
        ("period", f"must name one period, such as 2026-11: {word} would never change (see current_period)")
    ]
