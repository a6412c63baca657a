"""The user's program while it runs, in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from tc_resources.testing.engine.processes import Process
from tc_resources.testing.engine.project import Project

REASON_SHOWN = 32  # the exit code of a program whose error has been shown in full
_RUNNER = Path(__file__).with_name("runner.py")


class Program:
    """`settings` are those of pulumi.runtime.Settings; `on_line` is given all that the program prints."""

    def __init__(
        self,
        project: Project,
        settings: Mapping[str, object],
        environment: Mapping[str, str],
        on_line: Callable[[str], None],
    ) -> None:
        arguments = [str(_RUNNER), json.dumps(settings), str(project.program)]
        self._process = Process(arguments, project.directory, environment)
        self._process.end_input()
        self._process.pump(on_line)

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.exit_code

    def close(self) -> None:
        """Interrupts it where it still runs; returns once it has ended and all that it printed is handed on."""
        self._process.interrupt()
        self._process.close()
