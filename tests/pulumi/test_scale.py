from __future__ import annotations

import pytest

from tc_resources.testing.emulator import Emulator
from tests.pulumi.pulumi_cli import Stack, limit, quota, writes

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
    assert len(emulator.calls) <= 4

    emulator.clear_calls()
    stack.run("up")
    assert len(emulator.calls) <= 67
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
    assert throttled(emulator) == []
    assert {found.bandwidth for found in emulator.limits()} == {700}

    stack.run("destroy")
    assert throttled(emulator) == []
    assert (emulator.limits(), emulator.quotas()) == ([], [])
