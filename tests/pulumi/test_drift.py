from __future__ import annotations

import re

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Limit, Quota
from tests.pulumi.pulumi_cli import Stack, limit, quota, writes

PROGRAM = [limit("www"), limit("cdn"), quota("images"), quota("video", quota_type="Video")]


def drift(emulator: Emulator) -> None:
    """Change two settings behind the stack's back, and end the other two."""
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    emulator.drop_limit("zone-1", "cdn.example.com", "Overseas")
    emulator.put_quota(Quota(1, "Image", 0, usage=12))
    emulator.drop_quota(1, "Video")


def in_force(emulator: Emulator) -> list[tuple[str, int]]:
    limits = [(found.domain_name, found.bandwidth) for found in emulator.limits()]
    return sorted(limits + [(found.quota_type, found.quota_limit) for found in emulator.quotas()])


DECLARED = [("Image", 2000), ("Video", 2000), ("cdn.example.com", 500), ("www.example.com", 500)]


def test_refresh_finds_what_changed_and_what_is_gone_and_up_mends_it(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*PROGRAM)
    stack.run("up")
    drift(emulator)
    emulator.clear_calls()
    stack.age()
    output = stack.run("refresh", "--diff")
    assert re.search(r"~ bandwidth *: 500 => 300", output)
    assert re.search(r"~ quota_limit *: 2000 => 0", output)
    assert "2 deleted" in output
    assert writes(emulator) == []
    assert sorted(stack.resources()) == ["images", "www"]
    assert stack.resources()["www"]["inputs"]["bandwidth"] == 300

    output = stack.run("preview", "--diff")
    assert re.search(r"~ bandwidth *: 300 => 500", output)
    assert re.search(r"~ quota_limit *: 0 => 2000", output)
    assert writes(emulator) == []

    stack.run("up")
    assert in_force(emulator) == DECLARED


def test_up_with_refresh_mends_drift_in_one_run(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*PROGRAM)
    stack.run("up")
    stack.age()
    drift(emulator)
    output = stack.run("up", "--refresh", "--diff")
    assert re.search(r"~ bandwidth *: 300 => 500", output)
    assert in_force(emulator) == DECLARED


def test_an_update_and_a_destroy_bear_that_settings_are_gone(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*PROGRAM)
    stack.run("up")
    drift(emulator)
    stack.declare(*[line.replace("500", "600").replace("2000", "0") for line in PROGRAM])
    stack.run("up")
    assert in_force(emulator) == [("Image", 0), ("Video", 0), ("cdn.example.com", 600), ("www.example.com", 600)]
    drift(emulator)
    stack.run("destroy")
    assert in_force(emulator) == []


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=3.0)}])
def test_a_refresh_right_after_a_write_waits_for_the_listing(stack: Stack) -> None:
    stack.declare(quota("images"), quota("video", quota_type="Video"))
    stack.run("up")
    stack.declare(quota("images", quota_limit=5), quota("video", quota_type="Video"))
    stack.run("up")
    stack.run("refresh", "--expect-no-changes")
    assert sorted(stack.resources()) == ["images", "video"]
