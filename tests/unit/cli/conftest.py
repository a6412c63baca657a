from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import httpx
import pytest

from tc_resources.cli.main import main
from tc_resources.cloud.connect import connect as client_of
from tc_resources.testing.emulator import Emulator


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    code: int | str
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def command(
    emulator: Emulator,
    transport: httpx.BaseTransport,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Run the command with these arguments, beside the emulator; standard output is no terminal."""
    monkeypatch.setattr(
        "tc_resources.cli.listings.connected", lambda settings: client_of(settings, transport=transport)
    )
    monkeypatch.setenv("TENCENTCLOUD_ENDPOINT", emulator.url)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", emulator.secret_id)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", emulator.secret_key)

    def command(*arguments: str, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "argv", ["tc-resources", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as end:
            main()
        return Ended(end.value.code or 0, *capsys.readouterr())

    return command


@pytest.fixture
def whoami(command: Command) -> Command:
    """Run `tc-resources whoami`."""
    return partial(command, "whoami")


@pytest.fixture
def status(command: Command) -> Command:
    """Run `tc-resources status`."""
    return partial(command, "status")
