"""`kill -9` at each call that makes, rotates or deletes a token: none is left that no state has and no run names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tc_resources.testing import Emulator
from tc_resources.testing.emulator import Behaviour
from tests.account import account_of
from tests.engine import test_kills
from tests.engine.test_kills import Engine
from tests.kills import Blow
from tests.pulumi.pulumi_cli import PASSPHRASE, Source, quota, token
from tests.token_kills import Operation, Trial, demand_no_token_unknown


def program(rotation: str = "1") -> list[str]:
    text = quota("text", quota_type="Text", quota_limit=7, api_token=Source("chat.api_token"))
    return [f"chat = {token(rotation=rotation)}", text]


OPERATIONS = {
    "create": Operation("up", [], program()),
    "rotate": Operation("up", program(), program("2")),
    "destroy": Operation("destroy", program(), program()),
}


class Stack(test_kills.Stack):
    def program(self, lines: list[str]) -> None:
        self.declare(*lines)


@pytest.fixture
def options(blow: Blow) -> dict[str, Any]:
    return {**blow.options, "behaviour": Behaviour(token_lag=0.0)}


@pytest.fixture
def stack(tmp_path: Path, emulator: Emulator) -> Stack:
    return Stack(tmp_path, {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE, **account_of(emulator)})


@pytest.fixture
def engine(stack: Stack) -> Iterator[Engine]:
    with closing(Engine(stack)) as engine:
        yield engine


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_after_a_kill_each_token_is_in_the_state_or_was_named(
    stack: Stack, engine: Engine, emulator: Emulator, blow: Blow, operation: Operation[list[str]]
) -> None:
    demand_no_token_unknown(Trial(stack, emulator, blow, operation).aftermaths(engine))
