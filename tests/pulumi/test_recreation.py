"""A setting that is taken away to be made again is in force afterwards, with the old value where the new is refused."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault, Limit, Quota
from tests.pulumi import faces
from tests.pulumi.faces import FaceStack
from tests.pulumi.pulumi_cli import Stack, end, kill, limit, quota, wait_until, writes


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(most_quota=5000)}])
def test_a_new_period_with_a_value_that_the_account_refuses_changes_nothing(stack: Stack, emulator: Emulator) -> None:
    old = quota("images", period="2026-10")
    stack.declare(old)
    stack.run("up")
    emulator.put_quota(Quota(1, "Image", 2000, usage=7))
    stack.declare(quota("images", quota_limit=6000, period="2026-11"))
    stack.fail("up")
    assert emulator.quotas() == [Quota(1, "Image", 2000, usage=7)]
    stack.age()
    stack.run("refresh")
    stack.declare(old)
    stack.run("up")
    assert emulator.quotas() == [Quota(1, "Image", 2000, usage=7)]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_limit="refuses", most_bandwidth=1000)}])
def test_a_bandwidth_that_the_account_refuses_leaves_the_old_one_in_force(stack: Stack, emulator: Emulator) -> None:
    stack.declare(limit("www"))
    stack.run("up")
    stack.declare(limit("www", bandwidth=2000))
    output = stack.fail("up")
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)], output
    stack.declare(limit("www", bandwidth=900))
    stack.run("up")
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 900)]


def test_an_orphan_of_a_renewal_neither_overwrites_the_next_up_nor_outlives_its_engine_by_a_minute(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    """It is one between the two halves: the quota is deleted, and cannot be created."""
    face_stack.program(faces.quota("images", period="2026-10"))
    face_stack.run("up")
    there, unclear = ErrorCode("ResourceInUse"), ErrorCode("InternalError")
    emulator.script(Fault(there, "CreateAigcQuota"), Fault(unclear, "CreateAigcQuota", times=6))
    face_stack.program(faces.quota("images", period="2026-11"))
    process = face_stack.start("up")
    wait_until(lambda: bool(emulator.calls_of("DeleteAigcQuota")))
    left_behind = kill(process)
    killed = time.monotonic()
    try:
        face_stack.run("cancel")
        emulator.clear_script()
        face_stack.program(faces.quota("images", quota_limit=3000, period="2026-11"))
        face_stack.run("up")
        wait_until(lambda: not running(face_stack.host, left_behind), killed + 60 - time.monotonic())
        assert [found.quota_limit for found in emulator.quotas()] == [3000], writes(emulator)
    finally:
        end(left_behind)


def running(host: str, pids: Sequence[int]) -> list[str]:
    """The command lines of those of the processes that are of a provider and have not ended."""
    return [line for line in map(command_of, pids) if f"-m {host}" in line]


def command_of(pid: int) -> str:
    """The command line of a process, "" where it has ended."""
    listed = ["ps", "-o", "args=", "-p", str(pid)]
    return subprocess.run(listed, capture_output=True, text=True, check=False).stdout  # noqa: S603 - written above
