"""What is written by a machine whose clock is off is as new to all others as what is written by theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.limits.aigc_api_token import AigcApiTokenArgs, AigcApiTokenHandler
from tc_resources.limits.aigc_quota import AigcQuotaArgs, AigcQuotaHandler
from tc_resources.limits.handler import Handler
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs, PrefetchOriginLimitHandler
from tc_resources.testing.emulator import Behaviour, Emulator
from tests.hearing import HearingEngine

if TYPE_CHECKING:
    from tests.conftest import FakeClock

KINDS: dict[str, tuple[Any, Any]] = {
    "limit": (
        PrefetchOriginLimitHandler,
        PrefetchOriginLimitArgs(zone_id="zone-1", domain_name="www.example.com", area="Overseas", bandwidth=500),
    ),
    "quota": (AigcQuotaHandler, AigcQuotaArgs(sub_app_id=1, quota_type="Image", quota_limit=5)),
    "token": (AigcApiTokenHandler, AigcApiTokenArgs(sub_app_id=1)),
}
LAGGING = {"behaviour": Behaviour(limit_lag=25.0, quota_lag=25.0)}
NewHandler = Callable[[float], Handler[Any, Any, Any]]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def on_machine(kind: str, connect: Callable[..., Client], clock: FakeClock, emulator: Emulator) -> NewHandler:
    """A handler on a machine whose clock is off by so many seconds."""
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)

    def on_machine(off: float) -> Handler[Any, Any, Any]:
        times = Clock(monotonic=clock.now, now=lambda: clock.at + off, sleep=clock.sleep, uniform=clock.uniform)
        client = connect(clock=times)
        return KINDS[kind][0](lambda: client, HearingEngine())  # type: ignore[no-any-return]  # of any kind

    return on_machine


@pytest.mark.parametrize("options", [LAGGING])
@pytest.mark.parametrize("reader", [-60.0, 0.0, 60.0])
@pytest.mark.parametrize("writer", [-60.0, 0.0, 60.0])
def test_a_refresh_on_another_machine_keeps_what_the_listing_does_not_show_yet(
    on_machine: NewHandler, kind: str, clock: FakeClock, writer: float, reader: float
) -> None:
    state = on_machine(writer).create(KINDS[kind][1])
    assert 0 <= state.written_at - clock.at <= 3
    handler = on_machine(reader)
    identity = handler.identity(state)
    assert identity
    known = {name: value for name, value in asdict(state).items() if value is not None}
    assert handler.read(identity.id, known) is not None


@pytest.mark.parametrize("options", [LAGGING])
@pytest.mark.parametrize("reader", [-60.0, 0.0, 60.0])
def test_a_destroy_on_another_machine_deletes_what_the_listing_does_not_show_yet(
    on_machine: NewHandler, kind: str, emulator: Emulator, reader: float
) -> None:
    state = on_machine(-60.0).create(KINDS[kind][1])
    on_machine(reader).delete(state)
    assert (emulator.limits(), emulator.quotas(), emulator.tokens()) == ([], [], [])
