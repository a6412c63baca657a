"""A write whose answer was lost is sent again, and what is refused then may be what it had done itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.decision import decided
from tc_resources.cloud.errors import EngineGoneError, Outcome, ServiceError
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress
from tc_resources.cloud.services.teo import DESCRIBE, PrefetchOriginLimits
from tc_resources.cloud.services.vod import CREATE, DELETE, MODIFY, AigcQuotas
from tc_resources.testing.emulator import (
    AnswerLost,
    Behaviour,
    Emulator,
    ErrorCode,
    Fault,
    Limit,
    Quota,
    RequestLost,
    Slow,
)

if TYPE_CHECKING:
    from tests.conftest import FakeClock

WWW = LimitIdentity("zone-1", "www.example.com", "Overseas")
IMAGE, CHAT = QuotaAddress(1, "Image"), QuotaAddress(1, "Text", "token-of-chat")
LAG = 5.0
NEVER = 0.0
"""When it was last written, in unix seconds."""
RATE = 20


def behaving(name: str, *values: str) -> pytest.MarkDecorator:
    """At a service that behaves in each of these ways, and at one whose listings lag too."""
    lags: list[dict[str, Any]] = [{}, {"limit_lag": LAG, "quota_lag": LAG}]
    ways = [{name: value, **lag} for value in values for lag in lags]
    return pytest.mark.parametrize("options", [{"behaviour": Behaviour(**way)} for way in ways], ids=map(str, ways))


@behaving("existing_quota", "known_text", "other_text", "ResourceInUse", "FailedOperation")
@pytest.mark.parametrize("quota", [IMAGE, CHAT])
def test_a_creation_that_is_refused_since_it_was_carried_out_is_done(
    client: Client, emulator: Emulator, quota: QuotaAddress
) -> None:
    emulator.script(Fault(AnswerLost(), "CreateAigcQuota"))
    assert AigcQuotas(client).create(quota, 300) is None
    assert [found.quota_limit for found in emulator.quotas()] == [300]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_quota="ResourceInUse", quota_lag=LAG)}])
def test_a_value_that_shows_of_before_our_last_write_is_not_taken_for_what_a_lost_creation_made(
    client: Client, clock: FakeClock, emulator: Emulator
) -> None:
    """As of a cap that a destroy has just set back to what others had."""
    emulator.put_quota(Quota(1, "Image", 900))
    quotas = AigcQuotas(client)
    quotas.modify(IMAGE, 300)
    clock.sleep(2 * LAG)
    quotas.modify(IMAGE, 900)
    emulator.script(Fault(AnswerLost(), "CreateAigcQuota"))
    found = quotas.create(IMAGE, 300)
    assert found
    assert found.limit == 900


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=LAG)}])
def test_what_others_have_just_ended_is_not_taken_for_what_a_lost_creation_made(
    client: Client, clock: FakeClock, emulator: Emulator
) -> None:
    quotas = AigcQuotas(client)
    quotas.create(IMAGE, 300)
    clock.sleep(2 * LAG)
    client.call(DELETE, {"SubAppId": 1, "QuotaType": "Image"})
    emulator.script(Fault(RequestLost(), CREATE.name), Fault(ErrorCode("InvalidParameterValue"), CREATE.name))
    with pytest.raises(ServiceError, match="InvalidParameterValue"):
        quotas.modify(IMAGE, 300)
    assert emulator.quotas() == []


def test_what_a_lost_creation_made_and_no_change_can_tell_stays_unclear(client: Client, emulator: Emulator) -> None:
    emulator.script(Fault(AnswerLost(), CREATE.name), Fault(ErrorCode("UnauthorizedOperation"), MODIFY.name))
    with pytest.raises(ServiceError, match="UnauthorizedOperation") as raised:
        AigcQuotas(client).create(IMAGE, 300)
    assert raised.value.outcome is Outcome.UNCLEAR
    assert [found.quota_limit for found in emulator.quotas()] == [300]


@pytest.mark.parametrize("options", [{"rate": RATE}])
def test_a_change_that_would_tell_too_late_is_not_sent(client: Client, emulator: Emulator) -> None:
    """Others may have set another value by then."""
    throttled = Fault(ErrorCode("RequestLimitExceeded"), MODIFY.name, 20)
    emulator.script(Fault(AnswerLost(), CREATE.name), throttled)
    tries: list[object] = []

    def create() -> object:
        tries.append(None)
        return AigcQuotas(client).create(IMAGE, 300)

    assert decided(client.clock, create)
    assert len(tries) == 2
    assert all(call.code for call in emulator.calls_of(MODIFY.name))


@behaving("existing_quota", "other_text", "FailedOperation")
def test_a_creation_that_is_refused_since_others_were_first_finds_what_they_have_set(
    client: Client, emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Image", 900))
    emulator.script(Fault(AnswerLost(), "CreateAigcQuota"))
    found = AigcQuotas(client).create(IMAGE, 300)
    assert found
    assert found.limit == 900


@behaving("existing_limit", "refuses")
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_on_that_is_refused_since_it_was_carried_out_is_done(
    client: Client, emulator: Emulator, overwrite: bool
) -> None:
    emulator.script(Fault(AnswerLost(), when={"Enabled": "on"}))
    PrefetchOriginLimits(client).turn_on(WWW, 500, overwrite=overwrite)
    assert [call.params["Enabled"] for call in emulator.writes] == ["on", "on"]
    assert emulator.limits() == [Limit(*WWW, 500)]


@behaving("existing_limit", "refuses")
def test_an_on_that_is_refused_since_others_were_first_tells_what_they_have_set(
    client: Client, emulator: Emulator
) -> None:
    emulator.put_limit(Limit(*WWW, 900))
    emulator.script(Fault(AnswerLost(), when={"Enabled": "on"}))
    assert PrefetchOriginLimits(client).turn_on(WWW, 500, overwrite=False) == 900
    assert emulator.limits() == [Limit(*WWW, 900)]


@behaving("existing_limit", "refuses")
@pytest.mark.parametrize(("overwrite", "left"), [(False, 900), (True, 500)])
def test_an_on_that_is_refused_since_others_were_just_first_waits_until_theirs_shows(
    client: Client, connect: Callable[..., Client], emulator: Emulator, overwrite: bool, left: int
) -> None:
    PrefetchOriginLimits(connect()).turn_on(WWW, 900, overwrite=False)
    assert PrefetchOriginLimits(client).turn_on(WWW, 500, overwrite=overwrite) == left
    assert emulator.limits() == [Limit(*WWW, left)]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_limit="refuses", limit_lag=LAG)}])
@pytest.mark.parametrize("faults", [[], [Fault(RequestLost(), when={"Enabled": "on"})]])
@pytest.mark.parametrize("seen", [500, None])
@pytest.mark.parametrize(("overwrite", "left"), [(False, 900), (True, 500)])
def test_a_value_that_still_shows_of_before_the_last_change_is_not_taken_for_the_one_that_was_to_be_set(
    client: Client,
    connect: Callable[..., Client],
    emulator: Emulator,
    faults: list[Fault],
    overwrite: bool,
    left: int,
    seen: int | None,
) -> None:
    emulator.put_limit(Limit(*WWW, 500))
    PrefetchOriginLimits(connect()).turn_on(WWW, 900, overwrite=True)
    emulator.script(*faults)
    assert PrefetchOriginLimits(client).turn_on(WWW, 500, overwrite=overwrite, seen=seen) == left
    assert emulator.limits() == [Limit(*WWW, left)]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_limit="refuses", limit_lag=LAG)}])
def test_what_is_put_back_is_what_this_machine_wrote_last_and_not_what_still_shows(
    client: Client, clock: FakeClock, emulator: Emulator
) -> None:
    limits, refused = PrefetchOriginLimits(client), {"Bandwidth": 900}
    limits.turn_on(WWW, 250, overwrite=False)
    clock.sleep(2 * LAG)
    limits.turn_on(WWW, 300, overwrite=True, seen=300)
    emulator.script(Fault(Slow(0.0), when=refused), Fault(ErrorCode("FailedOperation"), when=refused))
    with pytest.raises(ServiceError, match="FailedOperation"):
        limits.turn_on(WWW, 900, overwrite=True, seen=900)
    assert emulator.limits() == [Limit(*WWW, 300)]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_limit="refuses", limit_lag=LAG)}])
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_on_that_is_refused_for_what_does_not_show_in_time_is_refused_as_it_was(
    client: Client, connect: Callable[..., Client], emulator: Emulator, overwrite: bool
) -> None:
    PrefetchOriginLimits(connect()).turn_on(WWW, 900, overwrite=False)
    with pytest.raises(ServiceError, match="AlreadyExists"), client.operation(LAG / 2):
        PrefetchOriginLimits(client).turn_on(WWW, 500, overwrite=overwrite)
    assert emulator.limits() == [Limit(*WWW, 900)]


@behaving("existing_limit", "refuses")
def test_an_on_that_is_refused_for_what_never_shows_is_refused(client: Client, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("ResourceInUse.PrefetchOriginLimitAlreadyExists"), when={"Enabled": "on"}))
    with pytest.raises(ServiceError, match="AlreadyExists"):
        PrefetchOriginLimits(client).turn_on(WWW, 500, overwrite=False)
    assert emulator.limits() == []


@behaving("absent_limit", "FailedOperation.PrefetchOriginLimitNotFound", "FailedOperation", "succeeds")
def test_an_off_that_is_refused_since_it_was_carried_out_is_done(client: Client, emulator: Emulator) -> None:
    emulator.put_limit(Limit(*WWW, 500))
    emulator.script(Fault(AnswerLost(), when={"Enabled": "off"}))
    PrefetchOriginLimits(client).turn_off(WWW, NEVER)
    assert [call.params["Enabled"] for call in emulator.writes] == ["off", "off"]
    assert emulator.limits() == []


@behaving("absent_quota_delete", "ResourceNotFound.QuotaNotExist", "InvalidParameterValue", "FailedOperation")
@pytest.mark.parametrize("quota", [IMAGE, CHAT])
def test_a_deletion_that_is_refused_since_it_was_carried_out_is_done(
    client: Client, emulator: Emulator, quota: QuotaAddress
) -> None:
    emulator.put_quota(Quota(1, quota.quota_type, 300, api_token=quota.api_token))
    emulator.script(Fault(AnswerLost(), "DeleteAigcQuota"))
    AigcQuotas(client).delete(quota, NEVER)
    assert emulator.quotas() == []


def test_whether_the_engine_is_there_is_asked_once_a_call_may_be_sent(
    connect: Callable[..., Client], emulator: Emulator, clock: FakeClock, times: Clock
) -> None:
    """It goes while the call waits for its turn."""
    alive = True

    def sleep(seconds: float) -> None:
        nonlocal alive
        alive = False
        clock.sleep(seconds)

    client = connect(alive=lambda: alive, clock=replace(times, sleep=sleep))
    for _ in range(RATE):
        client.call(DESCRIBE, {"ZoneId": "zone-1"})
    assert alive
    with pytest.raises(EngineGoneError):
        client.call(DESCRIBE, {"ZoneId": "zone-1"})
    assert len(emulator.calls) == RATE


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=25.0, most_quota=1000)}])
def test_a_value_that_is_refused_for_a_quota_that_still_shows_is_told_as_that(
    client: Client, emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Image", 300))
    quotas = AigcQuotas(client)
    quotas.delete(IMAGE, 0)
    emulator.clear_calls()
    with pytest.raises(ServiceError) as refused:
        quotas.modify(IMAGE, 2000)
    assert [call.action for call in emulator.writes] == ["ModifyAigcQuota", "CreateAigcQuota"]
    assert (str(refused.value.action), refused.value.code) == ("vod:CreateAigcQuota", "InvalidParameterValue")


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(most_quota=1000)}])
def test_a_value_that_is_refused_for_a_quota_that_is_there_for_certain_waits_for_no_listing(
    client: Client, clock: FakeClock, emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Image", 300))
    emulator.script(Fault(ErrorCode("ResourceInUse"), "CreateAigcQuota"))
    before = clock.now()
    with pytest.raises(ServiceError) as refused:
        AigcQuotas(client).modify(IMAGE, 2000)
    assert [call.action for call in emulator.calls] == ["ModifyAigcQuota", "CreateAigcQuota"]
    assert str(refused.value.action) == "vod:ModifyAigcQuota"
    assert clock.now() - before < 1


@behaving("existing_quota", "known_text", "other_text", "ResourceInUse", "FailedOperation")
def test_a_creation_that_is_refused_for_what_does_not_show_in_time_is_refused_as_it_was(
    client: Client, connect: Callable[..., Client], emulator: Emulator
) -> None:
    AigcQuotas(connect()).create(CHAT, 900)
    with pytest.raises(ServiceError) as refused, client.operation(LAG / 2):
        AigcQuotas(client).create(CHAT, 300)
    assert (str(refused.value.action), refused.value.outcome) == ("vod:CreateAigcQuota", Outcome.REFUSED)
    assert [quota.quota_limit for quota in emulator.quotas()] == [900]


@pytest.mark.parametrize(("code", "there"), [("InvalidParameterValue", False), ("ResourceNotFound", True)])
def test_a_change_whose_answer_was_lost_stays_unclear_where_what_follows_is_refused(
    client: Client, emulator: Emulator, code: str, there: bool
) -> None:
    if there:
        emulator.put_quota(Quota(1, "Image", 300))
    emulator.script(Fault(AnswerLost(), "ModifyAigcQuota"), Fault(ErrorCode(code), "ModifyAigcQuota"))
    emulator.script(Fault(ErrorCode("InvalidParameterValue"), "CreateAigcQuota"))
    with pytest.raises(ServiceError) as error:
        AigcQuotas(client).modify(IMAGE, 500)
    assert (str(error.value.action), error.value.outcome) == ("vod:CreateAigcQuota", Outcome.UNCLEAR)
