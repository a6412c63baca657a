"""`kill -9` at each call of each operation: after the next up, all that the program declares is in force."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tc_resources.testing.emulator import Emulator
from tests.kills import Blow, Trial, Victim, demand_all_in_force, operations
from tests.pulumi.faces import Declared, FaceStack, limit, quota
from tests.pulumi.pulumi_cli import PATIENCE, descendants, end


def program(prefix: str = "", bandwidth: int = 500, cap: int = 9, period: str = "2026-11") -> list[Declared]:
    return [
        limit(f"{prefix}www", domain_name="www.example.com", bandwidth=bandwidth),
        quota(f"{prefix}images", period=period),
        quota(f"{prefix}text", quota_type="Text", quota_limit=cap, api_token="secret-token"),
    ]


OPERATIONS = operations(program(), program(bandwidth=600, cap=10, period="2026-12"), program("new-"))


class Stack:
    """A stack of either face."""

    def __init__(self, stack: FaceStack) -> None:
        self.of_face = stack
        self.backend = stack.folder / "backend"
        self.declare, self.run, self.age, self.export = stack.program, stack.run, stack.age, stack.export

    def recover(self, *, refresh: bool) -> str:
        return recover(self.of_face, refresh=refresh)


def recover(stack: FaceStack, *, refresh: bool) -> str:
    """A kill may cut off the attributes that the CLI keeps beside each file, which it reads as well without any."""
    for attributes in (stack.folder / "backend").rglob("*.attrs"):
        attributes.unlink()
    return stack.run("cancel") + stack.run("up", *["--refresh"] * refresh)


class Cli:
    """The CLI's process group; what it leaves behind goes on beside the next up."""

    def __init__(self, stack: FaceStack) -> None:
        self._stack = stack
        self._orphans: set[int] = set()

    def run(self, command: str) -> str:
        self._process = self._stack.start(command)
        return self._process.communicate(timeout=PATIENCE)[0]

    def kill(self) -> None:
        started = descendants(self._process.pid)
        assert started
        self._orphans.update(started)
        os.killpg(self._process.pid, signal.SIGKILL)

    def end_orphans(self) -> None:
        end(self._orphans)
        self._orphans.clear()


class Provider(Cli):
    """The provider's process, of a CLI that lives on."""

    def kill(self) -> None:
        listed = subprocess.run(["ps", "-axo", "pid=,args="], capture_output=True, text=True, check=True)  # noqa: S607 - where it lies differs
        hosts = {int(line.split()[0]) for line in listed.stdout.splitlines() if f"-m {self._stack.host}" in line}
        end(hosts & set(descendants(self._process.pid)))


@pytest.fixture
def options(blow: Blow) -> dict[str, object]:
    return blow.options


@pytest.fixture
def stack(face_stack: FaceStack) -> Stack:
    return Stack(face_stack)


@pytest.fixture(params=[Cli, Provider], ids=["cli", "provider"])
def victim(request: pytest.FixtureRequest, stack: Stack) -> Iterator[Victim]:
    victim = request.param(stack.of_face)
    yield victim
    victim.end_orphans()


@pytest.fixture(params=list(OPERATIONS))
def trial(request: pytest.FixtureRequest, stack: Stack, emulator: Emulator, blow: Blow) -> Trial:
    return Trial(stack, emulator, blow, OPERATIONS[request.param])


def test_after_a_kill_at_any_call_the_next_up_has_everything_in_force(victim: Victim, trial: Trial) -> None:
    demand_all_in_force(trial, victim)
