"""What names a run: the same for all its processes, on every platform, and another for any other run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tc_resources.limits import processes
from tc_resources.limits.processes import Process, ancestors, process_of
from tc_resources.limits.registry import Registry
from tc_resources.limits.run import Run, run_at

KIND, PARTS = "aigc_quota", (1, "Image", "")
STARTED = "Sun Nov 22 13:06:00 2026"


@pytest.fixture
def engine() -> Iterator[str]:
    """The address of something that listens as an engine does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def ps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[int, tuple[int, str]]:
    """A system without /proc: the parent and the command line of each process, as ps tells them."""
    table: dict[int, tuple[int, str]] = {}

    def listed(command: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
        assert command[:2] == ["/bin/ps", "-ww"], "a terminal's width cuts lines off"
        assert how["env"] == {"LC_ALL": "C", "TZ": "UTC"}, "a process's own words and zone are not another's"
        number = int(command[-1])
        if number not in table:
            raise subprocess.CalledProcessError(1, command)
        parent, line = table[number]
        return subprocess.CompletedProcess(command, 0, stdout=f"  {parent} {STARTED} {line}\n")

    monkeypatch.setattr(processes, "PROC", tmp_path / "proc")
    monkeypatch.setattr(subprocess, "run", listed)
    return table


FACES: Mapping[str, Mapping[int, tuple[int, str]]] = {
    "dynamic": {100: (4711, "/bin/sh /opt/pulumi-resource-pulumi-python 127.0.0.1:5")},
    "native": {},
    "native by a folder": {100: (4711, "/opt/bin/pulumi-language-python 127.0.0.1:5")},
}
ENGINE = {4711: (50, "pulumi up --yes"), 50: (1, "-zsh"), 1: (0, "/sbin/launchd")}


def test_a_run_is_named_by_the_socket_of_its_engine_however_a_process_was_started(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_at(engine)
    monkeypatch.setattr(os, "getppid", lambda: 1)
    assert run_at(engine) == run_at(f"localhost:{engine.rpartition(':')[2]}") == run
    assert run
    assert run.socket


def test_two_engines_that_listen_at_one_port_one_after_the_other_are_told_apart() -> None:
    port = 0
    for _ in range(2):
        with socket.create_server(("127.0.0.1", port)) as server:
            port = server.getsockname()[1]
            registry = Registry(run_at(f"127.0.0.1:{port}"))
            assert not registry.declares(KIND, PARTS)
            registry.add(KIND, PARTS)


def test_without_proc_all_processes_of_a_run_know_what_one_of_them_declares(
    ps: dict[int, tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    for face, between in FACES.items():
        ps.clear()
        ps.update({**ENGINE, **between})
        monkeypatch.setattr(os, "getppid", lambda between=between: min(between, default=4711))
        runs.append(run_at("127.0.0.1:5"))
        Registry(runs[-1]).add(KIND, (1, face, ""))
    assert set(runs) == {Run(5, process=f"4711 {STARTED}")}
    assert all(Registry(run).declares(KIND, (1, face, "")) for run in runs for face in FACES)


@pytest.mark.parametrize("hidden", ["the first", "the engine", "ps"])
def test_a_process_that_cannot_read_who_started_it_knows_it_all_the_same(
    ps: dict[int, tuple[int, str]], monkeypatch: pytest.MonkeyPatch, hidden: str
) -> None:
    """What is unknown of a run may be any."""
    monkeypatch.setattr(os, "getppid", lambda: 100)
    ps.update({**ENGINE, **FACES["dynamic"]})
    telling = Registry(run_at("127.0.0.1:5"))
    telling.add(KIND, PARTS)
    if hidden == "ps":
        monkeypatch.setattr(subprocess, "run", Mock(side_effect=FileNotFoundError))
    else:
        del ps[100 if hidden == "the first" else 4711]
    other = Registry(run_at("127.0.0.1:5"))
    assert other.declares(KIND, PARTS)
    other.add(KIND, (2, "Image", ""))
    assert telling.declares(KIND, (2, "Image", ""))


def test_without_proc_two_engines_of_one_port_are_told_apart(
    ps: dict[int, tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (4711, 4712):
        ps[number] = ENGINE[4711]
        monkeypatch.setattr(os, "getppid", lambda number=number: number)
        registry = Registry(run_at("127.0.0.1:5"))
        assert not registry.declares(KIND, PARTS)
        registry.add(KIND, PARTS)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Run(5, "socket"), Run(5, "socket"), True),
        (Run(5, "socket"), Run(5, "another"), False),
        (Run(5, "socket"), Run(5, process="process"), True),
        (Run(5, "socket"), Run(5), True),
        (Run(5, process="one"), Run(5, process="two"), False),
        (Run(5), Run(6), False),
    ],
)
def test_two_runs_are_two_where_something_that_is_known_of_both_differs(one: Run, other: Run, same: bool) -> None:
    assert one.may_be(other) is other.may_be(one) is same


@pytest.mark.parametrize("address", ["", "unix:///tmp/engine", "127.0.0.1:"])
def test_what_is_no_address_is_no_run(address: str) -> None:
    assert run_at(address) is None


def test_two_engines_of_one_number_are_told_apart_by_their_starts() -> None:
    program = "import os; from tc_resources.limits.processes import process_of; print(process_of(os.getpid()).start)"
    first = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout  # noqa: S603 - written above
    assert process_of(os.getpid()).start not in ("", first)


def test_a_process_that_has_gone_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = 2**22 + 1
    assert process_of(gone) == Process(gone)
    monkeypatch.setattr(os, "getppid", lambda: gone)
    assert list(ancestors()) == [Process(gone)]


def test_the_systems_own_ps_tells_the_same_of_a_process_as_proc(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = process_of(os.getppid())
    monkeypatch.setattr(processes, "PROC", tmp_path / "proc")
    found = process_of(os.getppid())
    assert (found.parent, found.words[0]) == (expected.parent, expected.words[0].split()[0])
