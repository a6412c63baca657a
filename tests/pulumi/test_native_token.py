"""API tokens of the native face on the real CLI, with the quotas that follow them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.cloud.identities import digest
from tc_resources.testing.emulator import Behaviour, Emulator, Quota
from tests.pulumi import pulumi_cli
from tests.pulumi.native import Declaration, NativeStack, quota, token
from tests.pulumi.pulumi_cli import Source, Stack, writes

pytestmark = pytest.mark.parametrize("options", [{"behaviour": Behaviour(token_lag=0.0)}])
SECRET = "a-token-that-nobody-may-see"
OUTPUTS = {"token": "${chat.apiToken}"}


@pytest.fixture
def stack(plugin: dict[str, str], new_stack: Callable[[str], Stack]) -> NativeStack:
    made = new_stack("stack")
    return NativeStack(made.folder, {**made.environ, **plugin})


def program(**given: Any) -> tuple[Declaration, ...]:
    return token(**given), quota("text", quotaType="Text", quotaLimit=7, apiToken="${chat.apiToken}")


def only(emulator: Emulator) -> str:
    """The one token that there is."""
    (found,) = emulator.tokens()
    return found.api_token


def test_a_token_and_its_quota_live_from_the_first_up_to_the_destroy(stack: NativeStack, emulator: Emulator) -> None:
    stack.write(*program(), outputs=OUTPUTS)
    told = stack.run("preview", "--diff")
    assert writes(emulator) == []
    told += stack.run("up", "--diff")
    made = only(emulator)
    assert emulator.quotas() == [Quota(1, "Text", 7, api_token=made)]
    assert {name: row["id"] for name, row in stack.natives().items()} == {
        "chat": f"1#{digest(made)}",
        "text": f"1#Text#{digest(made)}",
    }
    before = len(writes(emulator))
    told += stack.run("up", "--expect-no-changes") + stack.run("refresh", "--expect-no-changes")
    assert len(writes(emulator)) == before
    told += json.dumps(stack.export()) + json.dumps(stack.outputs()) + stack.run("destroy", "--diff")
    assert made not in told
    assert (emulator.tokens(), emulator.quotas()) == ([], [])


def test_a_rotation_makes_a_new_token_first_and_the_quota_follows(stack: NativeStack, emulator: Emulator) -> None:
    stack.write(*program(rotation="2026-11"))
    stack.run("up")
    old = only(emulator)
    emulator.clear_calls()
    stack.write(*program(rotation="2026-12"))
    told = stack.run("up", "--diff")
    new = only(emulator)
    assert emulator.quotas() == [Quota(1, "Text", 7, api_token=new)]
    assert [call.action for call in writes(emulator)] == [
        "CreateAigcApiToken",
        "CreateAigcQuota",
        "DeleteAigcQuota",
        "DeleteAigcApiToken",
    ]
    assert not any(one in told + json.dumps(stack.export()) for one in (old, new))


def test_a_preview_of_other_addresses_replaces_no_quota(stack: NativeStack, emulator: Emulator) -> None:
    stack.write(*program())
    stack.run("up")
    made = only(emulator)
    stack.write(*program(ipAllowList=["203.0.113.7"]))
    told = stack.run("preview", "--diff")
    assert "~ tc-resources:index:AigcApiToken: (update)" in told
    assert "replace" not in told
    stack.run("up")
    assert only(emulator) == made
    assert [one.ext_info for one in emulator.tokens()] == ['{"ip":{"203.0.113.7":true}}']


def test_one_that_is_there_is_imported_by_its_id_alone(stack: NativeStack, emulator: Emulator) -> None:
    emulator.put_token(1, SECRET)
    stack.write()
    told = stack.run("import", "tc-resources:index:AigcApiToken", "chat", f"1#{digest(SECRET)}")
    stack.write(*program(rotation="2026-11"), outputs=OUTPUTS)
    told += stack.run("up", "--diff")
    assert [call.action for call in writes(emulator)] == ["CreateAigcQuota"]
    assert only(emulator) == SECRET
    assert SECRET not in told + json.dumps(stack.export())
    assert json.loads(stack.run("stack", "output", "--json", "--show-secrets"))["token"] == SECRET


def test_a_stack_moves_between_the_faces_and_keeps_its_token(stack: NativeStack, emulator: Emulator) -> None:
    text = pulumi_cli.quota("text", quota_type="Text", quota_limit=7, api_token=Source("chat.api_token"))
    stack.declare(f"chat = {pulumi_cli.token()}", text)
    stack.run("up")
    made, quotas = only(emulator), emulator.quotas()
    emulator.clear_calls()
    stack.write(*program())
    stack.run("up")
    assert stack.natives().keys() == {"chat", "text"}
    kept = 'ResourceOptions(aliases=[pulumi.Alias(type_="tc-resources:index:{}")])'
    text = pulumi_cli.quota(
        "text", opts=kept.format("AigcQuota"), quota_type="Text", quota_limit=7, api_token=Source("chat.api_token")
    )
    stack.declare(f"chat = {pulumi_cli.token(opts=kept.format('AigcApiToken'))}", text)
    stack.run("up")
    assert stack.resources().keys() == {"chat", "text"}
    assert writes(emulator) == []
    assert (only(emulator), emulator.quotas()) == (made, quotas)
