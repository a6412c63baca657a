"""The processes of an operation: forked from a warm server, they are what started ones would be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pulumi.automation.errors import CommandError

from tc_resources.testing import LocalEngine
from tc_resources.testing.engine import forks, processes
from tc_resources.testing.engine.processes import Process

REPORT = """
import atexit, json, os, signal, stat, sys, threading
atexit.register(print, "goodbye")
print(json.dumps({
    "argv": sys.argv, "path": sys.path[:2], "name": __name__, "cwd": os.getcwd(), "environment": dict(os.environ),
    "stdin": [stat.S_ISFIFO(os.fstat(0).st_mode), sys.stdin.read()], "open": sorted(os.listdir("/proc/self/fd")),
    "unbuffered": sys.stdout.write_through, "interrupt": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
    "death": signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL,
    "blocked": [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
}))
threading.Timer(0.01, print, ["late"]).start()
"""
FORK = """
import os, time
from tc_resources.testing.engine.forks import server_for
server_for(os.environ)
os.fork()
print(os.getpid(), server_for(os.environ).process.pid, flush=True)
time.sleep(60)
"""
UP = """
import sys
from tc_resources.testing import LocalEngine
from tc_resources.testing.engine import processes
processes.WARM = sys.argv[2] == "True"
LocalEngine(sys.argv[1]).up()
"""

forking = pytest.mark.usefixtures("_forking")
Write = Callable[[str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    (tmp_path / "Pulumi.yaml").write_text("name: toy\nruntime: python\n", encoding="utf-8")

    def write(body: str) -> None:
        (tmp_path / "__main__.py").write_text(body, encoding="utf-8")

    return write


@pytest.fixture
def _forking() -> None:
    if not processes.WARM or forks.server_for(os.environ) is None:
        pytest.skip("here processes are not forked")


@pytest.fixture(params=[True, False], ids=["forked", "started"])
def warm(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param:
        request.getfixturevalue("_forking")
    monkeypatch.setattr(processes, "WARM", request.param)
    return bool(request.param)


def run(directory: Path, *arguments: str, environment: dict[str, str] | None = None) -> tuple[int | None, list[str]]:
    """The exit code, and what was printed."""
    lines: list[str] = []
    process = Process(arguments, directory, environment or dict(os.environ))
    process.pump(lines.append)
    process.end_input()
    process.close()
    return process.exit_code, lines


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """A shell's background job ignores interrupts, and so does what it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@forking
@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("safe_path", ["", "1"])
@pytest.mark.parametrize("how", ["file", "module"])
def test_a_forked_process_is_what_a_started_one_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, safe_path: str
) -> None:
    file = tmp_path / "report.py"
    file.write_text(REPORT, encoding="utf-8")
    command = [str(file)] if how == "file" else ["-m", "report"]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COLOUR": "blue"}
    environment |= {"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": safe_path}
    results = []
    for warm in (True, False):
        monkeypatch.setattr(processes, "WARM", warm)
        code, (report, *rest) = run(tmp_path, *command, "an argument", environment=environment)
        assert (code, rest) == (0, ["late\n", "goodbye\n"])
        results.append(json.loads(report))
    assert results[0] == results[1]
    assert results[0]["stdin"] == [True, ""]


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("print('done')", 0),
        ("import sys; sys.exit(3)", 3),
        ("import sys; sys.exit('why')", 1),
        ("import sys; sys.exit(None)", 0),
        ("1 / 0", 1),
        ("import os; os._exit(7)", 7),
        ("import os; os.kill(os.getpid(), 9)", -9),
    ],
)
def test_the_exit_code_is_the_process_s_own(tmp_path: Path, program: str, code: int) -> None:
    (tmp_path / "it.py").write_text(program, encoding="utf-8")
    assert run(tmp_path, str(tmp_path / "it.py"))[0] == code


@pytest.mark.usefixtures("warm")
def test_what_a_process_prints_need_not_be_utf_8(tmp_path: Path) -> None:
    (tmp_path / "it.py").write_text("import sys; sys.stdout.buffer.write(b'\\xff\\n\\xc3\\xa9\\n')", encoding="utf-8")
    assert run(tmp_path, str(tmp_path / "it.py")) == (0, ["\ufffd\n", "\u00e9\n"])


@pytest.mark.usefixtures("warm")
def test_a_process_that_ignores_its_interruption_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.01)
    body = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('deaf')\ntime.sleep(60)"
    (tmp_path / "it.py").write_text(body, encoding="utf-8")
    process = Process([str(tmp_path / "it.py")], tmp_path, os.environ)
    assert process.read_line() == "deaf"
    process.interrupt()
    process.close()
    assert process.exit_code == -signal.SIGKILL


@pytest.mark.usefixtures("warm")
def test_a_program_edited_twice_within_a_second_is_run_as_it_is(write: Write, tmp_path: Path) -> None:
    write("import pulumi, settings\npulumi.export('size', settings.SIZE)")
    engine = LocalEngine(tmp_path)
    for size in range(3):
        (tmp_path / "settings.py").write_text(f"SIZE = {size}", encoding="utf-8")
        os.utime(tmp_path / "settings.py", (1e9, 1e9))
        assert engine.up().outputs["size"].value == size


@pytest.mark.usefixtures("warm")
def test_a_program_under_pythonsafepath_has_all_of_pythonpath(write: Write, tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "places.py").write_text("PLACE = 'here'", encoding="utf-8")
    write("import pulumi, places\npulumi.export('place', places.PLACE)")
    path = os.pathsep.join([str(tmp_path / "first"), os.environ.get("PYTHONPATH", "")])
    engine = LocalEngine(tmp_path, env={"PYTHONPATH": path, "PYTHONSAFEPATH": "1"})
    assert engine.up().outputs["place"].value == "here"


@forking
def test_engines_whose_environments_matter_to_imports_have_servers_of_their_own(write: Write, tmp_path: Path) -> None:
    write("import os, pulumi, places\npulumi.export('it', [places.PLACE, os.environ['COLOUR'], os.getppid()])")
    found = []
    for place, colour in (("here", "blue"), ("there", "red"), ("there", "blue")):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / "places.py").write_text(f"PLACE = '{place}'", encoding="utf-8")
        path = os.pathsep.join([str(tmp_path / place), os.environ.get("PYTHONPATH", "")])
        found.append(LocalEngine(tmp_path, env={"PYTHONPATH": path, "COLOUR": colour}).up().outputs["it"].value)
    assert [it[:2] for it in found] == [["here", "blue"], ["there", "red"], ["there", "blue"]]
    assert found[0][2] != found[1][2] == found[2][2]


@forking
def test_where_the_imports_start_a_thread_processes_are_not_forked(write: Write, tmp_path: Path) -> None:
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=[60], daemon=True).start()"
    (tmp_path / "sitecustomize.py").write_text(thread, encoding="utf-8")
    write("import os, pulumi\npulumi.export('parent', os.getppid())")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    assert LocalEngine(tmp_path, env={"PYTHONPATH": path}).up().outputs["parent"].value == os.getpid()


@forking
def test_to_interrupt_a_process_of_whose_end_the_server_has_not_told_yet_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "it.py").touch()
    process = Process([str(tmp_path / "it.py")], tmp_path, dict(os.environ))
    wait_until(lambda: process.exit_code == 0)
    monkeypatch.setattr(forks.Fork, "poll", lambda _: None)
    process.interrupt()
    process.close()


@forking
def test_a_server_that_has_been_killed_is_replaced(write: Write, tmp_path: Path) -> None:
    write("import pulumi")
    engine = LocalEngine(tmp_path)
    engine.up()
    for server in forks.servers.values():
        server.process.kill()
        server.process.wait()
    assert engine.up().summary.resource_changes == {"same": 1}


@forking
def test_a_program_that_loses_its_server_has_failed(write: Write, tmp_path: Path) -> None:
    write("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)")
    with pytest.raises(CommandError, match="program exited with non-zero exit code: -9"):
        LocalEngine(tmp_path).up()


def test_the_kill_of_the_engine_s_process_ends_the_program(write: Write, tmp_path: Path, warm: bool) -> None:
    command = [sys.executable, "-c", UP, str(tmp_path), str(warm)]
    ids = tmp_path / "ids"
    write(f"import os, time\nopen({str(ids)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}\\n')\ntime.sleep(60)")
    with subprocess.Popen(command) as engine:  # noqa: S603 - written above
        wait_until(lambda: ids.exists() and ids.read_text().endswith("\n"))
        engine.kill()
    wait_until(lambda: not any(lives(int(pid)) for pid in ids.read_text().split()))


@forking
def test_a_fork_of_the_engine_s_process_has_a_server_of_its_own_and_keeps_none_of_its_parent_s() -> None:
    with subprocess.Popen([sys.executable, "-c", FORK], stdout=subprocess.PIPE, text=True) as engine:  # noqa: S603 - written above
        assert engine.stdout
        servers = {int(pid): int(server) for pid, server in (engine.stdout.readline().split() for _ in range(2))}
        engine.kill()
    server = servers.pop(engine.pid)
    [(fork, other)] = servers.items()
    try:
        wait_until(lambda: not Path(f"/proc/{server}").exists())
        assert Path(f"/proc/{other}").exists()
    finally:
        os.kill(fork, signal.SIGKILL)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
