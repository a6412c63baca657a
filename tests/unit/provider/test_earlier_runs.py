"""Quotas that earlier runs of this machine have written, which the next run is told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import ServiceError
from tc_resources.cloud.identities import QuotaAddress
from tc_resources.cloud.services.vod import MODIFY, AigcQuotas
from tc_resources.limits.aigc_quota import AigcQuotaArgs, AigcQuotaHandler
from tc_resources.limits.errors import ConflictError
from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault, Quota
from tests.hearing import HearingEngine

if TYPE_CHECKING:
    from tests.conftest import FakeClock

LAGGING = pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=25.0)}])
ARGS = AigcQuotaArgs(sub_app_id=1, quota_type="Image", quota_limit=2000)
ADOPT = replace(ARGS, adopt=True)


@pytest.fixture
def new_handler(connect: Callable[..., Client]) -> Callable[[], AigcQuotaHandler]:
    """Begin another run on the same machine."""

    def new_handler() -> AigcQuotaHandler:
        client = connect()
        return AigcQuotaHandler(lambda: client, HearingEngine())

    return new_handler


@pytest.fixture
def _given_back(new_handler: Callable[[], AigcQuotaHandler], emulator: Emulator, clock: FakeClock) -> None:
    """An earlier run has adopted a cap of 5000, and just now another one has reset it."""
    emulator.put_quota(Quota(1, "Image", 5000))
    state = new_handler().create(ADOPT)
    clock.sleep(60)
    new_handler().delete(state)


@LAGGING
@pytest.mark.usefixtures("_given_back")
@pytest.mark.parametrize("again", [2000, 3000])
def test_what_this_machine_has_just_reset_is_what_the_next_run_finds(
    new_handler: Callable[[], AigcQuotaHandler], emulator: Emulator, again: int
) -> None:
    """Its own old value, which still shows, is nobody's baseline."""
    state = new_handler().create(replace(ADOPT, quota_limit=again))
    assert state.baseline_limit == 5000
    assert emulator.quotas() == [Quota(1, "Image", again)]
    new_handler().delete(state)
    assert emulator.quotas() == [Quota(1, "Image", 5000)]


@LAGGING
@pytest.mark.usefixtures("_given_back")
def test_what_this_machine_has_just_reset_is_not_taken_for_the_same_value(
    new_handler: Callable[[], AigcQuotaHandler], emulator: Emulator
) -> None:
    with pytest.raises(ConflictError, match="there already with 5000"):
        new_handler().create(ARGS)
    assert emulator.quotas() == [Quota(1, "Image", 5000)]


@LAGGING
def test_what_this_machine_has_just_deleted_has_no_baseline(
    new_handler: Callable[[], AigcQuotaHandler], emulator: Emulator, clock: FakeClock
) -> None:
    state = new_handler().create(ADOPT)
    clock.sleep(60)
    new_handler().delete(state)
    emulator.clear_calls()
    waited = list(clock.slept)
    assert new_handler().create(replace(ADOPT, quota_limit=3000)).baseline_limit is None
    assert [call.action for call in emulator.writes] == ["CreateAigcQuota"]
    assert emulator.quotas() == [Quota(1, "Image", 3000)]
    assert clock.slept == waited


@LAGGING
def test_a_rename_does_not_wait_for_what_shows_already(
    new_handler: Callable[[], AigcQuotaHandler], clock: FakeClock
) -> None:
    new_handler().create(ARGS)
    clock.sleep(26)
    waited = list(clock.slept)
    new_handler().create(ARGS)
    assert clock.slept == waited


GENERIC = pytest.mark.parametrize(
    "options", [{"behaviour": Behaviour(quota_lag=25.0, existing_quota="FailedOperation")}]
)


@GENERIC
def test_what_this_machine_has_just_created_is_waited_for_where_a_refusal_does_not_say_that_it_is_there(
    new_handler: Callable[[], AigcQuotaHandler], emulator: Emulator
) -> None:
    new_handler().create(ARGS)
    assert new_handler().create(ARGS).quota_limit == 2000
    with pytest.raises(ConflictError, match="there already with 2000"):
        new_handler().create(replace(ARGS, quota_limit=3000))
    assert [call.action for call in emulator.writes] == [*["CreateAigcQuota"] * 2, "ModifyAigcQuota", "CreateAigcQuota"]


@GENERIC
@pytest.mark.parametrize("deleted", [False, True])
def test_a_refusal_that_may_mean_anything_is_told_at_once_where_this_machine_has_nothing_there(
    new_handler: Callable[[], AigcQuotaHandler], emulator: Emulator, clock: FakeClock, deleted: bool
) -> None:
    if deleted:
        new_handler().delete(new_handler().create(ARGS))
    waited = list(clock.slept)
    emulator.script(Fault(ErrorCode("FailedOperation"), "CreateAigcQuota"))
    with pytest.raises(ServiceError, match="FailedOperation"):
        new_handler().create(ARGS)
    assert clock.slept == waited


@pytest.mark.parametrize("answered", [False, True])
def test_an_adoption_that_no_state_has_tells_the_next_run_of_this_machine_what_it_has_overwritten(
    new_handler: Callable[[], AigcQuotaHandler],
    handler: AigcQuotaHandler,
    notices: list[str],
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    answered: bool,
) -> None:
    """Its run may be killed before the answer, or before the engine has stored what came of it."""
    emulator.put_quota(Quota(1, "Image", 50))
    if answered:
        new_handler().create(ADOPT)
    else:
        killed(new_handler(), monkeypatch)
    assert handler.create(ADOPT).baseline_limit is None
    assert notices[-1].endswith("a run before has overwritten 50 images: set reset_limit=50 to go back to it.")


@pytest.mark.parametrize("others", [None, 7])
def test_an_adoption_that_no_state_has_is_told_also_where_the_program_has_another_value_by_then(
    new_handler: Callable[[], AigcQuotaHandler],
    handler: AigcQuotaHandler,
    notices: list[str],
    emulator: Emulator,
    others: int | None,
) -> None:
    """What others have set since is nobody's own value, and so its baseline."""
    emulator.put_quota(Quota(1, "Image", 50))
    new_handler().create(ADOPT)
    if others:
        emulator.put_quota(Quota(1, "Image", others))
    baseline = handler.create(replace(ADOPT, quota_limit=3000)).baseline_limit
    told = "a baseline_limit of 2000; a run before has overwritten 50 images: set reset_limit=50 to go back to it."
    assert (baseline, told in notices[-1]) == ((2000, True) if others is None else (7, False))


class Killed(BaseException):
    """No handler of errors sees it."""


def killed(handler: AigcQuotaHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    """End an adoption as soon as its write has been carried out."""
    call = Client.call

    def killing(client: Client, action: Action, params: dict[str, object], **how: bool) -> object:
        answer = call(client, action, params, **how)
        if action == MODIFY:
            raise Killed
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(Client, "call", killing)
        with pytest.raises(Killed):
            handler.create(ADOPT)


def test_an_adoption_without_anything_to_overwrite_says_that_it_has_no_baseline(
    new_handler: Callable[[], AigcQuotaHandler],
    handler: AigcQuotaHandler,
    notices: list[str],
    emulator: Emulator,
) -> None:
    """What this machine has written since is no adoption's any more, and of other machines' runs nothing is known."""
    emulator.put_quota(Quota(1, "Image", 50))
    new_handler().delete(new_handler().create(ADOPT))
    emulator.put_quota(Quota(1, "Image", 2000))
    handler.create(ADOPT)
    assert notices[-1].endswith("no baseline_limit: reset_limit can name what an interrupted run has overwritten.")
    handler.create(ARGS)
    assert notices[-1].endswith("is managed here now.")


def test_an_adoption_that_was_refused_has_overwritten_nothing(
    new_handler: Callable[[], AigcQuotaHandler], handler: AigcQuotaHandler, notices: list[str], emulator: Emulator
) -> None:
    """Somebody else has set the program's value since."""
    emulator.put_quota(Quota(1, "Image", 50))
    emulator.script(Fault(ErrorCode("LimitExceeded"), "ModifyAigcQuota"))
    with pytest.raises(ServiceError, match="LimitExceeded"):
        new_handler().create(ADOPT)
    emulator.put_quota(Quota(1, "Image", 2000))
    handler.create(ADOPT)
    assert notices[-1].endswith("no baseline_limit: reset_limit can name what an interrupted run has overwritten.")


@pytest.fixture
def _made_by_others_since(
    new_handler: Callable[[], AigcQuotaHandler], connect: Callable[..., Client], clock: FakeClock
) -> None:
    """This machine has deleted its quota, and another one has made it anew; the listing shows neither yet."""
    state = new_handler().create(ARGS)
    clock.sleep(60)
    new_handler().delete(state)
    client = connect()
    client.target += " there"  # by which notes on a machine are told apart
    AigcQuotas(client).create(QuotaAddress(1, "Image"), 7777)


@LAGGING
@pytest.mark.usefixtures("_made_by_others_since")
def test_what_shows_of_a_quota_that_this_machine_has_deleted_is_not_taken_for_what_others_have_made_since(
    new_handler: Callable[[], AigcQuotaHandler], emulator: Emulator
) -> None:
    with pytest.raises(ConflictError, match="there already with 7777"):
        new_handler().create(ARGS)
    assert emulator.quotas() == [Quota(1, "Image", 7777)]


@LAGGING
@pytest.mark.usefixtures("_made_by_others_since")
def test_what_others_have_made_since_this_machine_has_deleted_it_is_the_baseline_of_an_adoption(
    new_handler: Callable[[], AigcQuotaHandler], emulator: Emulator
) -> None:
    assert new_handler().create(ADOPT).baseline_limit == 7777
    assert emulator.quotas() == [Quota(1, "Image", 2000)]


@pytest.mark.parametrize("refusal", ["UnauthorizedOperation", "LimitExceeded"])
def test_a_refusal_of_the_next_run_does_not_make_it_forget_what_a_killed_one_has_overwritten(
    new_handler: Callable[[], AigcQuotaHandler],
    handler: AigcQuotaHandler,
    notices: list[str],
    emulator: Emulator,
    refusal: str,
) -> None:
    emulator.put_quota(Quota(1, "Image", 50))
    new_handler().create(ADOPT)
    emulator.script(Fault(ErrorCode(refusal), "ModifyAigcQuota"))
    with pytest.raises(ServiceError, match=refusal):
        new_handler().create(ADOPT)
    handler.create(ADOPT)
    assert "a run before has overwritten 50 images" in notices[-1]


def test_a_refresh_tells_of_the_baseline_that_goes_with_a_quota_that_is_gone(
    handler: AigcQuotaHandler, notices: list[str], emulator: Emulator
) -> None:
    stored = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 2000, "written_at": 1_700_000_000}
    for baseline in (None, 0, 55):
        assert handler.read("1#Image", {**stored, "baseline_limit": baseline}) is None
    assert handler.read("1#Image", {**stored, "baseline_limit": 55, "reset_limit": 7}) is None
    assert {call.action for call in emulator.calls} == {"DescribeAigcQuotas", "DescribeSubAppIds"}
    assert [notice.partition("baseline_limit of ")[2] for notice in notices] == [
        f"{baseline}: with reset_limit={baseline}, deleting it will go back to that value once it is set again."
        for baseline in (0, 55)
    ]
