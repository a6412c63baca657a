"""The stored states of both engines on the real CLI."""

from __future__ import annotations

from pathlib import Path

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator
from tests.pulumi.pulumi_cli import Stack, writes
from tests.state import release
from tests.state.release import one_token  # noqa: F401 - a fixture


@pytest.fixture
def options() -> dict[str, object]:
    return {"behaviour": Behaviour(token_lag=0.0)}


@pytest.mark.usefixtures("one_token")
def test_this_version_leaves_the_state_that_is_stored_for_it(stack: Stack, emulator: Emulator) -> None:
    """A version without a stored state gets one here, to be committed with its release."""
    emulator.put_quota(release.BEFORE)
    stack.declare(*release.program())
    stack.run("up")
    state = release.recorded(stack.export(), emulator.url)
    release.compare(state, "cli")


@pytest.mark.parametrize("file", release.files(), ids=release.name)
def test_a_stored_state_previews_clean_is_refreshed_updated_and_destroyed(
    stack: Stack, emulator: Emulator, file: Path
) -> None:
    release.put_in_force(emulator)
    stack.load(release.stored(file.read_text(encoding="utf-8"), emulator.url))
    stack.declare(*release.program())
    stack.run("preview", "--expect-no-changes")
    assert emulator.calls == []
    stack.run("refresh", "--expect-no-changes")
    assert writes(emulator) == []
    stack.declare(*release.program(mbps=700, amount=3000, tokens=1))
    stack.run("up")
    assert [call.code for call in writes(emulator)] == [None] * 5
    assert {*emulator.limits(), *emulator.quotas()} == release.limits(700) | release.quotas(3000, 1)
    stack.run("destroy")
    assert (emulator.limits(), emulator.tokens()) == ([], [])
    assert emulator.quotas() == release.AFTER
