"""API tokens of the dynamic face on the real CLI, with the quotas that follow them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tc_resources.cloud.identities import digest
from tc_resources.dynamic.resource import pickled_provider
from tc_resources.testing.emulator import Behaviour, Emulator, Quota
from tests.pulumi.pulumi_cli import Source, Stack, quota, token, writes

MARK = "4dabf18193072939515e22adb298388d"
"""What Pulumi puts where a secret was encrypted."""
AT_ONCE = pytest.mark.parametrize("options", [{"behaviour": Behaviour(token_lag=0.0)}])
pytestmark = AT_ONCE


def program(cap: int = 7, opts: str = "None", **given: Any) -> list[str]:
    text = quota("text", quota_type="Text", quota_limit=cap, api_token=Source("chat.api_token"))
    return [f"chat = {token(opts=opts, **given)}", text, 'pulumi.export("token", chat.api_token)']


def only(emulator: Emulator) -> str:
    """The one token that there is."""
    (found,) = emulator.tokens()
    return found.api_token


def is_sealed(stack: Stack) -> bool:
    """Whether the state holds no token in plain text, wherever it has one."""
    rows = stack.resources()
    bags = [rows["chat"]["outputs"], *(rows["text"][bag] for bag in ("inputs", "outputs"))]
    return all(MARK in bag["api_token"] for bag in bags)


def test_a_token_and_its_quota_live_from_the_first_up_to_the_destroy(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*program())
    stack.run("preview")
    assert writes(emulator) == []
    told = stack.run("up")
    made = only(emulator)
    assert emulator.quotas() == [Quota(1, "Text", 7, api_token=made)]
    assert stack.resources()["chat"]["id"] == f"1#{digest(made)}"
    assert stack.resources()["text"]["id"] == f"1#Text#{digest(made)}"
    before = len(writes(emulator))
    told += stack.run("up", "--expect-no-changes") + stack.run("refresh", "--expect-no-changes")
    assert is_sealed(stack)
    assert len(writes(emulator)) == before
    told += json.dumps(stack.export()) + json.dumps(stack.outputs()) + stack.run("destroy", "--diff")
    assert made not in told
    assert (emulator.tokens(), emulator.quotas()) == ([], [])
    assert "is deleted: who uses it is refused from now on. It has no quota." in told


def test_a_rotation_makes_a_new_token_first_and_the_quota_follows(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*program())
    stack.run("up")
    old = only(emulator)
    stack.declare(*program(rotation="2026-11"))
    stack.run("up")
    assert only(emulator) == old
    emulator.clear_calls()
    stack.declare(*program(rotation="2026-12"))
    told = stack.run("up", "--diff")
    new = only(emulator)
    assert new != old
    assert emulator.quotas() == [Quota(1, "Text", 7, api_token=new)]
    assert [call.action for call in writes(emulator)] == [
        "CreateAigcApiToken",
        "CreateAigcQuota",
        "DeleteAigcQuota",
        "DeleteAigcApiToken",
    ]
    assert is_sealed(stack)
    assert not any(one in told + json.dumps(stack.export()) for one in (old, new))
    stack.run("up", "--expect-no-changes")


def test_what_keeps_a_token_is_lifted_for_a_rotation(stack: Stack, emulator: Emulator) -> None:
    kept = "ResourceOptions(protect=True, retain_on_delete=True)"
    stack.declare(*program(opts=kept, rotation="1"))
    stack.run("up")
    old = only(emulator)
    stack.declare(*program(opts=kept, rotation="2"))
    assert "protect" in stack.fail("up")
    assert old in {one.api_token for one in emulator.tokens()}
    stack.declare(*program(rotation="1"))
    stack.run("up")
    stack.declare(*program(opts=kept, rotation="2"))
    stack.run("up")
    assert old not in {one.api_token for one in emulator.tokens()}


def test_a_token_that_somebody_has_deleted_is_made_again_with_its_quota(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*program())
    stack.run("up")
    stack.age()
    old = only(emulator)
    emulator.drop_token(1, old)
    emulator.drop_quota(1, "Text", old)
    stack.run("up", "--refresh")
    assert only(emulator) != old
    assert emulator.quotas() == [Quota(1, "Text", 7, api_token=only(emulator))]


def test_addresses_that_somebody_has_changed_show_and_are_healed(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*program(ip_allow_list=["203.0.113.7"]))
    stack.run("up")
    stack.age()
    made = only(emulator)
    emulator.put_token(1, made, '{"ip":{"203.0.113.8":true}}')
    assert "203.0.113.8" in stack.run("refresh", "--diff")
    stack.run("up")
    assert [one.ext_info for one in emulator.tokens()] == ['{"ip":{"203.0.113.7":true}}']
    stack.declare(*program())
    stack.run("up")
    assert [one.ext_info for one in emulator.tokens()] == ["{}"]
    assert only(emulator) == made


@pytest.mark.parametrize("refresh", [(), ("--refresh",)], ids=["up", "refresh"])
def test_one_that_is_there_is_imported_by_a_file_without_the_token(
    stack: Stack, emulator: Emulator, refresh: tuple[str, ...]
) -> None:
    secret = "a-token-that-nobody-may-see"
    emulator.put_token(1, secret)
    emulator.put_quota(Quota(1, "Text", 7, api_token=secret))
    props = {"sub_app_id": 1, "__provider": pickled_provider("aigc_api_token")}
    type_ = "pulumi-python:dynamic/tc_resources:AigcApiToken"
    entry = {"type": type_, "name": "chat", "id": f"1#{digest(secret)}", "inputs": props, "outputs": props}
    (stack.folder / "import.json").write_text(json.dumps({"resources": [entry]}), encoding="utf-8")
    stack.declare()
    told = stack.run("import", "--file", "import.json")
    if refresh:
        told += stack.run("refresh", "--diff")
        assert secret not in json.dumps(stack.export())
    stack.declare(*program())
    told += stack.run("up", "--diff", *refresh)
    assert [call.action for call in writes(emulator)] == ["ModifyAigcQuota"]
    assert only(emulator) == secret
    assert is_sealed(stack)
    assert secret not in told + json.dumps(stack.export())


def test_a_token_is_read_by_its_id_and_not_managed(stack: Stack, emulator: Emulator) -> None:
    secret = "a-token-that-nobody-may-see"
    emulator.put_token(1, secret)
    stack.declare(
        f'chat = AigcApiToken.get("chat", "1#{digest(secret)}")',
        'pulumi.export("token", chat.api_token)',
    )
    told = stack.run("up", "--diff")
    assert json.loads(stack.run("stack", "output", "--json", "--show-secrets"))["token"] == secret
    assert secret not in told + json.dumps(stack.export()) + json.dumps(stack.outputs())
    stack.run("destroy")
    assert only(emulator) == secret


def test_other_addresses_replace_no_quota_whatever_the_preview_shows(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*program())
    stack.run("up")
    stack.declare(*program(ip_allow_list=["203.0.113.7"]))
    assert "replace" in stack.run("preview", "--diff")
    emulator.clear_calls()
    stack.run("up")
    assert [call.action for call in writes(emulator)] == ["UpdateAigcApiToken"]
