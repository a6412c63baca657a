"""What a run declares, and how its processes share it."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from pulumi.runtime import rpc

from tc_resources.limits import command
from tc_resources.limits import run as run_module
from tc_resources.limits.registry import Declaration, Registry
from tc_resources.limits.run import name_of_run
from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.unit.provider.host import Run

QUOTA = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5, "api_token": "an-api-token"}
ID = "1#Text#8dfba01da860"
LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
A, B = ("zone-1", "a.example.com", "Overseas"), ("zone-1", "b.example.com", "Overseas")
KIND = "prefetch_origin_limit"
UID = os.getuid()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that all users of the machine share."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def started_by(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:  # noqa: ARG001 - made there
    """Pose as a process that an engine has started, with its address and through its shell."""

    def started_by(address: str, engine: str = "4711-1") -> None:
        monkeypatch.setattr(sys, "argv", ["host", address])
        monkeypatch.setattr(run_module, "_engine", lambda: engine)

    return started_by


def test_the_processes_of_a_run_share_what_it_declares(machine: Path) -> None:
    one, other, foreign = Registry("run"), Registry("run"), Registry("another")
    assert not other.declares(KIND, A)
    one.add(KIND, A)
    one.add(KIND, A)
    other.add(KIND, B)
    assert all(process.declares(KIND, parts) for parts in (A, B) for process in (one, other))
    assert not other.declares(KIND, ("zone-1", "c.example.com", "Overseas"))
    assert not other.declares("aigc_quota", A)
    assert not foreign.declares(KIND, A)
    file = machine / f"tc-resources-{os.getuid()}" / "run"
    assert len(file.read_text(encoding="utf-8").splitlines()) == 2
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("unknown", [{0}, {1}, {2}, {0, 1, 2}])
def test_a_part_that_is_not_known_may_be_any(unknown: set[int]) -> None:
    known = [None if place in unknown else part for place, part in enumerate(A)]
    declaration = Declaration(KIND, tuple(known), frozenset(unknown))
    assert declaration.covers(Declaration(KIND, A))
    assert declaration.covers(Declaration(KIND, B)) is (1 in unknown)


def test_a_process_that_starts_when_another_has_crashed_knows_what_that_one_noted(machine: Path) -> None:
    program = f"""
import os, signal
from tc_resources.limits.registry import Registry
Registry("run").add({KIND!r}, {A!r})
os.kill(os.getpid(), signal.SIGKILL)
"""
    env = {**os.environ, "TMPDIR": str(machine)}
    subprocess.run([sys.executable, "-c", program], env=env, check=False)  # noqa: S603 - written above
    assert Registry("run").declares(KIND, A)


def test_a_line_that_another_process_is_writing_is_read_once_it_is_whole(machine: Path) -> None:
    ours = Registry("run")
    ours.add(KIND, A)
    file = machine / f"tc-resources-{os.getuid()}" / "run"
    whole = file.read_bytes().replace(b"a.example", b"b.example")
    with file.open("ab") as end:
        end.write(whole[:20])
        end.flush()
        assert not ours.declares(KIND, B)
        end.write(whole[20:])
    assert ours.declares(KIND, B)


def test_a_process_that_no_engine_started_shares_nothing(machine: Path) -> None:
    alone = Registry(None)
    alone.add(KIND, A)
    assert alone.declares(KIND, A)
    assert not Registry(None).declares(KIND, A)
    assert list(machine.iterdir()) == []


@pytest.fixture
def engine() -> Iterator[str]:
    """The address of something that listens as an engine does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_run_is_named_by_the_socket_of_its_engine(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However a process was started, and by whom."""
    name = name_of_run(engine)
    monkeypatch.setattr(run_module, "_engine", lambda: "another")
    assert name_of_run(engine) == name_of_run(f"localhost:{engine.rpartition(':')[2]}") == name
    assert "another" in name_of_run("127.0.0.1:1")


def test_two_engines_that_listen_at_one_port_one_after_the_other_are_told_apart() -> None:
    names = []
    port = 0
    for _ in range(2):
        with socket.create_server(("127.0.0.1", port)) as server:
            port = server.getsockname()[1]
            names.append(name_of_run(f"127.0.0.1:{port}"))
    assert len(set(names)) == 2


@pytest.mark.parametrize("trap", ["file", "link", "somebody else's", "missing", "no folder at all"])
def test_where_nothing_can_be_noted_a_check_fails_and_nothing_is_deleted(
    new_run: Callable[..., Run],
    started_by: Callable[..., None],
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    emulator: Emulator,
    trap: str,
) -> None:
    folder = machine / f"tc-resources-{os.getuid()}"
    if trap == "file":
        folder.touch()
    elif trap == "link":
        (machine / "elsewhere").mkdir()
        folder.symlink_to(machine / "elsewhere")
    elif trap == "missing":
        monkeypatch.setattr(tempfile, "tempdir", str(machine / "nowhere"))
    elif trap == "no folder at all":
        monkeypatch.setattr(tempfile, "tempdir", None)
        monkeypatch.setattr(tempfile, "gettempdir", Mock(side_effect=FileNotFoundError(2, "No usable directory")))
    else:
        (machine / f"tc-resources-{UID + 1}").mkdir()
        monkeypatch.setattr(os, "getuid", lambda: UID + 1)
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    started_by("127.0.0.1:4321")
    ours = new_run()
    [(name, reason)] = ours.quotas.check(QUOTA)[1]
    assert name == ""
    assert "What this program declares cannot be noted in" in reason
    assert "set TMPDIR" in reason
    assert "cannot be noted" in ours.quotas.failure("delete", ID, QUOTA)
    assert emulator.writes == []


def test_a_disk_that_is_full_in_the_middle_of_a_run_fails_the_check(
    new_run: Callable[..., Run], started_by: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    started_by("127.0.0.1:4321")
    ours = new_run()
    assert ours.quotas.check(QUOTA)[1] == []

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tc_resources.limits.registry.os.write", full)
    [(_, reason)] = ours.quotas.check({**QUOTA, "api_token": "another-token"})[1]
    assert "No space left on device" in reason


def test_the_engine_is_the_process_that_started_the_shell_that_started_us() -> None:
    program = "from tc_resources.limits.run import _engine; print(_engine())"
    shell = ["/bin/sh", "-c", f"{sys.executable} -c '{program}'; true"]
    first, second = (subprocess.run(shell, capture_output=True, text=True, check=True).stdout for _ in range(2))  # noqa: S603 - written above
    assert first == second
    assert first.startswith(f"{os.getpid()}-")


def test_two_engines_of_one_number_are_told_apart_by_their_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(run_module, "PROC", tmp_path)
    for process, parent, start in ((os.getppid(), 4711, 5), (4711, 1, 99)):
        status = tmp_path / str(process) / "stat"
        status.parent.mkdir()
        status.write_text(f"{process} (a (shell)) S {parent} {'0 ' * 17}{start} 0 0\n")
    assert run_module._engine() == "4711-99"
    status.unlink()
    assert run_module._engine() == "4711-"


def test_the_engine_is_found_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run_module, "PROC", tmp_path / "proc")
    answers = ("  4711\n", "Sun Nov 22 13:06:00 2026\n")
    ps = Mock(side_effect=[subprocess.CompletedProcess([], 0, stdout=text) for text in answers])
    monkeypatch.setattr(subprocess, "run", ps)
    assert run_module._engine() == "4711-SunNov2213:06:002026"
    assert [call.args[0] for call in ps.call_args_list] == [
        ["/bin/ps", "-o", "ppid=", "-p", str(os.getppid())],
        ["/bin/ps", "-o", "lstart=", "-p", "4711"],
    ]


def test_a_process_heeds_what_another_one_of_its_run_declares(
    new_run: Callable[..., Run], started_by: Callable[..., None], emulator: Emulator
) -> None:
    """An explicit provider instance is a process of its own."""
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    started_by("127.0.0.1:4321")
    new_run().quotas.check(QUOTA)
    new_run().quotas.delete(ID, QUOTA)
    assert emulator.calls_of("DeleteAigcQuota", "ModifyAigcQuota") == []


def test_what_a_run_with_a_part_of_the_program_does_not_see_renamed_is_not_deleted(
    new_run: Callable[..., Run],
    started_by: Callable[..., None],
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    emulator.put_quota(Quota(1, "Image", 5))
    started_by("127.0.0.1:4321")
    monkeypatch.setattr(command, "ancestors", lambda: [["pulumi", "up", "--exclude", "urn"]])
    ours = new_run()
    ours.quotas.check(QUOTA)
    ours.quotas.delete(ID, QUOTA)
    image = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5}
    told = ours.quotas.failure("delete", "1#Image", image)
    assert "Deleting the Image quota of sub-application 1 failed." in told
    assert "`pulumi destroy --target URN`" in told
    assert emulator.writes == []


def test_a_process_of_another_run_deletes(
    new_run: Callable[..., Run], started_by: Callable[..., None], emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    started_by("127.0.0.1:4321")
    new_run().quotas.check(QUOTA)
    started_by("127.0.0.1:4322")
    new_run().quotas.delete(ID, QUOTA)
    assert emulator.quotas() == []


def test_what_is_declared_at_another_endpoint_is_the_same_setting(
    new_run: Callable[..., Run], started_by: Callable[..., None], config: dict[str, str], emulator: Emulator
) -> None:
    """The ids of zones and applications are unique: one address of a service may be written in several ways."""
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    started_by("127.0.0.1:4321")
    new_run({**config, "tc-resources:endpoint": emulator.url.replace("127.0.0.1", "localhost")}).quotas.check(QUOTA)
    new_run().quotas.delete(ID, QUOTA)
    assert emulator.calls_of("DeleteAigcQuota", "ModifyAigcQuota") == []


def test_what_is_declared_is_noted_without_a_secret(
    new_run: Callable[..., Run], started_by: Callable[..., None], machine: Path, emulator: Emulator
) -> None:
    started_by("127.0.0.1:4321")
    new_run().quotas.check(QUOTA)
    [file] = (machine / f"tc-resources-{os.getuid()}").glob("run-*")
    assert file.read_text(encoding="utf-8") == '["aigc_quota", [1, "Text", "8dfba01da860"], []]\n'
    assert emulator.secret_key not in file.read_text(encoding="utf-8")


def test_a_token_that_is_not_known_yet_may_be_any_of_the_application(run: Run, emulator: Emulator) -> None:
    """As of a resource that has failed, where the run goes on."""
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    emulator.put_quota(Quota(2, "Text", 5, api_token="an-api-token"))
    assert run.quotas.check({**QUOTA, "api_token": rpc.UNKNOWN})[1] == []
    assert "kept in the state" in run.quotas.failure("delete", ID, QUOTA)
    assert emulator.writes == []
    run.quotas.delete(ID.replace("1#", "2#", 1), {**QUOTA, "sub_app_id": 2})
    assert [call.params["SubAppId"] for call in emulator.writes] == [2]


@pytest.mark.parametrize(
    ("imported", "declared"),
    [("WWW.Example.com.", "www.example.com"), ("b\u00fccher.example.com", "xn--bcher-kva.example.com")],
)
def test_a_domain_in_another_spelling_is_declared_all_the_same(
    run: Run, emulator: Emulator, imported: str, declared: str
) -> None:
    emulator.put_limit(Limit("zone-1", declared, "Overseas", 500))
    run.limits.check({**LIMIT, "domain_name": imported})
    run.limits.delete(f"zone-1#{declared}#Overseas", {**LIMIT, "domain_name": declared})
    assert emulator.writes == []
