"""Quotas while their listing shows what was before the last writes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import ServiceError, TransportError
from tc_resources.cloud.identities import QuotaAddress
from tc_resources.cloud.service_time import ServiceTime
from tc_resources.cloud.services.settling import LAG, POLL, Reading, read_by_itself
from tc_resources.cloud.services.vod import AigcQuotas
from tc_resources.limits.aigc_quota import AigcQuotaArgs, AigcQuotaHandler, AigcQuotaState
from tc_resources.limits.fields import load, stored
from tc_resources.testing.emulator import AnswerLost, Behaviour, Emulator, ErrorCode, Fault, Quota
from tests.hearing import HearingEngine

if TYPE_CHECKING:
    from tc_resources.cloud.clock import Clock
    from tests.conftest import FakeClock

LAGGING = pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=25.0)}])
ID = "1#Image"
IMAGE = QuotaAddress(1, "Image")
ARGS = AigcQuotaArgs(sub_app_id=1, quota_type="Image", quota_limit=2000)
ADOPT = AigcQuotaArgs(sub_app_id=1, quota_type="Image", quota_limit=2000, adopt=True)
INPUTS = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 2000}
STATE = AigcQuotaState(sub_app_id=1, quota_type="Image", quota_limit=2000)


@pytest.fixture
def somebody(connect: Callable[..., Client]) -> AigcQuotas:
    """Somebody else at work on the same account, on another machine."""
    client = connect()
    client.target += " there"  # by which notes on a machine are told apart
    return AigcQuotas(client)


def writes(emulator: Emulator) -> list[str]:
    return [call.action for call in emulator.calls if not call.action.startswith("Describe")]


@LAGGING
@pytest.mark.parametrize(("args", "deleted"), [(ARGS, 2000), (ADOPT, 2000), (ADOPT, 999)])
def test_a_cap_that_was_just_deleted_and_still_shows_is_created_again(
    handler: AigcQuotaHandler,
    somebody: AigcQuotas,
    emulator: Emulator,
    clock: FakeClock,
    notices: list[str],
    args: AigcQuotaArgs,
    deleted: int,
) -> None:
    emulator.put_quota(Quota(1, "Image", deleted))
    somebody.delete(IMAGE, 0)
    emulator.clear_calls()
    state = handler.create(args)
    assert writes(emulator) == ["ModifyAigcQuota", "CreateAigcQuota"]
    assert emulator.quotas() == [Quota(1, "Image", 2000)]
    assert (state.baseline_limit, state.written_at) == (None, math.ceil(clock.at))
    assert notices == []
    assert clock.slept == []


@LAGGING
def test_a_create_whose_answer_was_lost_is_found_once_the_listing_shows_it(
    handler: AigcQuotaHandler, emulator: Emulator, clock: FakeClock, notices: list[str]
) -> None:
    emulator.script(Fault(AnswerLost(), "CreateAigcQuota"))
    state = handler.create(ARGS)
    assert writes(emulator) == ["CreateAigcQuota", "CreateAigcQuota", "ModifyAigcQuota"]
    assert [call.code for call in emulator.calls_of("CreateAigcQuota")] == [None, "InvalidParameterValue"]
    assert emulator.quotas() == [Quota(1, "Image", 2000)]
    assert state.baseline_limit is None
    assert 24 <= sum(clock.slept) <= LAG + POLL
    assert notices == []


@LAGGING
def test_another_value_that_the_listing_does_not_show_yet_is_adopted_once_it_does(
    handler: AigcQuotaHandler, somebody: AigcQuotas, emulator: Emulator, clock: FakeClock
) -> None:
    somebody.create(IMAGE, 999)
    emulator.clear_calls()
    assert handler.create(ADOPT).baseline_limit == 999
    assert writes(emulator) == ["CreateAigcQuota", "ModifyAigcQuota"]
    assert emulator.quotas() == [Quota(1, "Image", 2000)]
    assert 24 <= sum(clock.slept) <= LAG + POLL


@LAGGING
def test_a_delete_whose_answer_was_lost_succeeds_once_the_listing_shows_it(
    handler: AigcQuotaHandler, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    emulator.script(Fault(AnswerLost(), "DeleteAigcQuota"))
    handler.delete(STATE)
    assert [call.code for call in emulator.calls_of("DeleteAigcQuota")] == [None, "ResourceNotFound"]
    assert emulator.quotas() == []
    assert 24 <= sum(clock.slept) <= LAG + POLL


def test_a_create_that_the_service_refuses_fails_at_once(
    handler: AigcQuotaHandler, emulator: Emulator, clock: FakeClock
) -> None:
    """InvalidParameterValue may also mean that the quota is there; then it says so, or an earlier try was unclear."""
    emulator.script(Fault(ErrorCode("InvalidParameterValue"), "CreateAigcQuota"))
    with pytest.raises(ServiceError, match="vod:CreateAigcQuota answered InvalidParameterValue"):
        handler.create(ARGS)
    assert writes(emulator) == ["CreateAigcQuota"]
    assert clock.slept == []


@LAGGING
@pytest.mark.parametrize(
    "change", [lambda it: it.create(ADOPT), lambda it: it.update(ARGS, replace(STATE, quota_limit=9))]
)
def test_a_lost_answer_on_top_of_a_deletion_that_does_not_show_yet_is_settled(
    handler: AigcQuotaHandler, somebody: AigcQuotas, emulator: Emulator, change: Callable[[AigcQuotaHandler], object]
) -> None:
    emulator.put_quota(Quota(1, "Image", 999))
    somebody.delete(IMAGE, 0)
    emulator.script(Fault(AnswerLost(), "CreateAigcQuota"))
    change(handler)
    assert emulator.quotas() == [Quota(1, "Image", 2000)]


@LAGGING
def test_another_value_that_was_just_deleted_and_still_shows_is_no_conflict(
    handler: AigcQuotaHandler, somebody: AigcQuotas, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.put_quota(Quota(1, "Image", 999))
    somebody.delete(IMAGE, 0)
    assert handler.create(ARGS).baseline_limit is None
    assert emulator.quotas() == [Quota(1, "Image", 2000)]
    assert clock.slept == []


@LAGGING
def test_waiting_for_a_listing_ends_with_the_time_limit_of_the_operation(
    connect: Callable[..., Client], emulator: Emulator, clock: FakeClock, engine: HearingEngine
) -> None:
    hasty = connect(timeout=10)
    handler = AigcQuotaHandler(lambda: hasty, engine)
    emulator.script(Fault(AnswerLost(), "CreateAigcQuota"))
    start = clock.at
    with hasty.operation(), pytest.raises(TransportError, match="did not settle within the time limit"):
        handler.create(ARGS)
    assert clock.at - start <= 10


def test_a_delete_that_is_told_of_an_absence_while_the_cap_keeps_showing_fails(
    handler: AigcQuotaHandler, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    emulator.script(Fault(ErrorCode("ResourceNotFound"), "DeleteAigcQuota"))
    with pytest.raises(ServiceError, match="vod:DeleteAigcQuota answered ResourceNotFound"):
        handler.delete(STATE)
    assert emulator.quotas() == [Quota(1, "Image", 2000)]
    assert sum(clock.slept) == pytest.approx(LAG)


@LAGGING
@pytest.mark.parametrize("before", [None, 999])
def test_a_refresh_right_after_a_write_waits_until_the_listing_shows_it(
    handler: AigcQuotaHandler, somebody: AigcQuotas, emulator: Emulator, clock: FakeClock, before: int | None
) -> None:
    """Neither gone nor drift: `somebody` is the process of the operation before."""
    if before:
        emulator.put_quota(Quota(1, "Image", before))
        somebody.modify(IMAGE, 2000)
    else:
        somebody.create(IMAGE, 2000)
    state = {**INPUTS, "written_at": int(clock.at)}
    assert handler.read(ID, state) == load(AigcQuotaState, state)
    assert 24 <= sum(clock.slept) <= 27
    assert set(clock.slept) == {POLL}


def test_a_refresh_right_after_a_write_reads_once_where_the_listing_shows_it(
    handler: AigcQuotaHandler, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    state = {**INPUTS, "written_at": int(clock.at)}
    assert handler.read(ID, state) == load(AigcQuotaState, state)
    assert len(emulator.calls) == 1
    assert clock.slept == []


@pytest.mark.parametrize("live", [None, 999])
def test_what_still_differs_once_the_window_has_passed_is_gone_or_drift(
    handler: AigcQuotaHandler, emulator: Emulator, clock: FakeClock, live: int | None
) -> None:
    if live:
        emulator.put_quota(Quota(1, "Image", live))
    state = {**INPUTS, "written_at": int(clock.at) - 10}
    expected = load(AigcQuotaState, {**state, "quota_limit": live}) if live else None
    assert handler.read(ID, state) == expected
    assert LAG - 11 <= sum(clock.slept) <= LAG - 9
    assert writes(emulator) == []


@pytest.mark.parametrize("written_at", [{}, {"written_at": None}, {"written_at": 1_700_000_000.0}])
def test_what_was_written_long_ago_is_not_waited_for(
    handler: AigcQuotaHandler, emulator: Emulator, clock: FakeClock, written_at: dict[str, float | None]
) -> None:
    emulator.put_sub_app(1)
    assert handler.read(ID, {**INPUTS, **written_at}) is None
    assert [call.action for call in emulator.calls] == [*["DescribeAigcQuotas"] * 2, "DescribeSubAppIds"]
    assert clock.slept == []


def test_a_write_in_the_future_of_another_machine_is_waited_for_no_longer_than_the_window(
    handler: AigcQuotaHandler, clock: FakeClock
) -> None:
    assert handler.read(ID, {**INPUTS, "written_at": clock.at + 86_400}) is None
    assert sum(clock.slept) == pytest.approx(LAG)


@LAGGING
def test_a_refresh_of_what_this_process_wrote_needs_no_listing(
    handler: AigcQuotaHandler, emulator: Emulator, clock: FakeClock
) -> None:
    state = handler.create(ARGS)
    emulator.clear_calls()
    assert handler.read(ID, stored(state)) == state
    assert emulator.calls == []
    assert clock.slept == []


def test_what_is_read_by_itself_is_known_since_the_reading_began(times: Clock, clock: FakeClock) -> None:
    """A slow answer may tell of before the lag was over."""
    began = clock.at
    reading: Reading[int] = read_by_itself(ServiceTime(times), lambda: clock.sleep(6))
    assert reading == (None, began)
