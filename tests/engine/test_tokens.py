"""API tokens on the embedded engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tc_resources.cloud.identities import digest
from tc_resources.dynamic.resource import pickled_provider
from tc_resources.testing import Emulator
from tc_resources.testing.emulator import Behaviour
from tests.account import account_of
from tests.engine.test_kills import Stack
from tests.pulumi.pulumi_cli import PASSPHRASE, Source, quota, token

SECRET = "a-token-that-nobody-may-see"


@pytest.fixture
def options() -> dict[str, Any]:
    return {"behaviour": Behaviour(token_lag=0.0)}


@pytest.fixture
def stack(tmp_path: Path, emulator: Emulator) -> Stack:
    return Stack(tmp_path, {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE, **account_of(emulator)})


def program(**given: Any) -> list[str]:
    text = quota("text", quota_type="Text", quota_limit=7, api_token=Source("chat.api_token"))
    return [f"chat = {token(**given)}", text]


def test_a_rotation_brings_the_quota_along(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*program(rotation="1"))
    stack.run("up")
    (old,) = emulator.tokens()
    stack.declare(*program(rotation="2"))
    stack.run("up")
    (new,) = emulator.tokens()
    assert new != old
    assert [cap.api_token for cap in emulator.quotas()] == [new.api_token]
    assert not any(one.api_token in json.dumps(stack.export()) for one in (old, new))
    stack.run("destroy")
    assert (emulator.tokens(), emulator.quotas()) == ([], [])


def test_a_token_that_a_refresh_is_the_first_to_find_is_sealed(stack: Stack, emulator: Emulator) -> None:
    emulator.put_token(1, SECRET)
    stack.declare(token())
    stack.run("up")
    state = stack.export()
    (row,) = [row for row in state["deployment"]["resources"] if row["type"].endswith(":AigcApiToken")]
    row["id"] = f"1#{digest(SECRET)}"
    row["outputs"] = {"sub_app_id": 1, "__provider": pickled_provider("aigc_api_token")}
    stack._state.write_text(json.dumps(state), encoding="utf-8")
    stack.run("refresh")
    (row,) = [row for row in stack.export()["deployment"]["resources"] if row["type"].endswith(":AigcApiToken")]
    assert "api_token" in row["outputs"]
    assert SECRET not in json.dumps(stack.export())
