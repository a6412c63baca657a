"""The native face is killed and cancelled: no process stays behind, and nothing is in force that no state knows of."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from tc_resources.limits.orphan import LOOK
from tc_resources.testing.emulator import Emulator
from tests.pulumi.native import NativeStack, limit
from tests.pulumi.pulumi_cli import PATIENCE, Stack, descendants, end, kill, wait_until, writes

MANY = 40
PROGRAM = [limit(f"n{number}") for number in range(MANY)]


@pytest.fixture
def options() -> dict[str, object]:
    """A service that is far away."""
    return {"latency": 1.0}


@pytest.fixture
def stack(plugin: dict[str, str], new_stack: Callable[[str], Stack]) -> NativeStack:
    made = new_stack("stack")
    return NativeStack(made.folder, {**made.environ, **plugin})


def begun(stack: NativeStack, emulator: Emulator) -> subprocess.Popen[str]:
    """An up of which some calls are applied and others are under way."""
    stack.write(*PROGRAM)
    process = stack.start("up")
    wait_until(lambda: len(writes(emulator)) >= 5)
    return process


def in_force(emulator: Emulator) -> set[str]:
    return {found.domain_name.partition(".")[0] for found in emulator.limits()}


def running(pids: Collection[int]) -> list[int]:
    """Those of the processes that have not ended."""

    def state(pid: int) -> str:
        try:
            return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return "gone"

    return [pid for pid in pids if state(pid) not in ("gone", "Z", "X")]


def ours(pids: Collection[int]) -> list[int]:
    """Those of the processes that are a plugin of this package."""
    return [pid for pid in pids if b"tc_resources.native" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def heal(stack: NativeStack, emulator: Emulator) -> None:
    """What was interrupted goes on with the next up, and then all is known."""
    for attributes in (stack.folder / "backend").rglob("*.attrs"):
        attributes.unlink()
    stack.run("cancel")
    stack.run("up")
    assert in_force(emulator) == {name for name, _ in PROGRAM} == {*stack.natives()}


def test_no_plugin_outlives_a_killed_engine_for_long(stack: NativeStack, emulator: Emulator) -> None:
    process = begun(stack, emulator)
    plugins = ours(descendants(process.pid))
    others = {*kill(process)} - {*plugins}
    assert running(plugins)
    wait_until(lambda: running(plugins) == [], LOOK + 10)
    end(others)
    heal(stack, emulator)


def test_one_ctrl_c_ends_what_waits_and_nothing_is_in_force_without_state(
    stack: NativeStack, emulator: Emulator
) -> None:
    process = begun(stack, emulator)
    left = descendants(process.pid)
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert running(left) == []
    assert in_force(emulator) == {*stack.natives()}
    assert len(in_force(emulator)) < MANY
    heal(stack, emulator)


def test_after_two_the_next_up_knows_all(stack: NativeStack, emulator: Emulator) -> None:
    process = begun(stack, emulator)
    plugins = ours(descendants(process.pid))
    os.kill(process.pid, signal.SIGINT)
    time.sleep(0.2)
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    wait_until(lambda: running(plugins) == [], LOOK + 10)
    heal(stack, emulator)
