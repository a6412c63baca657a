"""`kill -9` at each call that makes, rotates or deletes a token: none is left that no state has and no run names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator
from tests.kills import Blow
from tests.pulumi.faces import Declared, FaceStack, output, quota, token
from tests.pulumi.test_kills import Cli, recover
from tests.token_kills import Operation, Trial, demand_no_token_unknown

Program = Sequence[Declared]


def program(rotation: str = "1") -> Program:
    key = output("chat", "api_token")
    text = quota("text", sub_app_id=1, quota_type="Text", quota_limit=7, api_token=key)
    return [token("chat", rotation=rotation), text]


OPERATIONS = {
    "create": Operation("up", [], program()),
    "rotate": Operation("up", program(), program("2")),
    "destroy": Operation("destroy", program(), program()),
}


class Stack:
    """A stack of one face, as the trial takes it."""

    def __init__(self, stack: FaceStack) -> None:
        self._stack = stack
        self.backend = stack.folder / "backend"
        self.run, self.age, self.export = stack.run, stack.age, stack.export

    def program(self, declared: Program) -> None:
        self._stack.program(*declared)

    def recover(self, *, refresh: bool) -> str:
        return recover(self._stack, refresh=refresh)


class Victim(Cli):
    def close(self) -> None:
        self.end_orphans()


@pytest.fixture
def options(blow: Blow) -> dict[str, Any]:
    return {**blow.options, "behaviour": Behaviour(token_lag=0.0)}


@pytest.fixture
def victim(face_stack: FaceStack) -> Iterator[Victim]:
    with closing(Victim(face_stack)) as victim:
        yield victim


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_after_a_kill_each_token_is_in_the_state_or_was_named(
    face_stack: FaceStack, victim: Victim, emulator: Emulator, blow: Blow, operation: Operation[Program]
) -> None:
    demand_no_token_unknown(Trial(Stack(face_stack), emulator, blow, operation).aftermaths(victim))
