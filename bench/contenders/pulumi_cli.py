"""A program on the real engine, by the `pulumi` CLI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from bench.contenders import project
from bench.contenders.contender import DESTROY, NO_CHANGE, OPERATIONS, PREVIEWED, REFRESH, UP, UPDATE, execute
from bench.workload import Inputs

AT_ONCE = ("--yes", "--skip-preview", "--suppress-progress")
COMMANDS = {
    UP: ("up", *AT_ONCE),
    NO_CHANGE: ("up", *AT_ONCE),
    PREVIEWED: ("up", "--yes", "--suppress-progress"),
    REFRESH: ("refresh", *AT_ONCE),
    UPDATE: ("up", *AT_ONCE),
    DESTROY: ("destroy", *AT_ONCE),
}


class PulumiCli:
    """A stack in a file backend in `folder`."""

    process = "pulumi.dynamic"
    operations = OPERATIONS

    def __init__(self, folder: Path, program: str, environ: Mapping[str, str]) -> None:
        project.create(folder, program)
        backend = folder / "backend"
        backend.mkdir()
        self._folder = folder
        self._environ = {
            **environ,
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self._pulumi("stack", "init", "bench")

    def declare(self, inputs: Inputs) -> None:
        project.declare(self._folder, inputs)

    def run(self, operation: str) -> None:
        self._pulumi(*COMMANDS[operation])

    def state_bytes(self) -> float:
        return project.bytes_of_a_resource(json.loads(self._pulumi("stack", "export"))["deployment"])

    def _pulumi(self, *command: str) -> str:
        return execute(["pulumi", *command, "--non-interactive", "--color=never"], self._folder, self._environ)
