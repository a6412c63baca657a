"""Completion as somebody has it who presses Tab: in a shell of its own, on a terminal, in an empty home."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 60.0
"""Seconds until a shell must have answered."""


@contextmanager
def terminal(shell: str, environ: dict[str, str]) -> Iterator[int]:
    """The screen and the keyboard of a shell; it ends with its terminal."""
    ours, its = pty.openpty()
    process = subprocess.Popen([shell, "-i"], stdin=its, stdout=its, stderr=its, env=environ, start_new_session=True)  # noqa: S603 - named below
    os.close(its)
    try:
        yield ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def typed(screen: int, keys: str, wanted: str) -> bool:
    """Whether these keys, and Tab for as long as nothing comes, bring this up."""
    os.write(screen, keys.encode())
    seen, end = "", time.monotonic() + PATIENCE
    while wanted not in seen and time.monotonic() < end:
        os.write(screen, b"\t")
        while select.select([screen], [], [], 2.0)[0] and wanted not in seen:
            seen += os.read(screen, 4096).decode(errors="replace")
    return wanted in seen


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_completes_commands_and_options_once_completion_is_installed(shell: str, tmp_path: Path) -> None:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not on PATH")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {"HOME": str(tmp_path), "PATH": path, "TERM": "xterm"}
    install = [found, "-c", "tc-resources --install-completion; true"]  # the shell in which it runs is the one
    subprocess.run(install, env=environ, check=True, capture_output=True)  # noqa: S603 - named above
    with terminal(found, environ) as screen:
        assert typed(screen, "tc-resources sta", "status")
        assert typed(screen, "--fail-a", "--fail-above")
