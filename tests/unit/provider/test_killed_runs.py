"""What a run has written that was killed before its state had it: the machine's next one finds that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import StoppedError, TransportError
from tc_resources.cloud.identities import TokenAddress
from tc_resources.cloud.service_time import MOST_OFF
from tc_resources.cloud.services.last_writes import ROUNDING, LastWrites, Write
from tc_resources.limits.aigc_api_token import AigcApiTokenArgs, AigcApiTokenHandler
from tc_resources.limits.aigc_quota import AigcQuotaArgs, AigcQuotaHandler
from tc_resources.limits.fields import stored
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs, PrefetchOriginLimitHandler
from tc_resources.testing.emulator import Behaviour, Emulator, Fault, Html
from tests.hearing import HearingEngine

if TYPE_CHECKING:
    from tests.conftest import FakeClock

LAGGING = pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=25.0, limit_lag=25.0)}])
LIMIT = PrefetchOriginLimitArgs(zone_id="zone-1", domain_name="www.example.com", area="Overseas", bandwidth=500)
QUOTA = AigcQuotaArgs(sub_app_id=1, quota_type="Image", quota_limit=500)
KINDS = pytest.mark.parametrize(
    ("handler", "args", "resource_id"),
    [
        (PrefetchOriginLimitHandler, LIMIT, "zone-1#www.example.com#Overseas"),
        (AigcQuotaHandler, QUOTA, "1#Image"),
    ],
)
AGES = 100.0
"""Seconds after which no listing lags behind a write."""


class KilledError(BaseException):
    """The process has ended here."""


@pytest.fixture
def run(connect: Callable[..., Client], transport: httpx.BaseTransport) -> Callable[..., Any]:
    """Begin a run on this machine, `killed` right behind its first write that the service carries out."""

    def answer(request: httpx.Request) -> httpx.Response:
        response = transport.handle_request(request)
        if not request.headers["X-TC-Action"].startswith("Describe"):
            raise KilledError
        return response

    def run(handler: Callable[..., Any], *, killed: bool = False) -> Any:
        client = connect(transport=httpx.MockTransport(answer)) if killed else connect()
        return handler(lambda: client, HearingEngine())

    return run


def with_value(args: Any, value: int) -> Any:
    return replace(args, **{"bandwidth" if hasattr(args, "bandwidth") else "quota_limit": value})


@LAGGING
@KINDS
@pytest.mark.parametrize("behind", [0.0, 120.0])
def test_what_a_killed_run_has_ended_is_gone_though_it_still_shows_whatever_its_machine_s_clock_said(
    run: Callable[..., Any],
    emulator: Emulator,
    clock: FakeClock,
    handler: Any,
    args: Any,
    resource_id: str,
    behind: float,
) -> None:
    state = run(handler).create(args)
    clock.sleep(AGES)
    emulator.clock_offset = behind
    with pytest.raises(KilledError):
        run(handler, killed=True).delete(state)
    assert (emulator.limits(), emulator.quotas()) == ([], [])
    assert run(handler).read(resource_id, stored(state)) is None


@LAGGING
@KINDS
def test_what_a_killed_run_has_changed_is_found_though_what_was_before_still_shows(
    run: Callable[..., Any], clock: FakeClock, handler: Any, args: Any, resource_id: str
) -> None:
    state = run(handler).create(args)
    clock.sleep(AGES)
    with pytest.raises(KilledError):
        run(handler, killed=True).update(with_value(args, 900), state)
    found = run(handler).read(resource_id, stored(state))
    assert with_value(found, 900) == found


@LAGGING
@KINDS
def test_what_a_killed_run_was_about_to_end_and_no_listing_shows_yet_is_not_gone(
    run: Callable[..., Any], emulator: Emulator, handler: Any, args: Any, resource_id: str
) -> None:
    """Its end was noted, and never sent; what shows is of before its creation."""
    state = run(handler).create(args)
    emulator.script(Fault(Html(502), times=100))
    with pytest.raises(KilledError):
        run(handler, killed=True).delete(state)
    emulator.clear_script()
    assert run(handler).read(resource_id, stored(state)) is not None


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(token_lag=25.0)}])
def test_a_token_that_a_killed_run_has_deleted_is_gone_though_it_still_shows(
    run: Callable[..., Any], emulator: Emulator, clock: FakeClock
) -> None:
    emulator.put_sub_app(1)
    state = run(AigcApiTokenHandler).create(AigcApiTokenArgs(sub_app_id=1))
    clock.sleep(AGES)
    with pytest.raises(KilledError):
        run(AigcApiTokenHandler, killed=True).delete(state)
    identity = TokenAddress(1, str(state.api_token)).identity
    assert run(AigcApiTokenHandler).read(identity.id, stored(state)) is None


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(token_lag=25.0)}])
def test_the_addresses_that_a_killed_run_has_given_a_token_are_found_though_others_still_show(
    run: Callable[..., Any], emulator: Emulator, clock: FakeClock
) -> None:
    emulator.put_sub_app(1)
    args = AigcApiTokenArgs(sub_app_id=1, ip_allow_list=["192.0.2.1"])
    state = run(AigcApiTokenHandler).create(args)
    clock.sleep(AGES)
    with pytest.raises(KilledError):
        run(AigcApiTokenHandler, killed=True).update(replace(args, ip_allow_list=["192.0.2.2"]), state)
    identity = TokenAddress(1, str(state.api_token)).identity
    found = run(AigcApiTokenHandler).read(identity.id, stored(state))
    assert "192.0.2.2" in found.ip_allow_list


@pytest.fixture
def writes(client: Client) -> LastWrites:
    return LastWrites(client, "quota")


def test_a_write_is_noted_before_it_is_sent(writes: LastWrites, clock: FakeClock) -> None:
    with pytest.raises(KilledError), writes.writing("1#Image", 900):
        raise KilledError
    assert writes.of("1#Image") == Write(900, clock.at + MOST_OFF + ROUNDING)  # as long as no answer has told the time


def test_a_write_that_was_refused_leaves_what_was_noted_of_one_before(writes: LastWrites, clock: FakeClock) -> None:
    with writes.writing("1#Image", 500):
        pass
    before = clock.at
    clock.sleep(5)
    with pytest.raises(StoppedError), writes.writing("1#Image", None):
        raise StoppedError("Ctrl-C.")
    assert writes.of("1#Image") == Write(500, before)


def test_a_write_without_an_answer_may_have_been_carried_out_until_then(writes: LastWrites, clock: FakeClock) -> None:
    def send() -> None:
        clock.sleep(5)
        raise TransportError("No answer.")

    with pytest.raises(TransportError), writes.writing("1#Image", 500):
        send()
    assert writes.of("1#Image") == Write(500, clock.at + MOST_OFF + ROUNDING)


def test_who_reads_what_nobody_has_written_makes_no_note(writes: LastWrites) -> None:
    """A stack of thousands is read each day, and each process looks through all notes."""
    note = writes._note("1#Video").path
    assert note
    assert writes.of("1#Video") == Write()
    assert not note.exists()


def test_what_cannot_be_told_while_another_process_has_the_note_may_have_been_written_just_now(
    writes: LastWrites, clock: FakeClock
) -> None:
    with writes.writing("1#Image", 500):
        pass
    clock.sleep(AGES)
    before = clock.at
    with writes._note("1#Image").locked(lambda: None):
        assert LastWrites(writes._client, "quota").later("1#Image", before) > before
