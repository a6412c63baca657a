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
from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.account import account_of

TOKEN = "an-api-token"
DIGEST = "8dfba01da860"


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    code: int | str
    out: str
    err: str


Command = Callable[..., Ended]
AsTerminal = Callable[[int], None]


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
    for name, value in account_of(emulator).items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "argv", ["tc-resources", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as end:
            main()
        return Ended(end.value.code or 0, *capsys.readouterr())

    return command


@pytest.fixture
def as_terminal(monkeypatch: pytest.MonkeyPatch) -> AsTerminal:
    """Have what is printed from now on look as on a terminal of so many columns, without colours."""

    def as_terminal(columns: int) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")  # what says to Rich that it writes to a terminal
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", str(columns))

    return as_terminal


@pytest.fixture
def whoami(command: Command) -> Command:
    """Run `tc-resources whoami`."""
    return partial(command, "whoami")


@pytest.fixture
def status(command: Command) -> Command:
    """Run `tc-resources status`."""
    return partial(command, "status")


class Outcome(NamedTuple):
    code: int | str
    out: str
    lines: list[str]
    """What was said on standard error."""


Discover = Callable[..., Outcome]


@pytest.fixture
def discover(command: Command) -> Discover:
    """Run `tc-resources discover`."""

    def discover(*arguments: str) -> Outcome:
        code, out, err = command("discover", *arguments)
        return Outcome(code, out, err.splitlines())

    return discover


@pytest.fixture
def live(emulator: Emulator) -> Emulator:
    """Two zones with limits and a third without, a sub-application with quotas and another without."""
    emulator.put_limit(Limit("zone-2", "b.example.com", "Overseas", 700))
    emulator.put_limit(Limit("zone-1", "*.example.com", "MainlandChina", 600))
    emulator.put_limit(Limit("zone-1", "*.example.com", "Overseas", 500))
    emulator.put_quota(Quota(4, "Text", 70, usage=7))
    emulator.put_quota(Quota(4, "Text", 80, usage=8, api_token=TOKEN))
    emulator.put_quota(Quota(4, "Image", 0))
    emulator.put_zone("zone-3")
    emulator.put_sub_app(5)
    return emulator
