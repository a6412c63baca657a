from __future__ import annotations

from collections.abc import Callable

import pytest

from tc_resources.cloud.services.targeted import FEW
from tc_resources.testing.emulator import Emulator
from tests.pulumi.pulumi_cli import PATIENCE, Stack, limit, quota, writes

QUOTAS = [
    quota("images"),
    quota("video", quota_type="Video", quota_limit=0),
    quota("text", quota_type="Text", quota_limit=2**53 - 1),
]


def limits(bandwidth: int) -> list[str]:
    return [limit(f"w{number}", bandwidth=bandwidth) for number in range(60)]


def throttled(emulator: Emulator) -> list[str]:
    return [call.action for call in emulator.calls if call.code == "RequestLimitExceeded"]


@pytest.mark.parametrize("options", [{"latency": 0.05, "rate": 20}])
def test_sixty_limits_and_three_quotas_live_within_the_services_rate(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*limits(500), *QUOTAS)
    stack.run("preview")
    assert writes(emulator) == []
    assert len(emulator.calls) <= 4 + FEW

    emulator.clear_calls()
    stack.run("up")
    # A write for each, a listing of the zone and of each type, and three reads of twenty limits by themselves.
    assert len(emulator.calls) <= 63 + 4 + 3
    assert throttled(emulator) == []
    assert {found.bandwidth for found in emulator.limits()} == {500}
    assert [(found.quota_type, found.quota_limit) for found in emulator.quotas()] == [
        ("Image", 2000),
        ("Text", 2**53 - 1),
        ("Video", 0),
    ]

    emulator.clear_calls()
    assert "64 unchanged" in stack.run("up")
    assert emulator.calls == []

    stack.run("refresh", "--expect-no-changes")
    assert len(emulator.calls) <= 4
    assert writes(emulator) == []

    emulator.clear_calls()
    stack.declare(*limits(700), *QUOTAS)
    assert "60 updated" in stack.run("up")
    assert len(writes(emulator)) == 60
    assert len(emulator.calls) <= 64
    assert throttled(emulator) == []
    assert {found.bandwidth for found in emulator.limits()} == {700}

    emulator.clear_calls()
    stack.run("destroy")
    assert len(writes(emulator)) == 63
    assert len(emulator.calls) <= 67
    assert throttled(emulator) == []
    assert (emulator.limits(), emulator.quotas()) == ([], [])


@pytest.mark.parametrize("options", [{"latency": 0.05, "rate": 20}])
def test_two_stacks_at_once_and_the_instances_of_one_keep_below_the_rate_together(
    new_stack: Callable[[str], Stack], emulator: Emulator
) -> None:
    account = f"endpoint={emulator.url!r}, secret_id={emulator.secret_id!r}, secret_key={emulator.secret_key!r}"
    ours, theirs = new_stack("ours"), new_stack("theirs")
    ours.declare(
        f"second = Provider('second', {account})",
        *(limit(f"o{number}") for number in range(15)),
        *(limit(f"s{number}", opts="ResourceOptions(provider=second)") for number in range(15)),
    )
    theirs.declare(*(limit(f"t{number}") for number in range(30)))
    for command in ("up", "destroy"):
        running = [stack.start(command) for stack in (ours, theirs)]
        ended = [process.communicate(timeout=PATIENCE)[0] for process in running]
        assert [process.returncode for process in running] == [0, 0], ended
        assert throttled(emulator) == []
        assert len(emulator.limits()) == {"up": 60, "destroy": 0}[command]
