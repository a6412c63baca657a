"""`kill -9` at each call of each operation on the embedded engine; tests/pulumi has the real one."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation.errors import CommandError

from tc_resources.testing import Emulator, LocalEngine
from tc_resources.testing.engine import plugin, processes
from tc_resources.testing.engine.forks import server_for
from tests.account import account_of
from tests.kills import Blow, Trial, Victim, demand_all_in_force, operations
from tests.notes import age_writes
from tests.pulumi.pulumi_cli import HEADER, PASSPHRASE, PROJECT, Source, descendants, end, limit, quota

TOKEN = Source('os.environ["TOKEN"]')
# To import what an engine needs takes longer than an operation: its processes are forked from one that has done so.
STARTING = multiprocessing.get_context("forkserver")
STARTING.set_forkserver_preload([__name__])


def program(prefix: str = "", bandwidth: int = 500, cap: int = 9, period: str = "2026-11") -> list[str]:
    return [
        limit(f"{prefix}www", domain_name="www.example.com", bandwidth=bandwidth),
        quota(f"{prefix}text", quota_type="Text", quota_limit=cap, period=period, api_token=TOKEN),
    ]


OPERATIONS = operations(program(), program(bandwidth=600, cap=10, period="2026-12"), program("new-"))


class Stack:
    """A stack whose state is in a file, and each of whose commands is run by a new engine."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.backend = folder / "backend"
        self._folder, self._environ = folder, environ
        self._state = self.backend / "state.json"
        self.backend.mkdir()
        (folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n", encoding="utf-8")

    def declare(self, *lines: str) -> None:
        (self._folder / "__main__.py").write_text(HEADER + "\n".join(lines), encoding="utf-8")

    def run(self, command: str) -> None:
        getattr(self._engine(), command)()

    def run_when_told(self, commands: Connection) -> None:
        """Run a command that comes when all is ready for it."""
        server_for(LocalEngine(self._folder, env=self._environ)._environment)
        self.run(commands.recv())

    def recover(self, *, refresh: bool) -> str:
        return str(self._engine().up(refresh=refresh).stdout)

    def age(self) -> None:
        """Let all have been written some time ago, so that no listing can lag behind that any more."""
        state = self.export()
        for row in state["deployment"]["resources"]:
            if "written_at" in row.get("outputs", {}):
                row["outputs"]["written_at"] -= 60
        self._state.write_text(json.dumps(state), encoding="utf-8")
        age_writes(self._environ["TENCENTCLOUD_ENDPOINT"])

    def export(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self._state.read_text(encoding="utf-8"))
        return state

    def _engine(self) -> LocalEngine:
        return LocalEngine(self._folder, env=self._environ, state_file=self._state)


class Engine:
    """The engine's process; what it leaves behind goes on beside the next up, and is ended before the next attempt.

    The next one gets ready while this one works.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._orphans: set[int] = set()
        self._next = self._start()

    def run(self, command: str) -> None:
        self._process, commands = self._next
        self._next = self._start()
        commands.send(command)
        self._process.join()

    def kill(self) -> None:
        started = descendants(self._process.pid or 0)
        assert started
        self._orphans.update(started)
        self._process.kill()

    def end_orphans(self) -> None:
        end(self._orphans)
        self._orphans.clear()

    def close(self) -> None:
        self._next[0].kill()
        self._next[0].join()
        self.end_orphans()

    def _start(self) -> tuple[BaseProcess, Connection]:
        received, commands = STARTING.Pipe(duplex=False)
        process = STARTING.Process(target=self._stack.run_when_told, args=[received])
        process.start()
        return process, commands


class ProviderProcess(processes.Process):
    def kill(self) -> None:
        self._process.kill()


class Providers:
    """The provider processes of an engine that lives on."""

    def __init__(self, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
        self._stack = stack
        self._started: list[ProviderProcess] = []

        def start(*how: Any) -> ProviderProcess:
            self._started.append(ProviderProcess(*how))
            return self._started[-1]

        monkeypatch.setattr(plugin, "Process", start)

    def run(self, command: str) -> None:
        self._started.clear()
        with suppress(CommandError):
            self._stack.run(command)

    def kill(self) -> None:
        for process in self._started:
            process.kill()

    def end_orphans(self) -> None:
        """None: the engine has seen its providers end."""


@pytest.fixture
def options(blow: Blow) -> dict[str, Any]:
    return blow.options


@pytest.fixture
def stack(tmp_path: Path, emulator: Emulator) -> Stack:
    environ = {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE, "TOKEN": "secret-token"}
    return Stack(tmp_path, {**environ, **account_of(emulator)})


@pytest.fixture(params=["engine", "providers"])
def victim(request: pytest.FixtureRequest, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Victim]:
    if request.param == "providers":
        yield Providers(stack, monkeypatch)
        return
    with closing(Engine(stack)) as engine:
        yield engine


@pytest.fixture(params=list(OPERATIONS))
def trial(request: pytest.FixtureRequest, stack: Stack, emulator: Emulator, blow: Blow) -> Trial:
    return Trial(stack, emulator, blow, OPERATIONS[request.param])


def test_after_a_kill_at_any_call_the_next_up_has_everything_in_force(victim: Victim, trial: Trial) -> None:
    demand_all_in_force(trial, victim)
