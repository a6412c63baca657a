from __future__ import annotations

import pytest

from tc_resources.testing.emulator import Emulator
from tests.pulumi.faces import FaceStack, limit, quota


@pytest.mark.parametrize("flags", [[], ["--run-program"], ["--refresh"], ["--refresh", "--run-program"]])
def test_destroy_removes_all_that_the_stack_manages(
    face_stack: FaceStack, emulator: Emulator, flags: list[str]
) -> None:
    face_stack.program(limit("www"), quota("images"))
    face_stack.run("up")
    output = face_stack.run("destroy", *flags)
    assert "stays" not in output
    assert (emulator.limits(), emulator.quotas()) == ([], [])
    assert face_stack.resources() == {}


def test_what_leaves_the_program_is_removed_and_what_stays_is_not_touched(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    face_stack.program(limit("www"), limit("cdn"), quota("images"))
    face_stack.run("up")
    emulator.clear_calls()
    face_stack.program(limit("www"))
    assert "2 deleted" in face_stack.run("up")
    assert sorted((call.action, call.params.get("DomainName")) for call in emulator.calls) == [
        ("DeleteAigcQuota", None),
        ("ModifyPrefetchOriginLimit", "cdn.example.com"),
    ]
    assert [found.domain_name for found in emulator.limits()] == ["www.example.com"]


def test_protect_and_retain_on_delete_keep_the_setting(face_stack: FaceStack, emulator: Emulator) -> None:
    face_stack.program(
        limit("www").with_options(protect=True),
        quota("images").with_options(retain_on_delete=True),
    )
    face_stack.run("up")
    emulator.clear_calls()
    face_stack.program()
    assert "protected" in face_stack.fail("up", "--continue-on-error")
    assert emulator.calls == []
    assert (len(emulator.limits()), len(emulator.quotas())) == (1, 1)
