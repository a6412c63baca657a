from __future__ import annotations

import pytest

from tc_resources.testing.emulator import Emulator
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


def test_ctrl_c_ends_with_130_and_at_most_a_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typer ends by itself or raises Abort, by its version."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tc_resources.cli.listings.connected", interrupted)
    end = command("status", "--all")
    assert (end.code, end.out) == (130, "")
    assert end.err in ("", "Stopped.\n")
