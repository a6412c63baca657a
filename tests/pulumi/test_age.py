"""What was read a while ago is not known: between a preview and a write others may have written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Quota, Slow
from tests.pulumi.pulumi_cli import Stack, limit, quota, wait_for, writes

WWW = Limit("zone-1", "www.example.com", "Overseas", 500)


@pytest.fixture
def meanwhile(stack: Stack, tmp_path: Path) -> Callable[[Callable[[], object]], tuple[int, str]]:
    """An up with a slow dependency between two limits of a zone, during which somebody acts."""

    def meanwhile(act: Callable[[], object]) -> tuple[int, str]:
        begun, done = tmp_path / "begun", tmp_path / "done"
        stack.declare(
            "import pathlib, time",
            f"first = {limit('cdn')}",
            "def wait(_):",
            f"    pathlib.Path({str(begun)!r}).touch()",
            f"    while not pathlib.Path({str(done)!r}).exists(): time.sleep(0.1)",
            "    time.sleep(6)",
            "    return 500",
            limit("www", bandwidth=0).replace("bandwidth=0", "bandwidth=first.id.apply(wait)"),
        )
        process = stack.start("up")
        wait_for(begun)
        act()
        done.touch()
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    return meanwhile


def test_a_value_that_somebody_sets_in_mid_run_is_not_overwritten(
    emulator: Emulator, meanwhile: Callable[..., tuple[int, str]]
) -> None:
    theirs = Limit("zone-1", "www.example.com", "Overseas", 900)
    code, output = meanwhile(lambda: emulator.put_limit(theirs))
    assert code != 0
    assert "there already with 900 Mbps" in output
    assert theirs in emulator.limits()


def test_a_setting_that_somebody_ends_in_mid_run_is_put_in_force(
    emulator: Emulator, meanwhile: Callable[..., tuple[int, str]]
) -> None:
    emulator.put_limit(WWW)
    code, output = meanwhile(lambda: emulator.drop_limit("zone-1", "www.example.com", "Overseas"))
    assert code == 0, output
    assert WWW in emulator.limits()


@pytest.mark.parametrize("fault", [Slow(7), ErrorCode("UnauthorizedOperation.CamUnauthorized")], ids=["slow", "denied"])
@pytest.mark.parametrize("command", ["create", "update"])
def test_a_cap_below_what_is_used_is_refused_where_the_preview_could_not_look(
    stack: Stack, emulator: Emulator, fault: Slow | ErrorCode, command: str
) -> None:
    if command == "update":
        stack.declare(quota("images"))
        stack.run("up")
    emulator.put_quota(Quota(1, "Image", 2000, usage=100))
    emulator.clear_calls()
    emulator.script(Fault(fault, "DescribeAigcQuotas"))
    stack.declare(quota("images", quota_limit=50, adopt=True))
    output = stack.fail("up")
    assert "below the 100 images" in output
    assert writes(emulator) == []
    assert emulator.quotas() == [Quota(1, "Image", 2000, usage=100)]
