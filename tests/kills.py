"""What the tests of `kill -9` share: operations that are killed at each of their calls, on either engine."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from tc_resources.testing.emulator import Emulator, Fault, Limit, Quota, RequestLost, Slow
from tests.notes import age_writes

TYPES = ("pulumi-python:dynamic/tc_resources:", "tc-resources:")
"""How the types of either face begin."""


class Operation(NamedTuple):
    """A command that is killed while it brings the stack from one program to the other, and the up that follows.

    A program is what the stack is told to declare.
    """

    command: str
    before: Sequence[Any]
    after: Sequence[Any]
    refresh: bool = False


def operations(program: Sequence[Any], changed: Sequence[Any], renamed: Sequence[Any]) -> dict[str, Operation]:
    return {
        "up": Operation("up", [], program),
        "update": Operation("up", program, changed),
        "rename": Operation("up", program, renamed),
        # What is deleted and still in the state, only a refresh finds; the CLI warns of it.
        "destroy": Operation("destroy", program, program, refresh=True),
    }


class Stack(Protocol):
    """A stack of either engine."""

    @property
    def backend(self) -> Path:
        """The folder of the state."""

    def declare(self, *program: Any) -> None: ...
    def run(self, command: str, /) -> object: ...
    def recover(self, *, refresh: bool) -> str:
        """The up after a kill, and all that it says."""

    def age(self) -> None: ...
    def export(self) -> dict[str, Any]: ...


class Victim(Protocol):
    """What of a command is killed."""

    def run(self, command: str, /) -> object:
        """Returns when the command has ended, however; what it said, if that is known."""

    def kill(self) -> None: ...

    def end_orphans(self) -> None:
        """What a kill left behind goes on beside the next up, and must not write into the attempt that follows."""


class Blow:
    """What falls when some call has been applied or lost, and nobody has heard of it yet."""

    def __init__(self) -> None:
        self.fallen = False
        self._is_time: Callable[[], bool] = lambda: False
        self._fall: Callable[[], None] = lambda: None

    @property
    def options(self) -> dict[str, Any]:
        """Arguments of an emulator that waits at each call, in the blow's own way."""
        return {"latency": 0.001, "sleep": self.sleep}

    def arm(self, is_time: Callable[[], bool], fall: Callable[[], None]) -> None:
        self.fallen = False
        self._is_time, self._fall = is_time, fall

    async def sleep(self, _seconds: float) -> None:
        if not self.fallen and self._is_time():
            self.fallen = True  # before the end of what falls, for which another thread waits
            try:
                self._fall()
            except BaseException:
                self.fallen = False
                raise


class Outcome(NamedTuple):
    """What is in force, and what the state manages: a name twice where an old copy waits for its deletion."""

    limits: list[Limit]
    quotas: list[Quota]
    names: list[str]


class Trial:
    """A stack and its service, set back to where the operation begins before each attempt."""

    def __init__(self, stack: Stack, emulator: Emulator, blow: Blow, operation: Operation) -> None:
        self._stack, self._emulator, self._blow, self._operation = stack, emulator, blow, operation
        self._kept = stack.backend.with_name("kept")
        stack.declare(*operation.before)
        stack.run("up")
        stack.age()
        self._begin = self._in_force()
        shutil.copytree(stack.backend, self._kept)
        stack.declare(*operation.after)
        emulator.clear_calls()
        stack.run(operation.command)
        self._actions = Counter(call.action for call in emulator.calls)
        self._recover()
        self.wanted = self._outcome()
        """What the operation brings about when nobody disturbs it."""
        assert len(self.wanted.limits + self.wanted.quotas) == len(self.wanted.names) == len(operation.after)

    def outcomes(self, victim: Victim) -> Iterator[Outcome]:
        """What each kill and the next up have brought about."""
        for _ in self._attempts(victim):
            age_writes(self._emulator.url)
            self._recover()
            yield self._outcome()

    def _attempts(self, victim: Victim) -> Iterator[None]:
        """Stops where the operation was killed: at each call, applied by then, and at each write, lost by then too."""
        for action, times in self._actions.items():
            for nth in range(1, times + 1):
                if action.startswith("Describe"):
                    # Readers share a listing where they come at once, so there may be fewer this time.
                    if self._struck(victim, action, nth):
                        yield
                    continue
                for lost in (False, True):
                    assert self._struck(victim, action, nth, lost=lost)
                    yield

    def _recover(self) -> None:
        self._stack.recover(refresh=self._operation.refresh)

    def _outcome(self) -> Outcome:
        rows = self._stack.export()["deployment"]["resources"]
        names = [row["urn"].rpartition("::")[2] for row in rows if row["type"].startswith(TYPES)]
        return Outcome(*self._in_force(), sorted(names))

    def _in_force(self) -> tuple[list[Limit], list[Quota]]:
        return self._emulator.limits(), sorted(self._emulator.quotas(), key=lambda quota: quota.quota_type)

    def _struck(self, victim: Victim, action: str, nth: int, *, lost: bool = False) -> bool:
        victim.end_orphans()
        self._set_back()
        age_writes(self._emulator.url)
        self._emulator.script(Fault(Slow(0), action, nth - 1), *[Fault(RequestLost(), action)] * lost)
        self._blow.arm(lambda: len(self._emulator.calls_of(action)) >= nth, victim.kill)
        victim.run(self._operation.command)
        return self._blow.fallen

    def _set_back(self) -> None:
        shutil.rmtree(self._stack.backend)
        shutil.copytree(self._kept, self._stack.backend)
        for found in self._emulator.limits():
            self._emulator.drop_limit(found.zone_id, found.domain_name, found.area)
        for cap in self._emulator.quotas():
            self._emulator.drop_quota(cap.sub_app_id, cap.quota_type, cap.api_token)
        limits, quotas = self._begin
        for found in limits:
            self._emulator.put_limit(found)
        for cap in quotas:
            self._emulator.put_quota(cap)
        self._emulator.clear_script()
        self._emulator.clear_calls()


def demand_all_in_force(trial: Trial, victim: Victim) -> None:
    """Each kill and the next up bring about what the operation does when nobody disturbs it."""
    kills = 0
    for outcome in trial.outcomes(victim):
        assert outcome == trial.wanted, (outcome, trial.wanted)
        kills += 1
    assert kills > 1
