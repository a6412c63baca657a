"""The stored states of both engines and faces on the real CLI."""

from __future__ import annotations

from pathlib import Path

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator
from tests.pulumi.faces import FaceStack
from tests.pulumi.pulumi_cli import writes
from tests.state import release
from tests.state.release import one_token  # noqa: F401 - a fixture


@pytest.fixture
def options() -> dict[str, object]:
    return {"behaviour": Behaviour(token_lag=0.0)}


@pytest.mark.usefixtures("one_token")
def test_this_version_leaves_the_state_that_is_stored_for_it(
    face_stack: FaceStack, face: str, emulator: Emulator
) -> None:
    """A version without a stored state gets one here, to be committed with its release."""
    emulator.put_quota(release.BEFORE)
    face_stack.program(*release.program(emulator.url))
    face_stack.run("up")
    state = release.recorded(face_stack.export(), emulator.url)
    release.compare(state, release.CLI[face])


@pytest.mark.parametrize(("face", "file"), release.files())
def test_a_stored_state_previews_clean_is_refreshed_updated_and_destroyed(
    face_stack: FaceStack, emulator: Emulator, file: Path
) -> None:
    release.put_in_force(emulator)
    face_stack.load(release.stored(file.read_text(encoding="utf-8"), emulator.url))
    face_stack.program(*release.program(emulator.url))
    face_stack.run("preview", "--expect-no-changes")
    assert emulator.calls == []
    face_stack.run("refresh", "--expect-no-changes")
    assert writes(emulator) == []
    face_stack.program(*release.program(emulator.url, mbps=700, amount=3000, tokens=1))
    face_stack.run("up")
    assert [call.code for call in writes(emulator)] == [None] * 5
    assert {*emulator.limits(), *emulator.quotas()} == release.limits(700) | release.quotas(3000, 1)
    face_stack.run("destroy")
    assert (emulator.limits(), emulator.tokens()) == ([], [])
    assert emulator.quotas() == release.AFTER
