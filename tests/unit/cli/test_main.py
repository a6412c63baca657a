from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from tc_resources.testing.emulator import Emulator, Quota
from tests.account import account_of
from tests.unit.cli.conftest import Command


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["destroy"], "destroy"),
        (["discover", "--colour", "red"], "--colour"),
        (["status", "--all", "--fail-above", "much"], "--fail-above"),
        (["emulator", "--port", "70000"], "--port"),
    ],
)
def test_wrong_use_is_one_line_with_what_is_wrong_and_code_2(
    command: Command, emulator: Emulator, arguments: list[str], told: str
) -> None:
    end = command(*arguments)
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert told in end.err
    assert emulator.calls == []


def test_the_version_is_the_packages(command: Command) -> None:
    assert command("--version") == (0, f"tc-resources {version('tc-resources')}\n", "")


@pytest.mark.parametrize(("name", "extra"), [("emulator", "emulator"), ("status", "cli"), ("--help", "cli")])
def test_without_the_extras_the_one_that_a_command_needs_is_named(
    command: Command, monkeypatch: pytest.MonkeyPatch, name: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, "typer", None)
    end = command(name)
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    for way in ("pip install", "uv add", "poetry add"):
        assert f"{way} 'tc-resources[{extra}]'" in end.err


def test_ctrl_c_ends_with_130_and_at_most_a_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typer ends by itself or raises Abort, by its version."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tc_resources.cli.listings.connected", interrupted)
    end = command("status", "--all")
    assert (end.code, end.out) == (130, "")
    assert end.err in ("", "Stopped.\n")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
@pytest.mark.parametrize("arguments", ["whoami", "discover --all", "status --all"])
def test_letters_that_the_terminals_encoding_lacks_end_no_command(
    emulator: Emulator, arguments: str, encoding: str
) -> None:
    emulator.put_quota(Quota(1, "Image", 2000, usage=1500))
    environ = {**os.environ, **account_of(emulator), "PYTHONIOENCODING": encoding}
    line = [sys.executable, "-c", "from tc_resources.cli.main import main; main()", *arguments.split()]
    ended = subprocess.run(line, env=environ, capture_output=True, check=False)  # noqa: S603 - written above
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.decode(encoding)
