"""The stack whose state each release has left here, one of each engine."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.pulumi.faces import Declared, instance, limit, quota, token

HERE = Path(__file__).parent
TOKEN = "emulator-token"
MADE = "a" * 32
"""The token that the emulator makes while a state is recorded."""
SECRET_KEY = "emulator-secret-key"
MACHINE = ("stackTrace", "sourcePosition", "created", "modified")
"""What the state says of the machine and the time."""
URL = "http://emulator"
"""Stands for the emulator's address."""


CLI = {"dynamic": "cli", "native": "native"}
"""Where the states lie that each face has left on the CLI."""


def files() -> list[Any]:
    """The stored states of all releases and both engines, each as the parameters of a test: its face, and the file."""
    return [
        pytest.param("native" if file.parent.name == CLI["native"] else "dynamic", file, id=_name(file))
        for file in sorted(HERE.glob("*/*.json"))
    ]


def _name(file: Path) -> str:
    """The engine and the release of a stored state."""
    return f"{file.parent.name}-{file.stem}"


def program(url: str, *, mbps: int = 500, amount: int = 2000, tokens: int = 0) -> list[Declared]:
    """A program that leaves every property in the state; the other arguments are what an update changes."""
    return [
        instance("account", endpoint=url, secret_id="AKIDEMULATOR", secret_key=SECRET_KEY),
        limit("www", bandwidth=mbps),
        limit("media", "account", bandwidth=mbps),
        quota("images", quota_limit=amount, reset_limit=5, period="2026-11"),
        quota("video", quota_type="Video", quota_limit=amount, adopt=True),
        quota("text", quota_type="Text", quota_limit=tokens, api_token=TOKEN),
        token("chat", ip_allow_list=["203.0.113.7"], rotation="2026-11"),
    ]


BEFORE = Quota(1, "Video", 50)
"""What is there before the first up, which adopts it."""
AFTER = [Quota(1, "Image", 5), BEFORE]
"""What is there after the destroy."""


def limits(mbps: int = 500) -> set[Limit]:
    return {Limit("zone-1", f"{host}.example.com", "Overseas", mbps) for host in ("www", "media")}


def quotas(amount: int = 2000, tokens: int = 0) -> set[Quota]:
    by_type = {Quota(1, quota_type, amount) for quota_type in ("Image", "Video")}
    return {*by_type, Quota(1, "Text", tokens, api_token=TOKEN)}


def put_in_force(emulator: Emulator) -> None:
    """What the stack with a stored state manages."""
    for made in limits():
        emulator.put_limit(made)
    for capped in quotas():
        emulator.put_quota(capped)
    emulator.put_token(1, MADE, '{"ip":{"203.0.113.7":true}}')


@pytest.fixture
def one_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator makes the same token each time: its digest is the id that is stored."""
    monkeypatch.setattr(secrets, "choice", lambda signs: signs[0])


def recorded(state: Mapping[str, Any], url: str) -> dict[str, Any]:
    """The state of a stack without what belongs to this machine."""
    known: dict[str, Any] = json.loads(json.dumps(state).replace(url, URL))
    for row in known["deployment"]["resources"]:
        for key in MACHINE:
            row.pop(key, None)
    return known


def shape(state: Mapping[str, Any]) -> object:
    """What must not change: types, ids, property names and the pickled providers."""
    return sorted(
        (
            row["type"],
            row["urn"],
            row.get("id", "") if "dynamic" in row["type"] or row["type"].startswith("tc-resources:") else "",
            sorted(row.get("inputs", {})),
            sorted(row.get("outputs", {})),
            row.get("inputs", {}).get("__provider", ""),
        )
        for row in state["deployment"]["resources"]
    )


def stored(text: str, url: str) -> dict[str, Any]:
    """A stored state for the emulator at `url`, which may hold no secret in plain text."""
    assert [secret for secret in (TOKEN, MADE, SECRET_KEY) if secret in text] == []
    state: dict[str, Any] = json.loads(text.replace(URL, url))
    return state


def compare(state: Mapping[str, Any], engine: str) -> None:
    """Fail where this version leaves another shape of state than is stored for it; one without gets its own here."""
    file = HERE / engine / f"{version('tc-resources')}.json"
    if not file.exists():
        file.write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
        pytest.fail(f"{file.name} was recorded: commit it")
    assert shape(state) == shape(json.loads(file.read_text(encoding="utf-8")))
