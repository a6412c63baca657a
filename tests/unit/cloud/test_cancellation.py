"""A user's stop: no wait goes on, no call begins, and what must not stay half done ends all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tc_resources.cloud.cancellation import Cancellation, to_the_end
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import StoppedError
from tc_resources.cloud.services.teo import MODIFY
from tc_resources.testing.emulator import Emulator

ON = {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}


@pytest.fixture
def cancellation() -> Cancellation:
    return Cancellation()


def test_a_wait_ends_when_the_run_is_cancelled(cancellation: Cancellation) -> None:
    ended: list[StoppedError] = []

    def wait() -> None:
        try:
            cancellation.sleep(600.0)
        except StoppedError as error:
            ended.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    cancellation.cancel()
    cancellation.cancel()
    waiting.join(60.0)
    assert len(ended) == 1


def test_a_wait_that_nobody_cancels_takes_its_time(cancellation: Cancellation) -> None:
    cancellation.sleep(0.0)
    cancellation.demand("anything")


def test_no_call_is_sent_once_the_run_is_cancelled(
    cancellation: Cancellation, connect: Callable[..., Client], emulator: Emulator
) -> None:
    client = connect(cancellation=cancellation)
    client.call(MODIFY, ON)
    cancellation.cancel()
    with pytest.raises(StoppedError, match="ModifyPrefetchOriginLimit was not sent: the run was cancelled"):
        client.call(MODIFY, ON)
    assert len(emulator.calls) == 1


def test_what_must_not_stay_half_done_goes_on(
    cancellation: Cancellation, connect: Callable[..., Client], emulator: Emulator
) -> None:
    client = connect(cancellation=cancellation)
    cancellation.cancel()
    with client.finishing():
        client.call(MODIFY, ON)
    assert len(emulator.calls) == 1
    with to_the_end():
        cancellation.sleep(0.0)
