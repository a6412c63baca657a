from __future__ import annotations

import pytest

from tc_resources.testing.emulator import Emulator
from tests.pulumi.pulumi_cli import Stack, limit, quota


@pytest.mark.parametrize("flags", [[], ["--run-program"], ["--refresh"], ["--refresh", "--run-program"]])
def test_destroy_removes_all_that_the_stack_manages(stack: Stack, emulator: Emulator, flags: list[str]) -> None:
    stack.declare(limit("www"), quota("images"))
    stack.run("up")
    output = stack.run("destroy", *flags)
    assert "stays" not in output
    assert (emulator.limits(), emulator.quotas()) == ([], [])
    assert stack.resources() == {}


def test_what_leaves_the_program_is_removed_and_what_stays_is_not_touched(stack: Stack, emulator: Emulator) -> None:
    stack.declare(limit("www"), limit("cdn"), quota("images"))
    stack.run("up")
    emulator.clear_calls()
    stack.declare(limit("www"))
    assert "2 deleted" in stack.run("up")
    assert sorted((call.action, call.params.get("DomainName")) for call in emulator.calls) == [
        ("DeleteAigcQuota", None),
        ("ModifyPrefetchOriginLimit", "cdn.example.com"),
    ]
    assert [found.domain_name for found in emulator.limits()] == ["www.example.com"]


def test_protect_and_retain_on_delete_keep_the_setting(stack: Stack, emulator: Emulator) -> None:
    stack.declare(
        limit("www", opts="ResourceOptions(protect=True)"),
        quota("images", opts="ResourceOptions(retain_on_delete=True)"),
    )
    stack.run("up")
    emulator.clear_calls()
    stack.declare()
    assert "protected" in stack.fail("up", "--continue-on-error")
    assert emulator.calls == []
    assert (len(emulator.limits()), len(emulator.quotas())) == (1, 1)
