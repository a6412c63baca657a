"""What a program reads of the service while its engine is killed: its process ends, as do the provider's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tc_resources.limits.orphan import GRACE, LOOK
from tc_resources.testing.emulator import Emulator
from tests.pulumi.faces import FaceStack, NativeFace
from tests.pulumi.native import call
from tests.pulumi.pulumi_cli import descendants, end, kill, wait_until
from tests.pulumi.test_native_kills import running


class Hanging:
    """A service that answers nothing before it is over."""

    over = False

    async def sleep(self, _: float) -> None:
        while not self.over:
            await asyncio.sleep(0.05)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    hanging = Hanging()
    yield hanging
    hanging.over = True


@pytest.fixture
def options(hanging: Hanging) -> dict[str, Any]:
    return {"latency": 1.0, "sleep": hanging.sleep}


def test_a_reading_that_hangs_outlives_a_killed_engine_by_no_minute(
    face_stack: FaceStack, emulator: Emulator, hanging: Hanging
) -> None:
    """A provider lets what is half done end first."""
    seconds = 10 + (GRACE if isinstance(face_stack, NativeFace) else 0)
    if isinstance(face_stack, NativeFace):
        face_stack.write(outputs={"usage": call("getUsage", {"subAppId": 1, "aigcType": "Image"})})
    else:
        face_stack.declare("from tc_resources import get_usage", 'get_usage(1, "Image")')
    process = face_stack.start("up")
    try:
        wait_until(lambda: bool(emulator.calls_of("DescribeAigcUsageData")))
        interpreters = {pid for pid in descendants(process.pid) if is_python(pid)}
        assert interpreters
        left = kill(process)
        wait_until(lambda: running(interpreters) == [], LOOK + seconds)
        end({*left} - interpreters)  # Pulumi's own hosts go on
    finally:
        hanging.over = True


def is_python(pid: int) -> bool:
    """Whether a process runs a program or a provider in Python."""
    try:
        return Path(f"/proc/{pid}/exe").readlink().name.startswith("python")
    except FileNotFoundError:  # it has ended
        return False
