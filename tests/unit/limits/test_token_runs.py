"""API tokens of several runs, threads and processes, and of runs that end before anything is stored."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from tc_resources.cloud.action import Action
from tc_resources.cloud.cancellation import WAITED, Cancellation
from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import CloudError, LostAnswerError, Outcome, ServiceError, TransportError
from tc_resources.cloud.identities import TokenIdentity, digest
from tc_resources.cloud.services.tokens import LAG, NotAloneError
from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.shared_file import folder
from tc_resources.limits.advice import explain
from tc_resources.limits.aigc_api_token import AigcApiTokenArgs, AigcApiTokenHandler
from tc_resources.limits.aigc_quota import AigcQuotaArgs, AigcQuotaHandler
from tc_resources.testing.emulator import AnswerLost, Behaviour, Emulator, ErrorCode, Fault, Quota
from tests.hearing import HearingEngine

if TYPE_CHECKING:
    from tests.conftest import FakeClock

ARGS = AigcApiTokenArgs(sub_app_id=1)
Connect = Callable[..., Client]
Handle = Callable[..., AigcApiTokenHandler]


@pytest.fixture
def handle(connect: Connect) -> Handle:
    """A handler in a run of its own."""

    def handle(engine: HearingEngine | None = None, **how: object) -> AigcApiTokenHandler:
        client = connect(**how)
        return AigcApiTokenHandler(lambda: client, engine or HearingEngine())

    return handle


def test_threads_create_the_tokens_of_an_application_one_after_the_other(handle: Handle, emulator: Emulator) -> None:
    handler = handle(clock=Clock())
    with ThreadPoolExecutor(4) as pool:
        made = {state.api_token for state in pool.map(handler.create, [ARGS] * 4)}
    assert made == {one.api_token for one in emulator.tokens()}
    actions = [call.action for call in emulator.calls]
    assert actions == ["DescribeAigcApiTokens", "CreateAigcApiToken"] * 4


HOLD = """
import pathlib, sys, time
from tc_resources.cloud.transport import shared_file
shared_file.PLACES = (pathlib.Path(sys.argv[2]),)
with shared_file.Texts(sys.argv[1]).locked(lambda: time.sleep(0.01)):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_that_creates_one_is_waited_for_within_the_operations_time(
    handle: Handle, emulator: Emulator, clock: FakeClock
) -> None:
    handler = handle()
    handler.create(ARGS)
    (file,) = [path for path in _shared() if path.name.startswith("tokens-")]
    command = [sys.executable, "-c", HOLD, file.name, str(shared_file.PLACES[0])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603 - written above
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        emulator.clear_calls()
        with pytest.raises(NotAloneError, match="Another run on this machine creates a token of sub-application 1"):
            handler.create(ARGS)
        assert emulator.calls == []
        assert 85 <= sum(clock.slept) <= 91
        handler.create(AigcApiTokenArgs(sub_app_id=2))
        other.communicate()
    handler.create(ARGS)


def test_a_folder_that_cannot_be_shared_creates_nothing(
    handle: Handle, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = handle()
    handler.service  # noqa: B018 - the client is made with a folder
    monkeypatch.setattr(shared_file, "PLACES", (Path("/dev/null/nowhere"),))
    with pytest.raises(NotAloneError, match="Other runs cannot be kept from creating one at the same time"):
        handler.create(ARGS)
    assert emulator.writes == []


def test_a_run_that_ends_before_its_token_is_stored_leaves_one_that_the_next_run_names(
    handle: Handle, emulator: Emulator
) -> None:
    handle().create(ARGS)
    (left,) = [digest(one.api_token) for one in emulator.tokens()]
    emulator_time_goes_by(emulator)
    next_run = HearingEngine()
    handle(next_run).create(ARGS)
    (told,) = next_run.notices
    assert left in told
    assert "They stay." in told
    assert len(emulator.tokens()) == 2


def test_a_token_that_the_run_manages_is_not_named(handle: Handle, emulator: Emulator) -> None:
    emulator.put_token(1, "managed-by-this-stack")
    engine = HearingEngine()
    handler = handle(engine)
    handler.recall(TokenIdentity(1, digest("managed-by-this-stack")).id)
    handler.create(ARGS)
    assert engine.notices == []


def test_an_answer_that_is_lost_with_the_engine_leaves_the_outcome_unclear(handle: Handle, emulator: Emulator) -> None:
    alive = iter([True, True])
    engine = HearingEngine()
    handler = handle(engine, alive=lambda: next(alive, False))
    emulator.script(Fault(AnswerLost(), "CreateAigcApiToken"))
    with pytest.raises(LostAnswerError, match="The engine has ended") as gone:
        handler.create(ARGS)
    assert gone.value.outcome is Outcome.UNCLEAR
    assert len(emulator.calls_of("CreateAigcApiToken")) == 1


class KilledError(Exception):
    """Kills a run: nothing of it goes on."""


@pytest.fixture
def killed(connect: Connect) -> Callable[[], None]:
    """A run that is killed while it creates a token that is there by then."""

    def killed() -> None:
        client = connect()
        send = client.call_once

        def die(action: Action, params: Mapping[str, object]) -> dict[str, Any]:
            send(action, params)
            raise KilledError

        client.call_once = die  # type: ignore[method-assign]
        with pytest.raises(KilledError):
            AigcApiTokenHandler(lambda: client, HearingEngine()).create(ARGS)

    return killed


def test_what_a_create_left_that_was_killed_is_named_by_the_next_one_at_once(
    killed: Callable[[], None], handle: Handle, emulator: Emulator, clock: FakeClock
) -> None:
    killed()
    (left,) = emulator.tokens()
    begun, next_run = clock.at, HearingEngine()
    handle(next_run).create(ARGS)
    (told,) = next_run.notices
    assert digest(left.api_token) in told
    assert clock.at - begun == pytest.approx(LAG, abs=2)
    assert len(emulator.tokens()) == 2


def test_a_create_that_has_ended_is_waited_for_by_none(
    killed: Callable[[], None], handle: Handle, emulator: Emulator, clock: FakeClock
) -> None:
    killed()
    handle().create(ARGS)
    emulator.script(Fault(ErrorCode("InvalidParameterValue"), "CreateAigcApiToken"))
    with pytest.raises(ServiceError):
        handle().create(ARGS)
    begun = clock.at
    handle().create(ARGS)
    handle().create(AigcApiTokenArgs(sub_app_id=2))
    assert clock.at - begun < 1


def test_a_token_that_no_listing_shows_yet_is_named_if_this_run_does_not_manage_it(
    handle: Handle, emulator: Emulator
) -> None:
    handle().create(ARGS)
    (left,) = emulator.tokens()
    next_run = HearingEngine()
    handle(next_run).create(ARGS)
    assert digest(left.api_token) in "".join(next_run.notices)


def test_a_create_that_cannot_be_noted_does_not_begin(
    handle: Handle, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_file._Written, "add", Mock(side_effect=OSError(28, "No space left on device")))
    with pytest.raises(NotAloneError, match=r"No space left on device\. Nothing was done"):
        handle().create(ARGS)
    assert emulator.writes == []


def test_a_stop_while_a_lost_answer_is_settled_says_that_a_token_may_be_there_and_what_names_it(
    handle: Handle, emulator: Emulator, times: Clock, clock: FakeClock
) -> None:
    cancellation = Cancellation()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if emulator.calls_of("CreateAigcApiToken"):
            cancellation.cancel()
            cancellation.sleep(seconds)

    emulator.script(Fault(AnswerLost(), "CreateAigcApiToken"))
    with pytest.raises(LostAnswerError) as stopped:
        handle(clock=replace(times, sleep=sleep), cancellation=cancellation).create(ARGS)
    text = explain(stopped.value, HearingEngine.words)
    assert isinstance(stopped.value.cause, TransportError)
    assert str(stopped.value.cause) in text
    assert f"Whether a token was created could not be told. {WAITED}" in text
    assert "the next create in this sub-application names it by its digest" in text
    next_run = HearingEngine()
    handle(next_run).create(ARGS)
    left, _ = emulator.tokens()
    assert digest(left.api_token) in "".join(next_run.notices)


def test_what_cannot_be_noted_after_the_create_fails_nothing(
    handle: Handle, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = HearingEngine()

    def full(*_: object) -> None:
        raise CloudError("no room")

    monkeypatch.setattr(engine.registry, "add", full)
    monkeypatch.setattr(engine.registry, "declares", full)
    assert handle(engine).create(ARGS).api_token == emulator.tokens()[0].api_token


REFUSING = [
    {"behaviour": Behaviour(new_token_quota=code)}
    for code in ("ResourceNotFound", "InvalidParameterValue", "FailedOperation")
]


@pytest.mark.parametrize("options", REFUSING)
def test_a_quota_waits_for_its_token_where_the_service_does_not_know_it_yet(
    connect: Connect, handle: Handle, clock: FakeClock, emulator: Emulator
) -> None:
    token = handle().create(ARGS).api_token
    client = connect()
    quota = AigcQuotaArgs(sub_app_id=1, quota_type="Text", quota_limit=7, api_token=token)
    AigcQuotaHandler(lambda: client, HearingEngine()).create(quota)
    assert emulator.quotas() == [Quota(1, "Text", 7, api_token=token)]
    assert 28 <= sum(clock.slept) <= 34


def test_a_quota_that_is_refused_for_another_reason_fails_at_once(
    connect: Connect, clock: FakeClock, emulator: Emulator
) -> None:
    emulator.put_token(1, "an-api-token")
    emulator.script(Fault(ErrorCode("LimitExceeded"), "CreateAigcQuota"))
    client = connect()
    quota = AigcQuotaArgs(sub_app_id=1, quota_type="Text", quota_limit=7, api_token="an-api-token")
    with pytest.raises(ServiceError, match="LimitExceeded"):
        AigcQuotaHandler(lambda: client, HearingEngine()).create(quota)
    assert clock.slept == []


def emulator_time_goes_by(emulator: Emulator) -> None:
    """Until the listing shows all."""
    for one in emulator.tokens():
        emulator.put_token(one.sub_app_id, one.api_token)


def _shared() -> list[Path]:
    return list(folder().iterdir())
