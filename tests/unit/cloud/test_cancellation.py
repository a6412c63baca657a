"""A user's stop: no wait goes on, no call begins, and what must not stay half done ends all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import httpcore
import httpx
import pytest

from tc_resources.cloud.action import Action
from tc_resources.cloud.cancellation import Cancellation, to_the_end
from tc_resources.cloud.client import Client, Recreation
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import Outcome, ServiceError, StoppedError
from tc_resources.cloud.services import sts, vod
from tc_resources.cloud.services.teo import DESCRIBE, MODIFY
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, RequestLost

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
    with pytest.raises(StoppedError):  # what comes after it does not
        client.call(MODIFY, ON)


STEPS: dict[str, dict[str, object]] = {
    "taken away": {"Enabled": "off"},
    "put": {"Bandwidth": 500, "Enabled": "on"},
    "restored": {"Bandwidth": 100},
}


@pytest.mark.parametrize("step", STEPS)
def test_a_setting_that_is_made_anew_is_there_in_the_end_wherever_the_run_is_cancelled(
    cancellation: Cancellation, connect: Callable[..., Client], emulator: Emulator, times: Clock, step: str
) -> None:
    """By a user who stops it while a step of that waits for its next try."""
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 100))
    emulator.script(Fault(RequestLost(), when=STEPS[step]))
    client = connect(cancellation=cancellation, clock=replace(times, sleep=lambda _: cancellation.cancel()))
    off, on, former = ({**ON, **fields} for fields in ({"Enabled": "off"}, {}, {"Bandwidth": 100}))
    making = Recreation("it", *(partial(client.call, MODIFY, params) for params in (off, on, former)))
    if step == "restored":
        emulator.script(Fault(ErrorCode("UnauthorizedOperation"), when=STEPS["put"]))
        with pytest.raises(ServiceError, match="UnauthorizedOperation"):
            client.recreate(making)
    else:
        client.recreate(making)
    assert [limit.bandwidth for limit in emulator.limits()] == [100 if step == "restored" else 500]


class Line(httpx.BaseTransport):
    """A line that opens, and on which an answer comes, once the test says so."""

    def __init__(self) -> None:
        self.reached, self.opened, self.answered, self.ended = (threading.Event() for _ in range(4))
        self.sent = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._answer(request.extensions["trace"])
        finally:
            self.ended.set()

    def _answer(self, trace: Callable[[str, object], None]) -> httpx.Response:
        trace("http11.send_request_headers.started", {"request": httpcore.Request("CONNECT", "http://proxy")})
        self.reached.set()
        self.opened.wait(60.0)
        trace("http11.send_request_headers.started", {"request": httpcore.Request("POST", "http://service")})
        self.sent += 1
        self.reached.set()
        self.answered.wait(60.0)
        return httpx.Response(200, json={"Response": {"RequestId": "one"}})


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.opened.set()
    line.answered.set()


Calling = Callable[[Action], Future[dict[str, Any]]]


@pytest.fixture
def calling(cancellation: Cancellation, connect: Callable[..., Client], line: Line) -> Iterator[Calling]:
    """Begin a call, which has reached the line when this returns."""
    client = connect(cancellation=cancellation, transport=line)
    with ThreadPoolExecutor(1) as pool:

        def calling(action: Action) -> Future[dict[str, Any]]:
            call = pool.submit(client.call, action, ON)
            assert line.reached.wait(60.0)
            line.reached.clear()
            return call

        yield calling


@pytest.mark.parametrize("opened", [False, True])
def test_a_call_that_reads_is_left_alone_at_once_wherever_it_hangs(
    calling: Calling, cancellation: Cancellation, line: Line, *, opened: bool
) -> None:
    call = calling(DESCRIBE)
    if opened:
        line.opened.set()
        assert line.reached.wait(60.0)
    cancellation.cancel()
    with pytest.raises(StoppedError, match="cancelled while this waited") as raised:
        call.result(60.0)
    assert raised.value.outcome is Outcome.REFUSED


def test_a_write_that_has_not_left_by_then_never_does(calling: Calling, cancellation: Cancellation, line: Line) -> None:
    call = calling(MODIFY)
    cancellation.cancel()
    with pytest.raises(StoppedError) as raised:
        call.result(60.0)
    assert raised.value.outcome is Outcome.REFUSED
    line.opened.set()
    assert line.ended.wait(60.0)
    assert line.sent == 0


def test_the_answer_to_a_write_that_has_left_is_waited_for(
    calling: Calling, cancellation: Cancellation, line: Line
) -> None:
    call = calling(MODIFY)
    line.opened.set()
    assert line.reached.wait(60.0)
    cancellation.cancel()
    line.answered.set()
    assert call.result(60.0) == {"RequestId": "one"}


def test_a_read_for_what_must_not_stay_half_done_is_waited_for(
    cancellation: Cancellation, connect: Callable[..., Client], line: Line
) -> None:
    client = connect(cancellation=cancellation, transport=line)
    cancellation.cancel()
    line.opened.set()
    line.answered.set()
    with client.finishing():
        assert client.call(DESCRIBE, {}) == {"RequestId": "one"}


@pytest.mark.parametrize(
    ("action", "reads"),
    [
        (DESCRIBE, True),
        (MODIFY, False),
        (sts.GET_CALLER_IDENTITY, True),
        (sts.ASSUME_ROLE, True),
        (vod.CREATE, False),
        (vod.DELETE, False),
    ],
)
def test_what_may_be_left_alone_is_what_changes_nothing(action: Action, *, reads: bool) -> None:
    assert action.reads is reads
