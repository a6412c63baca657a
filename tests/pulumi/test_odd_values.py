"""Values that no program can set, set by others, and terminals that cannot show all that is said."""

from __future__ import annotations

import subprocess

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Limit, Quota
from tests.pulumi.pulumi_cli import Stack, limit, quota, writes

LATIN = {"PYTHONIOENCODING": "latin-1"}


def test_a_bandwidth_out_of_range_that_was_set_elsewhere_is_ended_by_a_destroy(
    stack: Stack, emulator: Emulator
) -> None:
    stack.declare(limit("www"))
    stack.run("up")
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 200_000))
    stack.run("refresh")
    stack.run("destroy")
    assert emulator.limits() == []
    assert all(type(call.params["Bandwidth"]) is int for call in writes(emulator))


def test_a_baseline_beyond_exact_numbers_is_said_to_be_lost(stack: Stack, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 2**53 + 1))
    stack.declare(quota("images", adopt=True))
    assert f"cannot be reset to {2**53 + 1} images: no state holds so large a number" in stack.run("up")
    stack.run("destroy")
    assert [call.action for call in writes(emulator)] == ["ModifyAigcQuota", "DeleteAigcQuota"]


@pytest.mark.parametrize(
    "options", [{"behaviour": Behaviour(unknown_domain="InvalidParameter.DomainNotFound")}], ids=["unknown domain"]
)
def test_a_domain_that_has_left_its_zone_can_be_destroyed(stack: Stack, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    stack.declare(limit("www"))
    stack.run("up")
    emulator.drop_limit("zone-1", "www.example.com", "Overseas")
    stack.run("destroy")
    assert stack.resources() == {}


def test_a_terminal_without_our_letters_fails_no_adoption_and_no_command(stack: Stack, emulator: Emulator) -> None:
    stack.environ.update(LATIN)
    emulator.put_quota(Quota(1, "Text", 50, api_token="secret-token"))
    stack.declare(quota("text", quota_type="Text", api_token="secret-token", adopt=True))
    assert "Text quota of token 930bbdc51b6a\\u2026 of sub-application 1 was there already" in stack.run("up")
    assert stack.resources()["text"]["outputs"]["baseline_limit"] == 50
    stack.run("up", "--expect-no-changes")
    asked = subprocess.run(
        ["tc-resources", "whoami"],  # noqa: S607 - the one of the environment
        env=stack.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr


def test_adopting_under_a_new_name_with_a_new_value_says_which_baseline_is_lost_and_how_to_keep_it(
    stack: Stack, emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Image", 50))
    stack.declare(quota("images", adopt=True))
    stack.run("up")
    stack.declare(quota("new-images", quota_limit=3000, adopt=True))
    assert "Its baseline_limit of 50 is not carried over: with reset_limit=50" in stack.run("up")
    stack.declare(quota("new-images", quota_limit=3000, reset_limit=50))
    stack.run("up")
    stack.run("destroy")
    assert emulator.quotas() == [Quota(1, "Image", 50)]
