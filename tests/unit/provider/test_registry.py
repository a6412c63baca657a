from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from tc_resources.cloud.transport.shared_file import DAY
from tc_resources.limits import registry
from tc_resources.limits.registry import Registry, file_of_run
from tc_resources.testing.emulator import Emulator, Quota
from tests.unit.provider.host import Run

QUOTA = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5, "api_token": "an-api-token"}
ID = "1#Text#8dfba01da860"


@pytest.fixture
def started_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Pose as a process that an engine has started, with its address and through its shell."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def started_by(address: str, engine: str = "4711-1") -> None:
        monkeypatch.setattr(sys, "argv", ["host", address])
        monkeypatch.setattr(registry, "_engine", lambda: engine)

    return started_by


def test_the_processes_of_a_run_share_what_it_declares(tmp_path: Path) -> None:
    one, other = Registry(tmp_path / "run"), Registry(tmp_path / "run")
    assert "zone-1#a" not in other
    one.add("zone-1#a")
    one.add("zone-1#a")
    other.add("zone-1#b")
    assert all(identity in process for identity in ("zone-1#a", "zone-1#b") for process in (one, other))
    assert "zone-1" not in other
    assert (tmp_path / "run").read_text() == "zone-1#a\nzone-1#b\n"


def test_a_process_that_starts_when_another_has_crashed_knows_what_that_one_noted(tmp_path: Path) -> None:
    run = tmp_path / "run"
    program = f"""
import os, signal
from pathlib import Path
from tc_resources.limits.registry import Registry
Registry(Path({str(run)!r})).add("zone-1#a")
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - written above
    assert "zone-1#a" in Registry(run)


def test_a_process_that_no_engine_started_shares_nothing() -> None:
    alone = Registry(None)
    alone.add("zone-1#a")
    assert "zone-1#a" in alone
    assert "zone-1#a" not in Registry(None)


def test_the_file_of_a_run_is_named_by_its_engine_and_its_address(started_by: Callable[..., None]) -> None:
    files = []
    for port, engine in [(4321, "7-1"), (4321, "7-1"), (4322, "7-1"), (4321, "7-2")]:
        started_by(f"127.0.0.1:{port}", engine)
        files.append(file_of_run(f"127.0.0.1:{port}"))
    assert files[0] == files[1]
    assert len(set(files)) == 3


def test_only_the_user_may_look_into_the_folder(started_by: Callable[..., None]) -> None:
    started_by("127.0.0.1:4321")
    file = file_of_run("127.0.0.1:4321")
    assert file
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_what_runs_left_over_a_day_ago_is_removed(started_by: Callable[..., None]) -> None:
    started_by("127.0.0.1:4321")
    file = file_of_run("127.0.0.1:4321")
    assert file
    old, recent = file.with_name("1-1"), file.with_name("1-2")
    for left_over, age in ((old, DAY + 60), (recent, DAY - 60)):
        left_over.touch()
        os.utime(left_over, (left_over.stat().st_mtime - age,) * 2)
    file_of_run("127.0.0.1:4321")
    assert not old.exists()
    assert recent.exists()


@pytest.mark.parametrize("trap", ["file", "link"])
def test_a_folder_that_is_none_is_refused(started_by: Callable[..., None], tmp_path: Path, trap: str) -> None:
    """In a folder for all, somebody else may have made one of this name first."""
    folder = tmp_path / f"tc-resources-{os.getuid()}"
    if trap == "file":
        folder.touch()
    else:
        (tmp_path / "elsewhere").mkdir()
        folder.symlink_to(tmp_path / "elsewhere")
    started_by("127.0.0.1:4321")
    with pytest.raises((PermissionError, FileExistsError), match=str(folder)):
        file_of_run("127.0.0.1:4321")


def test_a_folder_of_somebody_else_is_refused(
    started_by: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody_else = os.getuid() + 1
    (tmp_path / f"tc-resources-{somebody_else}").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: somebody_else)
    started_by("127.0.0.1:4321")
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        file_of_run("127.0.0.1:4321")


def test_the_engine_is_the_process_that_started_the_shell_that_started_us() -> None:
    program = "from tc_resources.limits.registry import _engine; print(_engine())"
    shell = ["/bin/sh", "-c", f"{sys.executable} -c '{program}'; true"]
    first, second = (subprocess.run(shell, capture_output=True, text=True, check=True).stdout for _ in range(2))  # noqa: S603 - written above
    assert first == second
    assert first.startswith(f"{os.getpid()}-")


def test_two_engines_of_one_number_are_told_apart_by_their_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(registry, "PROC", tmp_path)
    for process, parent, start in ((os.getppid(), 4711, 5), (4711, 1, 99)):
        status = tmp_path / str(process) / "stat"
        status.parent.mkdir()
        status.write_text(f"{process} (a (shell)) S {parent} {'0 ' * 17}{start} 0 0\n")
    assert registry._engine() == "4711-99"
    status.unlink()
    assert registry._engine() == "4711-"


def test_the_engine_is_found_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(registry, "PROC", tmp_path / "proc")
    answers = ("  4711\n", "Sun Nov 22 13:06:00 2026\n")
    ps = Mock(side_effect=[subprocess.CompletedProcess([], 0, stdout=text) for text in answers])
    monkeypatch.setattr(subprocess, "run", ps)
    assert registry._engine() == "4711-SunNov2213:06:002026"
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


def test_the_file_holds_no_secret(
    new_run: Callable[..., Run], started_by: Callable[..., None], emulator: Emulator
) -> None:
    started_by("127.0.0.1:4321")
    new_run().quotas.check(QUOTA)
    file = file_of_run("127.0.0.1:4321")
    assert file
    assert file.read_text() == f"aigc_quota {ID}\n"
    assert emulator.secret_key not in file.read_text()


def test_a_left_over_that_another_process_removes_first_is_no_error(
    started_by: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    started_by("127.0.0.1:1")
    path = file_of_run("127.0.0.1:1")
    assert path
    left_over = path.with_name("1-1")
    left_over.touch()
    monkeypatch.setattr(Path, "iterdir", lambda _: [left_over.with_name("gone")])
    assert file_of_run("127.0.0.1:1") == path
