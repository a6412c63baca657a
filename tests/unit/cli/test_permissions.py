"""What the commands do with the two policies of the documents, and with one that lacks a permission."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota, Usage
from tests.unit.cli.conftest import Command
from tests.unit.policies import MANAGING, READING, Policy, named, needed_for, permissions, without

OF_USAGE = ("vod:DescribeAigcUsageData", "vod:DescribeAigcApiTokens")
WRITES = sorted(set(permissions(MANAGING)) - set(permissions(READING)))

Allow = Callable[[Policy], None]


@pytest.fixture
def allow(emulator: Emulator) -> Allow:
    """Give the key another policy."""
    return lambda policy: emulator.put_key(emulator.secret_id, emulator.secret_key, policy=policy)


@pytest.fixture(autouse=True)
def _somebodys(emulator: Emulator) -> None:
    """An account with a limit and a quota."""
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 2000, 312))


@pytest.mark.parametrize("name", ["discover", "status"])
@pytest.mark.parametrize("policy", [READING, MANAGING], ids=["reading", "managing"])
def test_with_either_policy_everything_is_listed(command: Command, allow: Allow, name: str, policy: Policy) -> None:
    allow(policy)
    end = command(name, "--all")
    assert (end.code, end.err) == (0, "")
    assert "www.example.com" in end.out
    assert "312" in end.out


@pytest.mark.parametrize("name", ["discover", "status"])
@pytest.mark.parametrize("permission", sorted(set(permissions(READING)) - {"sts:GetCallerIdentity", *OF_USAGE}))
def test_a_command_that_lacks_a_permission_names_it_and_shows_the_rest(
    command: Command, allow: Allow, name: str, permission: str
) -> None:
    allow(without(READING, permission))
    end = command(name, "--all")
    assert end.code == 1
    assert f"Add {permission} to the CAM policy" in end.err
    assert named(end.err) == {permission}
    assert ("www.example.com" in end.out) != ("312" in end.out)
    assert f"`{name}" in needed_for(permission)


def test_with_the_managing_policy_all_is_allowed(whoami: Command, allow: Allow) -> None:
    allow(MANAGING)
    end = whoami("--format", "json")
    assert (end.code, end.err) == (0, "")
    rows = json.loads(end.out)["permissions"]
    assert {row["permission"] for row in rows if row["answer"] == "allowed"} == set(permissions(MANAGING))
    assert len(rows) == len(permissions(MANAGING))


def test_with_the_reading_policy_the_writes_alone_are_denied(whoami: Command, allow: Allow) -> None:
    allow(READING)
    end = whoami("--format", "json")
    assert end.code == 1
    rows = json.loads(end.out)["permissions"]
    assert sorted(row["permission"] for row in rows if row["answer"] == "denied") == WRITES
    assert named(end.err) == set(WRITES)


@pytest.mark.parametrize("permission", permissions(MANAGING))
def test_the_one_permission_that_is_missing_is_the_one_that_is_denied(
    whoami: Command, allow: Allow, permission: str
) -> None:
    allow(without(MANAGING, permission))
    end = whoami("--format", "json")
    rows = {row["permission"]: row["answer"] for row in json.loads(end.out)["permissions"]}
    assert rows == {**dict.fromkeys(permissions(MANAGING), "allowed"), permission: "denied"}
    assert (end.code, end.err.count("\n"), named(end.err)) == (1, 1, {permission})


@pytest.mark.parametrize("permission", [*OF_USAGE, "vod:DescribeSubAppIds"])
def test_usage_that_lacks_a_permission_names_it(
    emulator: Emulator, command: Command, allow: Allow, permission: str
) -> None:
    emulator.put_usage(Usage(1, "Image", "a", datetime.now(timezone.utc), 5))
    allow(without(READING, permission))
    end = command("usage", "--all")
    assert (end.code, named(end.err)) == (1 if permission.endswith("Tokens") else 2, {permission})
    assert f"Add {permission} to the CAM policy" in end.err
    assert "`usage" in needed_for(permission)
