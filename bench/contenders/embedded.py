"""A program on the embedded engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench.contenders import project
from bench.contenders.contender import DESTROY, NO_CHANGE, REFRESH, UP, UPDATE
from bench.workload import Inputs
from tc_resources.testing import LocalEngine


class Embedded:
    """A stack in this process's memory; its program and its providers are processes of their own."""

    process = "pulumi.dynamic"
    operations = (UP, NO_CHANGE, REFRESH, UPDATE, DESTROY)

    def __init__(self, folder: Path, program: str, environ: Mapping[str, str]) -> None:
        project.create(folder, program)
        self._folder = folder
        self._stack = LocalEngine(folder, "bench", environ)

    def declare(self, inputs: Inputs) -> None:
        project.declare(self._folder, inputs)

    def run(self, operation: str) -> None:
        {REFRESH: self._stack.refresh, DESTROY: self._stack.destroy}.get(operation, self._stack.up)()

    def state_bytes(self) -> None:
        """Not told: this engine's export keeps a digest of each secret, whatever its length."""
        return
