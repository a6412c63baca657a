"""The states in tests/state, one of each release, which today's code must understand."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.pulumi.pulumi_cli import Stack, limit, quota, writes

STATES = Path(__file__).parents[1] / "state"
TOKEN = "emulator-token"
SECRET_KEY = "emulator-secret-key"
MACHINE = ("stackTrace", "sourcePosition", "created", "modified")
"""What the state says of the machine and the time."""
URL = "http://emulator"
"""Stands for the emulator's address."""
PROGRAM = [
    'media = Provider("media", endpoint=os.environ["TENCENTCLOUD_ENDPOINT"], secret_id="AKIDEMULATOR",'
    f' secret_key="{SECRET_KEY}")',
    limit("www"),
    limit("media", opts="ResourceOptions(provider=media)"),
    quota("images", reset_limit=5),
    quota("video", quota_type="Video", adopt=True),
    quota("text", quota_type="Text", quota_limit=0, api_token=TOKEN),
]


def recorded(stack: Stack, emulator: Emulator) -> dict[str, Any]:
    """The state of a stack without what belongs to this machine."""
    state: dict[str, Any] = json.loads(json.dumps(stack.export()).replace(emulator.url, URL))
    for row in state["deployment"]["resources"]:
        for name in MACHINE:
            row.pop(name, None)
    return state


def shape(state: dict[str, Any]) -> object:
    """What must not change: types, ids, property names and the pickled providers."""
    return sorted(
        (
            row["type"],
            row["urn"],
            row.get("id") if "dynamic" in row["type"] else None,
            sorted(row.get("inputs", {})),
            sorted(row.get("outputs", {})),
            row.get("inputs", {}).get("__provider"),
        )
        for row in state["deployment"]["resources"]
    )


def test_this_version_leaves_the_state_that_is_stored_for_it(stack: Stack, emulator: Emulator) -> None:
    """A version without a stored state gets one here, to be committed with its release."""
    emulator.put_quota(Quota(1, "Video", 50))
    stack.declare(*PROGRAM)
    stack.run("up")
    state = recorded(stack, emulator)
    file = STATES / f"{version('tc-resources')}.json"
    if not file.exists():
        file.write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
        pytest.fail(f"{file.name} was recorded: commit it")
    assert shape(state) == shape(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", sorted(STATES.glob("*.json")), ids=lambda file: file.stem)
def test_a_stored_state_previews_clean_refreshes_and_is_destroyed(stack: Stack, emulator: Emulator, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert [secret for secret in (TOKEN, SECRET_KEY) if secret in text] == []
    for domain_name in ("www.example.com", "media.example.com"):
        emulator.put_limit(Limit("zone-1", domain_name, "Overseas", 500))
    for quota_type, quota_limit, token in (("Image", 2000, None), ("Video", 2000, None), ("Text", 0, TOKEN)):
        emulator.put_quota(Quota(1, quota_type, quota_limit, api_token=token))
    stack.load(json.loads(text.replace(URL, emulator.url)))
    stack.declare(*PROGRAM)
    stack.run("preview", "--expect-no-changes")
    assert emulator.calls == []
    stack.run("refresh", "--expect-no-changes")
    assert writes(emulator) == []
    stack.run("destroy")
    assert emulator.limits() == []
    assert emulator.quotas() == [Quota(1, "Image", 5), Quota(1, "Video", 50)]
