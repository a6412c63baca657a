"""What the tests of `kill -9` share that make, rotate and delete a token with its quota, on either engine and face."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from tc_resources.cloud.identities import digest
from tc_resources.cloud.services.token_notes import file_name
from tc_resources.testing.emulator import Emulator, Fault, Quota, RequestLost, Slow
from tc_resources.testing.emulator.vod.tokens import Token
from tests.kills import Blow, Victim
from tests.notes import NOTES, age_writes

SUB_APP = 1
Program = TypeVar("Program", contravariant=True)


class Stack(Protocol[Program]):
    """A stack of either engine and face."""

    @property
    def backend(self) -> Path:
        """The folder of the state."""

    def program(self, program: Program) -> None:
        """Make this the program."""

    def run(self, command: str, /) -> object: ...
    def recover(self, *, refresh: bool) -> str:
        """The up after a kill, and all that it says."""

    def age(self) -> None: ...
    def export(self) -> dict[str, Any]: ...


class Operation(NamedTuple, Generic[Program]):
    """A command that is killed while it brings the stack from one program to the other."""

    command: str
    before: Program
    after: Program


class Moment(NamedTuple):
    """The call at which a kill falls: applied by then, or a write that is lost by then too."""

    action: str
    nth: int
    lost: bool


class Aftermath(NamedTuple):
    """What there is once the next up is through, tokens by their digests, and what that up has said."""

    moment: Moment
    tokens: set[str]
    capped: set[str]
    managed: list[str]
    told: str


class Trial(Generic[Program]):
    """A stack and its service, set back to where the operation begins before each attempt."""

    def __init__(self, stack: Stack[Program], emulator: Emulator, blow: Blow, operation: Operation[Program]) -> None:
        self._stack, self._emulator, self._blow, self._operation = stack, emulator, blow, operation
        self._kept = stack.backend.with_name("kept")
        stack.program(operation.before)
        stack.run("up")
        stack.age()
        self._begin = emulator.tokens(), emulator.quotas()
        shutil.copytree(stack.backend, self._kept)
        stack.program(operation.after)
        emulator.clear_calls()
        stack.run(operation.command)
        self._calls = Counter(call.action for call in emulator.calls)

    def aftermaths(self, victim: Victim) -> Iterator[Aftermath]:
        """Of a kill at each call of the operation."""
        for moment in self._moments():
            if self._struck(victim, moment):
                self._age_notes()
                told = self._stack.recover(refresh=self._operation.command == "destroy")
                yield Aftermath(moment, *self._found(), told)

    def _age_notes(self) -> None:
        """Let creates and writes have been some time ago, so that the next run need not wait for what listings show."""
        age_writes(self._emulator.url)
        for path in NOTES.glob(file_name(self._emulator.url, SUB_APP)):
            path.write_text(re.sub(r":(\d+):", lambda at: f":{int(at[1]) - 60}:", path.read_text("ascii")), "ascii")

    def _moments(self) -> Iterator[Moment]:
        for action, times in self._calls.items():
            for nth in range(1, times + 1):
                yield Moment(action, nth, lost=False)
                if not action.startswith("Describe"):
                    yield Moment(action, nth, lost=True)

    def _struck(self, victim: Victim, moment: Moment) -> bool:
        """Whether a kill has fallen: readers share a listing where they come at once, so there may be fewer calls."""
        victim.end_orphans()
        self._set_back(*self._begin)
        age_writes(self._emulator.url)
        action, nth, lost = moment
        self._emulator.script(Fault(Slow(0), action, nth - 1), *[Fault(RequestLost(), action)] * lost)
        self._blow.arm(lambda: len(self._emulator.calls_of(action)) >= nth, victim.kill)
        said = victim.run(self._operation.command)
        assert self._blow.fallen or action.startswith("Describe"), (moment, said)
        return self._blow.fallen

    def _found(self) -> tuple[set[str], set[str], list[str]]:
        rows = self._stack.export()["deployment"]["resources"]
        managed = [row["id"].partition("#")[2] for row in rows if row["type"].endswith(":AigcApiToken")]
        tokens = {digest(one.api_token) for one in self._emulator.tokens()}
        return tokens, {digest(cap.api_token or "") for cap in self._emulator.quotas()}, managed

    def _set_back(self, tokens: list[Token], quotas: list[Quota]) -> None:
        shutil.rmtree(self._stack.backend)
        shutil.copytree(self._kept, self._stack.backend)
        for one in self._emulator.tokens():
            self._emulator.drop_token(SUB_APP, one.api_token)
        for cap in self._emulator.quotas():
            self._emulator.drop_quota(SUB_APP, cap.quota_type, cap.api_token)
        for one in tokens:
            self._emulator.put_token(SUB_APP, one.api_token)
        for cap in quotas:
            self._emulator.put_quota(cap)
        self._emulator.clear_script()
        self._emulator.clear_calls()


def demand_no_token_unknown(aftermaths: Iterator[Aftermath]) -> None:
    """Each token that is left is in the state or was named, and the one in the state is there with its quota."""
    kills = 0
    for found in aftermaths:
        unknown = {one for one in found.tokens - {*found.managed} if one not in found.told}
        assert unknown == set(), found
        (managed,) = found.managed
        assert managed in found.tokens & found.capped, found
        kills += 1
    assert kills > 3
