"""The user's program while it runs, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tc_resources.testing.engine.plugin import await_end, interrupt, pump
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
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-u", str(_RUNNER), json.dumps(settings), str(project.program)],
            cwd=project.directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._pumps = pump(self._process, on_line)

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def close(self) -> None:
        interrupt(self._process)
        await_end(self._process, self._pumps)
