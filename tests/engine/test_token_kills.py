"""`kill -9` at each call that makes, rotates or deletes a token: none is left that no state has and no run names."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tc_resources.cloud.identities import digest
from tc_resources.testing import Emulator
from tc_resources.testing.emulator import Behaviour, Fault, RequestLost, Slow
from tests.engine.test_kills import Engine, Stack
from tests.kills import Blow
from tests.pulumi.pulumi_cli import PASSPHRASE, Source, quota, token


def program(rotation: str = "1") -> list[str]:
    text = quota("text", quota_type="Text", quota_limit=7, api_token=Source("chat.api_token"))
    return [f"chat = {token(rotation=rotation)}", text]


OPERATIONS = {
    "create": ("up", [], program()),
    "rotate": ("up", program(), program("2")),
    "destroy": ("destroy", program(), program()),
}


@pytest.fixture
def blow() -> Blow:
    return Blow()


@pytest.fixture
def options(blow: Blow) -> dict[str, Any]:
    """The emulator waits at each call, in the test's own way."""
    return {"latency": 0.001, "sleep": blow.sleep, "behaviour": Behaviour(token_lag=0.0)}


@pytest.fixture
def stack(tmp_path: Path, emulator: Emulator) -> Stack:
    environ = {
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "TENCENTCLOUD_ENDPOINT": emulator.url,
        "TENCENTCLOUD_SECRET_ID": emulator.secret_id,
        "TENCENTCLOUD_SECRET_KEY": emulator.secret_key,
    }
    return Stack(tmp_path, environ)


@pytest.fixture
def engine(stack: Stack) -> Iterator[Engine]:
    with closing(Engine(stack)) as engine:
        yield engine


def managed(stack: Stack) -> set[str]:
    """The digests of the tokens that the state has."""
    rows = stack.export()["deployment"]["resources"]
    return {row["id"].partition("#")[2] for row in rows if row["type"].endswith(":AigcApiToken")}


def moments(emulator: Emulator) -> Iterator[tuple[str, int, bool]]:
    """Each call of an operation, applied by then, and each write, lost by then too."""
    for action, times in Counter(call.action for call in emulator.calls).items():
        for nth in range(1, times + 1):
            yield action, nth, False
            if not action.startswith("Describe"):
                yield action, nth, True


@pytest.mark.parametrize("operation", OPERATIONS)
def test_after_a_kill_each_token_is_in_the_state_or_was_named(
    stack: Stack, engine: Engine, emulator: Emulator, blow: Blow, operation: str
) -> None:
    command, before, after = OPERATIONS[operation]
    stack.declare(*before)
    stack.run("up")
    stack.age()
    kept = stack.backend.with_name("kept")
    shutil.copytree(stack.backend, kept)
    begin, quotas = emulator.tokens(), emulator.quotas()
    stack.declare(*after)
    emulator.clear_calls()
    stack.run(command)
    kills = 0
    for action, nth, lost in list(moments(emulator)):
        engine.end_orphans()
        shutil.rmtree(stack.backend)
        shutil.copytree(kept, stack.backend)
        for one in emulator.tokens():
            emulator.drop_token(1, one.api_token)
        for cap in emulator.quotas():
            emulator.drop_quota(1, "Text", cap.api_token)
        for one in begin:
            emulator.put_token(1, one.api_token)
        for cap in quotas:
            emulator.put_quota(cap)
        emulator.clear_script()
        emulator.clear_calls()
        emulator.script(Fault(Slow(0), action, nth - 1), *[Fault(RequestLost(), action)] * lost)
        blow.arm(lambda action=action, nth=nth: len(emulator.calls_of(action)) == nth, engine.kill)  # type: ignore[misc]  # bound to this round
        engine.run(command)
        kills += blow.fallen
        told = stack._engine().up(refresh=operation == "destroy").stdout
        left = {digest(one.api_token) for one in emulator.tokens()}
        assert {one for one in left - managed(stack) if one not in told} == set(), (action, nth, lost, told)
        assert len(managed(stack)) == 1
        assert managed(stack) <= left
        assert [
            digest(cap.api_token or "") for cap in emulator.quotas() if digest(cap.api_token or "") in managed(stack)
        ]
    assert kills > 3
