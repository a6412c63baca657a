"""A stack of the real `pulumi` CLI, whose program a test writes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tc_resources.testing.emulator import Call, Emulator
from tests.notes import age_writes

PROJECT = "foreign"
PASSPHRASE = "emulator"  # in tests/state too: it encrypts what the emulator's users need not hide
HEADER = """
import os
import pulumi
from pulumi import ResourceOptions
from tc_resources import AigcApiToken, AigcQuota, PrefetchOriginLimit, Provider
"""
UNATTENDED = {
    "preview": ("--suppress-progress",),
    "up": ("--yes", "--skip-preview", "--suppress-progress"),
    "refresh": ("--yes", "--skip-preview", "--suppress-progress"),
    "destroy": ("--yes", "--skip-preview", "--suppress-progress"),
    "cancel": ("--yes",),
    "import": ("--yes", "--skip-preview", "--generate-code=false", "--protect=false"),
}
PATIENCE = 60
"""Seconds that a command may take."""


class Stack:
    """The stack "dev" of the project in `folder`; all commands run with `environ` and nothing else."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder, self.patience = folder, float(PATIENCE)
        backend = folder / "backend"
        self.environ = {**environ, "PULUMI_BACKEND_URL": backend.as_uri(), "PULUMI_STACK": "dev"}

    def declare(self, *lines: str) -> None:
        """Make these lines the program."""
        (self.folder / "__main__.py").write_text(HEADER + "\n".join(lines), encoding="utf-8")

    def run(self, command: str, *options: str) -> str:
        """Run a command that succeeds; all that it printed."""
        code, output = self._run(command, *options)
        assert code == 0, output
        return output

    def fail(self, command: str, *options: str) -> str:
        """Run a command that fails; all that it printed."""
        code, output = self._run(command, *options)
        assert code != 0, output
        return output

    def _run(self, *command: str) -> tuple[int, str]:
        process = self.start(*command)
        output, _ = process.communicate(timeout=self.patience)
        return process.returncode, output

    def start(self, command: str, *options: str) -> subprocess.Popen[str]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(  # noqa: S603 - tests write the command
            ["pulumi", command, *options, *UNATTENDED.get(command, ()), "--non-interactive", "--color=never"],  # noqa: S607 - the user's CLI, too, is the one on PATH
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def export(self) -> dict[str, Any]:
        """The state, its secrets encrypted."""
        state: dict[str, Any] = json.loads(self.run("stack", "export"))
        return state

    def resources(self) -> dict[str, dict[str, Any]]:
        """What the state holds of each resource of ours, by name."""
        found = self.export()["deployment"].get("resources", [])
        return {row["urn"].rpartition("::")[2]: row for row in found if ":dynamic/tc_resources:" in row["type"]}

    def age(self, seconds: int = 60) -> None:
        """Let all have been written some time ago, so that no listing can lag behind that any more."""
        state = self.export()
        for row in state["deployment"]["resources"]:
            for name in {"written_at", "writtenAt"} & {*row.get("outputs", {})}:
                row["outputs"][name] -= seconds
        self.load(state)
        age_writes(self.environ["TENCENTCLOUD_ENDPOINT"], seconds)

    def load(self, state: dict[str, Any]) -> None:
        """Make this the state."""
        file = self.folder / "state.json"
        file.write_text(json.dumps(state), encoding="utf-8")
        self.run("stack", "import", "--file", str(file))

    def outputs(self) -> dict[str, Any]:
        """What the program exported."""
        exported: dict[str, Any] = json.loads(self.run("stack", "output", "--json"))
        return exported


def limit(name: str = "www", *, opts: str = "None", **given: object) -> str:
    """A line that declares an origin limit; `opts` is source text."""
    args = {
        "zone_id": "zone-1",
        "domain_name": f"{name}.example.com",
        "area": "Overseas",
        "bandwidth": 500,
        **given,
    }
    return _declaration("PrefetchOriginLimit", name, opts, args)


def quota(name: str = "images", *, opts: str = "None", **given: object) -> str:
    """A line that declares a quota; `opts` is source text."""
    return _declaration("AigcQuota", name, opts, {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 2000, **given})


def token(name: str = "chat", *, opts: str = "None", **given: object) -> str:
    """A line that declares an API token; `opts` is source text."""
    return _declaration("AigcApiToken", name, opts, {"sub_app_id": 1, **given})


class Source(str):
    """An argument that stands in the program as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _declaration(kind: str, name: str, opts: str, args: Mapping[str, object]) -> str:
    return f"{kind}({name!r}, opts={opts}, {', '.join(f'{key}={value!r}' for key, value in args.items())})"


def writes(emulator: Emulator) -> list[Call]:
    """The calls that change something, refused ones too."""
    return [call for call in emulator.calls if not call.action.startswith("Describe")]


def ends(emulator: Emulator) -> list[Call]:
    """The calls that end a setting."""
    return [
        call for call in writes(emulator) if call.action == "DeleteAigcQuota" or call.params.get("Enabled") == "off"
    ]


def without_traceback_of_ours(output: str) -> bool:
    """Whether no line of this package's code is shown."""
    return not re.search(r'File "[^"]*tc_resources', output)


def wait_for(path: Path) -> None:
    """Until the program has made this file."""
    wait_until(path.exists)


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    latest = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < latest, true
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """The processes below a process."""
    listed = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True)  # noqa: S607 - where it lies differs
    rows = (line.split() for line in listed.stdout.splitlines())
    parents = {int(child): int(parent) for child, parent in rows}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {pid})


def kill(process: subprocess.Popen[str]) -> list[int]:
    """Kill the CLI's process group and return the processes that it had started, which may go on."""
    started = descendants(process.pid)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
    return started


def end(pids: Iterable[int]) -> None:
    """End what a killed CLI left behind."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
