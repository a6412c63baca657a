"""Once its engine has gone a process takes nothing away: it only puts back what it took, where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client, Recreation
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import EngineGoneError, NotInForceError
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress, digest
from tc_resources.cloud.orphan import putting_back
from tc_resources.cloud.services.known_listings import Listings
from tc_resources.cloud.services.listing import Listed
from tc_resources.cloud.services.teo import MODIFY, PrefetchOriginLimits
from tc_resources.cloud.services.tokens import AigcApiTokens, LeftOverError
from tc_resources.cloud.services.vod import DELETE, AigcQuotas
from tc_resources.testing.emulator import AnswerLost, Behaviour, Emulator, ErrorCode, Fault, Limit, Quota, RequestLost

if TYPE_CHECKING:
    from tests.conftest import FakeClock

IMAGE = QuotaAddress(1, "Image")
WWW = LimitIdentity("zone-1", "www.example.com", "Overseas")
REFUSES = pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_limit="refuses")}])
LOST = pytest.mark.parametrize("lost", [AnswerLost(), RequestLost(), ErrorCode("InternalError")], ids=repr)
Then = Callable[[], None]
Kind = AnswerLost | RequestLost | ErrorCode


class Killing:
    """An engine that is killed while a call waits for its next try, and what the next run does by then."""

    def __init__(self, clock: FakeClock, times: Clock) -> None:
        self.alive = True
        self.then: Then = lambda: None
        self._clock = clock
        self.clock = replace(times, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)
        if self.alive:
            self.alive = False
            self.then()


@pytest.fixture
def killing(clock: FakeClock, times: Clock) -> Killing:
    return Killing(clock, times)


@pytest.fixture
def orphan(killing: Killing, connect: Callable[..., Client]) -> Client:
    return connect(alive=lambda: killing.alive, clock=killing.clock)


def sent(emulator: Emulator) -> list[str]:
    """The writes by their actions, an off by its name."""
    return [str(call.params.get("Enabled", call.action)) for call in emulator.writes]


@LOST
@pytest.mark.parametrize("next_run", [None, 3000])
def test_a_delete_is_not_sent_again_and_what_it_may_have_taken_is_put_back(
    orphan: Client,
    emulator: Emulator,
    killing: Killing,
    lost: Kind,
    next_run: int | None,
) -> None:
    emulator.put_quota(Quota(1, "Image", 2000, usage=9))
    emulator.script(Fault(lost, "DeleteAigcQuota"))

    def next_up() -> None:
        if next_run:
            emulator.put_quota(Quota(1, "Image", next_run))

    killing.then = next_up
    with pytest.raises(NotInForceError):
        AigcQuotas(orphan).renew(IMAGE, 2000, 2000)
    assert sent(emulator) == ["CreateAigcQuota", "DeleteAigcQuota", "CreateAigcQuota"]
    assert [quota.quota_limit for quota in emulator.quotas()] == [next_run or 2000]


@REFUSES
@LOST
@pytest.mark.parametrize("next_run", [None, 900])
def test_an_off_is_not_sent_again_and_what_it_may_have_taken_is_put_back(
    orphan: Client,
    emulator: Emulator,
    killing: Killing,
    lost: Kind,
    next_run: int | None,
) -> None:
    emulator.put_limit(Limit(*WWW, 300))
    emulator.script(Fault(lost, when={"Enabled": "off"}))

    def next_up() -> None:
        if next_run:
            emulator.put_limit(Limit(*WWW, next_run))

    killing.then = next_up
    with pytest.raises(NotInForceError):
        PrefetchOriginLimits(orphan).turn_on(WWW, 500, overwrite=True)
    assert sent(emulator).count("off") == 1
    live = next_run or (500 if isinstance(lost, AnswerLost) else 300)
    assert [limit.bandwidth for limit in emulator.limits()] == [live]


@REFUSES
def test_a_limit_that_its_zone_lacks_is_not_put_back_where_a_read_of_it_alone_shows_it(
    orphan: Client, emulator: Emulator, killing: Killing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows shift between the pages of a zone, and the next run has set another value."""
    emulator.put_limit(Limit(*WWW, 300))
    emulator.script(Fault(RequestLost(), when={"Enabled": "off"}))

    def next_up() -> None:
        emulator.put_limit(Limit(*WWW, 900))
        monkeypatch.setattr(Listings, "get", lambda *_: Listed({}, at=killing.clock.now()))

    killing.then = next_up
    with pytest.raises(NotInForceError):
        PrefetchOriginLimits(orphan).turn_on(WWW, 500, overwrite=True)
    assert sent(emulator) == ["on", "off"]
    assert [limit.bandwidth for limit in emulator.limits()] == [900]


def test_what_an_orphan_puts_back_has_a_time_limit_of_its_own(
    orphan: Client, emulator: Emulator, killing: Killing, clock: FakeClock
) -> None:
    emulator.put_limit(Limit(*WWW, 300))
    emulator.script(Fault(RequestLost()), Fault(ErrorCode("InternalError")))
    killing.then = lambda: clock.sleep(1_000.0)

    def modify(enabled: str) -> None:
        identity = {"ZoneId": WWW.zone_id, "DomainName": WWW.domain_name, "Area": WWW.area}
        orphan.call(MODIFY, {**identity, "Bandwidth": 500, "Enabled": enabled})

    def put() -> None:
        with putting_back():
            modify("on")

    with pytest.raises(NotInForceError), orphan.operation():
        orphan.recreate(Recreation("it", partial(modify, "off"), put))
    assert sent(emulator) == ["off", "on", "on"]


@pytest.mark.parametrize("write", ["delete", "reset"])
def test_a_delete_and_a_reset_are_not_sent_again_by_an_orphan(orphan: Client, emulator: Emulator, write: str) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    emulator.script(Fault(RequestLost()))
    quotas = AigcQuotas(orphan)
    with pytest.raises(EngineGoneError):
        quotas.delete(IMAGE, 0) if write == "delete" else quotas.reset(IMAGE, 7, 0)
    assert len(emulator.writes) == 1
    assert emulator.quotas() == [Quota(1, "Image", 2000)]


@LOST
def test_a_creation_that_was_half_done_is_finished_and_overwrites_nothing(
    orphan: Client, emulator: Emulator, killing: Killing, lost: Kind
) -> None:
    """The next run has made it with another value, by the time that the orphan's creation is sent again."""
    emulator.put_quota(Quota(1, "Image", 2000))
    emulator.script(Fault(ErrorCode("InvalidParameterValue"), "CreateAigcQuota"), Fault(lost, "CreateAigcQuota"))
    killing.then = lambda: emulator.put_quota(Quota(1, "Image", 3000))
    with pytest.raises(NotInForceError):
        AigcQuotas(orphan).renew(IMAGE, 2000, 2000)
    assert "ModifyAigcQuota" not in sent(emulator)
    assert emulator.quotas() == [Quota(1, "Image", 3000)]


def test_a_modify_that_was_half_done_is_not_sent_again_by_an_orphan(
    connect: Callable[..., Client], emulator: Emulator, killing: Killing, clock: FakeClock
) -> None:
    """The engine goes in the moment between a lost creation, found to be there, and the write of its value."""
    emulator.put_quota(Quota(1, "Image", 2000))
    emulator.script(
        Fault(ErrorCode("InvalidParameterValue"), "CreateAigcQuota"), Fault(AnswerLost(), "CreateAigcQuota")
    )
    emulator.script(Fault(RequestLost(), "ModifyAigcQuota"))
    clock_of_all = replace(killing.clock, sleep=lambda seconds: sleep(seconds))
    orphan = connect(alive=lambda: killing.alive, clock=clock_of_all)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if "ModifyAigcQuota" in sent(emulator):
            killing.alive = False
            emulator.put_quota(Quota(1, "Image", 3000))

    with pytest.raises(NotInForceError):
        AigcQuotas(orphan).renew(IMAGE, 2000, 2000)
    assert sent(emulator).count("ModifyAigcQuota") == 1
    assert emulator.quotas() == [Quota(1, "Image", 3000)]


@REFUSES
def test_an_on_that_was_half_done_is_sent_again_only_where_nothing_is(
    orphan: Client, emulator: Emulator, killing: Killing
) -> None:
    emulator.put_limit(Limit(*WWW, 300))
    exists = ErrorCode("ResourceInUse.PrefetchOriginLimitAlreadyExists")
    emulator.script(Fault(exists, when={"Enabled": "on"}), Fault(RequestLost(), when={"Enabled": "on"}))
    killing.then = lambda: emulator.put_limit(Limit(*WWW, 900))
    with pytest.raises(NotInForceError):
        PrefetchOriginLimits(orphan).turn_on(WWW, 500, overwrite=True)
    assert sent(emulator) == ["on", "off", "on"]
    assert emulator.limits() == [Limit(*WWW, 900)]


def test_what_an_orphan_puts_back_in_the_midst_of_the_next_renewal_gets_the_value_of_that(
    client: Client, emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Image", 3000))
    exists = ErrorCode("InvalidParameterValue")
    emulator.script(Fault(exists, "CreateAigcQuota"), Fault(exists, "CreateAigcQuota"))
    send = client.call

    def delete_and_meet_the_orphan(action: Action, params: Mapping[str, object], **how: bool) -> dict[str, Any]:
        answer = send(action, params, **how)
        if action is DELETE:
            emulator.put_quota(Quota(1, "Image", 2000))
        return answer

    client.call = delete_and_meet_the_orphan  # type: ignore[method-assign]
    AigcQuotas(client).renew(IMAGE, 3000, 3000)
    assert emulator.quotas() == [Quota(1, "Image", 3000)]


@pytest.fixture
def orphaned_token(
    connect: Callable[..., Client], emulator: Emulator, killing: Killing, clock: FakeClock
) -> AigcApiTokens:
    """The engine goes while the restriction of a token that was just made waits for its next try."""

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        killing.alive &= not emulator.calls_of("UpdateAigcApiToken")

    emulator.put_token(1, "somebody-s-token")
    emulator.script(Fault(RequestLost(), "UpdateAigcApiToken"))
    return AigcApiTokens(connect(alive=lambda: killing.alive, clock=replace(killing.clock, sleep=sleep)))


def test_a_token_that_nobody_has_been_given_is_taken_back_by_an_orphan(
    orphaned_token: AigcApiTokens, emulator: Emulator
) -> None:
    with pytest.raises(EngineGoneError):
        orphaned_token.create(1, ["203.0.113.7"])
    assert sent(emulator) == ["CreateAigcApiToken", "UpdateAigcApiToken", "DeleteAigcApiToken"]
    assert [one.api_token for one in emulator.tokens()] == ["somebody-s-token"]


def test_an_orphan_that_cannot_take_its_token_back_names_it(orphaned_token: AigcApiTokens, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("UnauthorizedOperation"), "DeleteAigcApiToken"))
    with pytest.raises(LeftOverError) as left:
        orphaned_token.create(1, ["203.0.113.7"])
    assert digest(emulator.tokens()[-1].api_token) in str(left.value)
