"""What could not be looked at is said, and is not "none"."""

from __future__ import annotations

import pytest

from tc_resources.testing.emulator import Emulator, ErrorCode, Fault
from tests.unit.cli.conftest import Command

ZONE, SUB_APP = ("--zone", "zone-1"), ("--sub-app", "1")
COMMANDS = [
    ("status", *ZONE),
    ("status", *SUB_APP),
    ("discover", *ZONE),
    ("discover", *SUB_APP),
    ("usage", *SUB_APP),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_key_that_may_not_list_what_the_account_has_is_told_so(
    command: Command, emulator: Emulator, arguments: tuple[str, ...]
) -> None:
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)
    for action in ("DescribeZones", "DescribeSubAppIds"):
        emulator.script(Fault(ErrorCode("UnauthorizedOperation.CamUnauthorized"), action, times=9))
    code, out, err = command(*arguments)
    action = "teo:DescribeZones" if "--zone" in arguments else "vod:DescribeSubAppIds"
    assert code == 2
    assert "whether the account of this key has it is not known" in err
    assert f"Add {action} to the CAM policy" in err
    assert "There are no" not in out + err
    assert "No usage" not in out


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_key_needs_to_list_what_is_asked_for_alone(
    command: Command, emulator: Emulator, arguments: tuple[str, ...]
) -> None:
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)
    other = "DescribeSubAppIds" if "--zone" in arguments else "DescribeZones"
    emulator.script(Fault(ErrorCode("UnauthorizedOperation.CamUnauthorized"), other, times=9))
    assert command(*arguments).code == 0


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_the_key_of_another_account_has_nothing_of_it(
    command: Command, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)
    emulator.put_key("AKIDOTHER", "another-secret-key", account_id="100000000009")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKIDOTHER")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "another-secret-key")
    code, _, err = command(*arguments)
    assert code == 2
    assert "The account of this key does not have it." in err
