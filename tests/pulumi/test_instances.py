"""Explicit provider instances: several accounts, and several keys of one, in one program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.pulumi.pulumi_cli import Stack, ends, limit, quota, writes

MEDIA_KEY = "media-secret-key"
COMPONENT = """
class Site(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("foreign:index:Site", name, None, opts)
        PrefetchOriginLimit(name, zone_id="zone-3", domain_name="site.example.com", area="Overseas", bandwidth=500,
                            opts=ResourceOptions(parent=self))
"""


def instance(name: str, emulator: Emulator) -> str:
    key = f"endpoint={emulator.url!r}, secret_id={emulator.secret_id!r}, secret_key={emulator.secret_key!r}"
    return f"{name} = Provider({name!r}, {key})"


@pytest.fixture
def media() -> Iterator[Emulator]:
    """Another account."""
    with Emulator(secret_id="AKIDMEDIA", secret_key=MEDIA_KEY) as media:
        yield media


def test_each_account_gets_what_is_declared_for_it(stack: Stack, emulator: Emulator, media: Emulator) -> None:
    program = [
        COMPONENT,
        instance("media", media),
        limit("default"),
        limit("explicit", zone_id="zone-2", domain_name="default.example.com", opts="ResourceOptions(provider=media)"),
        quota("images", opts="ResourceOptions(provider=media)"),
    ]
    stack.declare(*program, 'Site("site", ResourceOptions(providers=[media]))')
    stack.run("preview")
    assert (writes(emulator), writes(media)) == ([], [])
    stack.run("up")
    assert emulator.limits() == [Limit("zone-1", "default.example.com", "Overseas", 500)]
    assert sorted((found.zone_id, found.domain_name) for found in media.limits()) == [
        ("zone-2", "default.example.com"),
        ("zone-3", "site.example.com"),
    ]
    assert media.quotas() == [Quota(1, "Image", 2000)]
    assert MEDIA_KEY not in str(stack.export())

    media.put_limit(Limit("zone-3", "site.example.com", "Overseas", 300))
    stack.run("refresh")
    assert {name: row["outputs"].get("bandwidth") for name, row in stack.resources().items()} == {
        "default": 500,
        "explicit": 500,
        "images": None,
        "site": 300,
    }
    stack.run("destroy")
    assert (emulator.limits(), media.limits(), media.quotas()) == ([], [], [])


def test_moving_a_setting_between_instances_of_an_account_calls_nothing_and_with_a_rename_ends_nothing(
    stack: Stack, emulator: Emulator
) -> None:
    instances = [instance("first", emulator), instance("second", emulator)]
    stack.declare(*instances, limit("www"), quota("images", opts="ResourceOptions(provider=first)"))
    stack.run("up")
    emulator.clear_calls()
    stack.declare(
        *instances,
        limit("www", opts="ResourceOptions(provider=first)"),
        quota("images", opts="ResourceOptions(provider=second)"),
    )
    output = stack.run("up")
    assert "replaced" not in output
    assert emulator.calls == []

    stack.declare(
        *instances,
        limit("new-www", domain_name="www.example.com", opts="ResourceOptions(provider=second)"),
        quota("new-images"),
    )
    output = stack.run("up")
    assert "2 created" in output
    assert "2 deleted" in output
    assert ends(emulator) == []
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]
    assert emulator.quotas() == [Quota(1, "Image", 2000)]

    stack.run("destroy")
    assert (emulator.limits(), emulator.quotas()) == ([], [])


def test_a_rotated_key_updates_the_instance_in_place_and_is_used_at_once(stack: Stack, tmp_path: Path) -> None:
    line = limit("www", opts="ResourceOptions(provider=media)")
    account = tmp_path / "account.db"
    with Emulator(state=account) as media:
        stack.declare(instance("media", media), line)
        stack.run("up")
        port = int(media.url.rpartition(":")[2])
    with Emulator(port=port, secret_id="AKIDNEW", secret_key="rotated-key", state=account) as rotated:
        output = stack.fail("refresh")
        assert "AuthFailure" in output
        assert "pulumi up" in output

        stack.declare(instance("media", rotated), line.replace("500", "600"))
        output = stack.run("up")
        assert "2 updated" in output
        assert [found.bandwidth for found in rotated.limits()] == [600]
        assert [call.action for call in writes(rotated) if call.code is None] == ["ModifyPrefetchOriginLimit"]
        stack.run("destroy")
        assert rotated.limits() == []
