"""The accounts of profiles and roles, and the accounts that may be worked on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator, Limit
from tests.pulumi.pulumi_cli import Stack, limit, quota, without_traceback_of_ours, writes

MEDIA, GAMES = "100000000002", "100000000003"
ROLE = f"qcs::cam::uin/{GAMES}:roleName/deploy"
PROVIDERS = [
    f"media = Provider('media', profile='prod-media', allowed_account_ids=['{MEDIA}'])",
    f"games = Provider('games', assume_role_arn='{ROLE}', allowed_account_ids=['{GAMES}'])",
]


@pytest.fixture
def home(stack: Stack, emulator: Emulator, tmp_path: Path) -> Path:
    """A home with the profile of one account; another account has a role."""
    emulator.put_role(ROLE)
    stack.environ["HOME"] = str(tmp_path)
    (tmp_path / ".tccli").mkdir()
    put_profile(tmp_path, emulator, "AKIDMEDIA")
    return tmp_path


def put_profile(home: Path, emulator: Emulator, secret_id: str) -> None:
    key = {"secretId": secret_id, "secretKey": f"{secret_id}-secret-key"}
    emulator.put_key(secret_id, key["secretKey"], account_id=MEDIA)
    (home / ".tccli" / "prod-media.credential").write_text(json.dumps(key), encoding="utf-8")


def test_a_profile_and_a_role_are_accounts_of_their_own(stack: Stack, emulator: Emulator, home: Path) -> None:
    media, games = emulator.account(MEDIA), emulator.account(GAMES)
    program = [
        *PROVIDERS,
        limit("ours"),
        limit("medias", opts="ResourceOptions(provider=media)"),
        quota("games-images", opts="ResourceOptions(provider=games)"),
    ]
    stack.declare(*program)
    stack.run("up")
    assert [found.domain_name for found in emulator.limits()] == ["ours.example.com"]
    assert [found.domain_name for found in media.limits()] == ["medias.example.com"]
    assert [found.quota_type for found in games.quotas()] == ["Image"]

    put_profile(home, emulator, "AKIDROTATED")
    emulator.clear_calls()
    media.put_limit(Limit("zone-1", "medias.example.com", "Overseas", 300))
    stack.run("refresh")
    assert stack.resources()["medias"]["outputs"]["bandwidth"] == 300
    assert {call.account_id for call in emulator.calls_of("DescribePrefetchOriginLimit")} == {
        emulator.account_id,
        MEDIA,
    }
    assert "secret-key" not in str(stack.export())
    stack.run("destroy")
    assert (emulator.limits(), media.limits(), games.quotas()) == ([], [], [])


def test_a_role_of_the_environment_is_not_taken_with_the_profile_of_an_instance(
    stack: Stack, emulator: Emulator, home: Path
) -> None:
    assert home
    stack.environ["TENCENTCLOUD_ASSUME_ROLE_ARN"] = ROLE
    stack.declare(*PROVIDERS, limit("ours"), limit("medias", opts="ResourceOptions(provider=media)"))
    stack.run("up")
    assert [found.domain_name for found in emulator.account(MEDIA).limits()] == ["medias.example.com"]
    assert [found.domain_name for found in emulator.account(GAMES).limits()] == ["ours.example.com"]


def test_moving_a_setting_to_a_profile_of_its_account_calls_nothing(
    stack: Stack, emulator: Emulator, home: Path
) -> None:
    put_profile(home, emulator, "AKIDOTHER")
    emulator.put_key("AKIDOTHER", "AKIDOTHER-secret-key")
    stack.declare(limit("www"))
    stack.run("up")
    emulator.clear_calls()
    stack.declare(
        "media = Provider('media', profile='prod-media')", limit("www", opts="ResourceOptions(provider=media)")
    )
    assert "replaced" not in stack.run("up")
    assert emulator.calls == []


def test_the_wrong_account_stops_a_preview_an_up_and_a_refresh_with_both_ids(stack: Stack, emulator: Emulator) -> None:
    stack.declare(limit("www"))
    stack.run("up")
    emulator.clear_calls()
    stack.run("config", "set", "--path", "tc-resources:allowedAccountIds[0]", MEDIA)
    told = f"belongs to account {emulator.account_id}, and tc-resources:allowedAccountIds allows {MEDIA} alone"
    stack.declare(limit("www"), limit("new"))
    for command in ("preview", "up", "refresh", "destroy"):
        output = stack.fail(command)
        assert told in " ".join(output.split())
        assert without_traceback_of_ours(output)
    assert [call.action for call in writes(emulator)] == ["GetCallerIdentity"] * 4
    assert len(emulator.calls) == 4
    stack.run("config", "set", "--path", "tc-resources:allowedAccountIds[0]", emulator.account_id)
    stack.run("up")
    assert len(emulator.limits()) == 2
