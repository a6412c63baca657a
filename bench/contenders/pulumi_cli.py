"""A program on the real engine, by the `pulumi` CLI."""

from __future__ import annotations

import json
import sys
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
LIBRARY = "library"
INSTALL = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target")


class PulumiCli:
    """A stack in a file backend in `folder`."""

    process = "pulumi.dynamic"
    operations = OPERATIONS

    def __init__(self, folder: Path, program: str, environ: Mapping[str, str]) -> None:
        project.create(folder, program)
        backend = folder / "backend"
        backend.mkdir()
        self._folder = folder
        self.environ = {
            **environ,
            "PYTHONPATH": str(folder / LIBRARY),
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        self._pulumi("stack", "init", "bench")

    def write_sdk(self, package: str, *arguments: str) -> None:
        """Install the code by which programs declare a plugin's resources."""
        self._pulumi("package", "gen-sdk", "--language", "python", "--out", "sdks", package, *arguments)
        execute([*INSTALL, str(self._folder / LIBRARY), "sdks/python"], self._folder, {})

    def declare(self, inputs: Inputs) -> None:
        project.declare(self._folder, inputs)

    def run(self, operation: str) -> None:
        self._pulumi(*COMMANDS[operation])

    def state_bytes(self) -> float:
        return project.bytes_of_a_resource(json.loads(self._pulumi("stack", "export"))["deployment"])

    def _pulumi(self, *command: str) -> str:
        return execute(["pulumi", "--non-interactive", "--color=never", *command], self._folder, self.environ)
