"""`tc-resources new` of an installed wheel, and the program that it writes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tc_resources.testing.emulator import Emulator
from tests.account import account_of
from tests.pulumi.pulumi_cli import Stack


def test_a_program_that_the_wheel_has_written_is_up_as_its_last_lines_say(
    environ: dict[str, str], emulator: Emulator, tmp_path: Path
) -> None:
    command = shutil.which("tc-resources", path=environ["PATH"])
    assert command
    folder = tmp_path / "mine"
    done = subprocess.run([command, "new", str(folder)], env=environ, capture_output=True, text=True, check=True)  # noqa: S603 - written above
    assert done.stdout.splitlines()[-1] == "pulumi up"
    (folder / "backend").mkdir()
    stack = Stack(folder, {**environ, **account_of(emulator)})
    del stack.environ["PULUMI_STACK"]
    stack.run("stack", "init", "dev")
    stack.run("config", "set", "--secret", "chatToken", "any")
    stack.run("up")
    assert (len(emulator.limits()), len(emulator.quotas())) == (3, 3)
