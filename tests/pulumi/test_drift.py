from __future__ import annotations

import re

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Limit, Quota
from tests.pulumi.faces import Declared, FaceStack, limit, quota
from tests.pulumi.pulumi_cli import writes


def program(bandwidth: int = 500, cap: int = 2000) -> list[Declared]:
    limits = [limit(name, bandwidth=bandwidth) for name in ("www", "cdn")]
    return [*limits, quota("images", quota_limit=cap), quota("video", quota_type="Video", quota_limit=cap)]


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


def test_refresh_finds_what_changed_and_what_is_gone_and_up_mends_it(face_stack: FaceStack, emulator: Emulator) -> None:
    face_stack.program(*program())
    face_stack.run("up")
    drift(emulator)
    emulator.clear_calls()
    face_stack.age()
    output = face_stack.run("refresh", "--diff")
    assert re.search(r"~ bandwidth *: 500 => 300", output)
    assert re.search(rf"~ {face_stack.spelt('quota_limit')} *: 2000 => 0", output)
    assert "2 deleted" in output
    assert writes(emulator) == []
    assert sorted(face_stack.resources()) == ["images", "www"]
    assert face_stack.resources()["www"]["inputs"]["bandwidth"] == 300

    output = face_stack.run("preview", "--diff")
    assert re.search(r"~ bandwidth *: 300 => 500", output)
    assert re.search(rf"~ {face_stack.spelt('quota_limit')} *: 0 => 2000", output)
    assert writes(emulator) == []

    face_stack.run("up")
    assert in_force(emulator) == DECLARED


def test_up_with_refresh_mends_drift_in_one_run(face_stack: FaceStack, emulator: Emulator) -> None:
    face_stack.program(*program())
    face_stack.run("up")
    face_stack.age()
    drift(emulator)
    output = face_stack.run("up", "--refresh", "--diff")
    assert re.search(r"~ bandwidth *: 300 => 500", output)
    assert in_force(emulator) == DECLARED


def test_an_update_and_a_destroy_bear_that_settings_are_gone(face_stack: FaceStack, emulator: Emulator) -> None:
    face_stack.program(*program())
    face_stack.run("up")
    drift(emulator)
    face_stack.program(*program(600, 0))
    face_stack.run("up")
    assert in_force(emulator) == [("Image", 0), ("Video", 0), ("cdn.example.com", 600), ("www.example.com", 600)]
    drift(emulator)
    face_stack.run("destroy")
    assert in_force(emulator) == []


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=3.0)}])
def test_a_refresh_right_after_a_write_waits_for_the_listing(face_stack: FaceStack) -> None:
    face_stack.program(quota("images"), quota("video", quota_type="Video"))
    face_stack.run("up")
    face_stack.program(quota("images", quota_limit=5), quota("video", quota_type="Video"))
    face_stack.run("up")
    face_stack.run("refresh", "--expect-no-changes")
    assert sorted(face_stack.resources()) == ["images", "video"]
