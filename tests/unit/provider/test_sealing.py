"""A secret leaves the provider sealed, whatever a transform of the program has made of its mark."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from tc_resources.testing.emulator import Emulator
from tests.unit.provider import host, plugin
from tests.unit.provider.host import Run, is_sealed

QUOTA = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5, "api_token": "an-api-token"}


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the token was, in each bag of properties that the engine got."""
    found: list[bool] = []
    opened: Mapping[str, object] = {"host": host.without_provider, "plugin": plugin.opened}

    def look(message: Struct, how: str) -> object:
        bag = MessageToDict(message)
        found.extend(is_sealed(bag[name]) for name in ("api_token", "apiToken") if name in bag)
        return opened[how](message)  # type: ignore[operator]

    monkeypatch.setattr(host, "without_provider", lambda message: look(message, "host"))
    monkeypatch.setattr(plugin, "opened", lambda message: look(message, "plugin"))
    return found


def test_a_token_that_comes_in_plain_is_sealed_in_all_that_the_engine_stores(run: Run, sealed: list[bool]) -> None:
    assert run.quotas.check(QUOTA)[0] == QUOTA
    id_, state = run.quotas.create(QUOTA)
    state = run.quotas.update(id_, state, {**QUOTA, "quota_limit": 6})
    run.quotas.read(id_, state)
    assert sealed == [True] * 5


def test_a_token_that_is_made_here_is_sealed(run: Run, emulator: Emulator, sealed: list[bool]) -> None:
    id_, state = run.tokens.create({"sub_app_id": 1})
    assert state["api_token"] == emulator.tokens()[0].api_token
    run.tokens.update(id_, state, {"sub_app_id": 1, "ip_allow_list": ["203.0.113.7"]})
    assert sealed == [True] * 2
