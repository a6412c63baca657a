"""The stored states of the native face: today's code goes on with each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator
from tests.pulumi.native import Declaration, NativeStack, limit, provider, quota, token
from tests.pulumi.pulumi_cli import Stack, writes
from tests.state import release
from tests.state.release import one_token  # noqa: F401 - a fixture


@pytest.fixture
def options() -> dict[str, object]:
    return {"behaviour": Behaviour(token_lag=0.0)}


@pytest.fixture
def stack(plugin: dict[str, str], new_stack: Callable[[str], Stack]) -> NativeStack:
    made = new_stack("stack")
    return NativeStack(made.folder, {**made.environ, **plugin})


def program(url: str, *, mbps: int = 500, amount: int = 2000, tokens: int = 0) -> list[Declaration]:
    """A program that leaves every property in the state; the arguments are what an update changes."""
    return [
        provider("account", endpoint=url, secretId="AKIDEMULATOR", secretKey=release.SECRET_KEY),
        limit("www", bandwidth=mbps),
        limit("media", bandwidth=mbps, options={"provider": "${account}"}),
        quota("images", quotaLimit=amount, resetLimit=5, period="2026-11"),
        quota("video", quotaType="Video", quotaLimit=amount, adopt=True),
        quota("text", quotaType="Text", quotaLimit=tokens, apiToken=release.TOKEN),
        token("chat", ipAllowList=["203.0.113.7"], rotation="2026-11"),
    ]


@pytest.mark.usefixtures("one_token")
def test_this_version_leaves_the_state_that_is_stored_for_it(stack: NativeStack, emulator: Emulator) -> None:
    """A version without a stored state gets one here, to be committed with its release."""
    emulator.put_quota(release.BEFORE)
    stack.write(*program(emulator.url))
    stack.run("up")
    release.compare(release.recorded(stack.export(), emulator.url), release.NATIVE)


@pytest.mark.parametrize("file", release.native_files(), ids=release.name)
def test_a_stored_state_previews_clean_is_refreshed_updated_and_destroyed(
    stack: NativeStack, emulator: Emulator, file: Path
) -> None:
    release.put_in_force(emulator)
    stack.load(release.stored(file.read_text(encoding="utf-8"), emulator.url))
    stack.write(*program(emulator.url))
    stack.run("preview", "--expect-no-changes")
    assert emulator.calls == []
    stack.run("refresh", "--expect-no-changes")
    assert writes(emulator) == []
    stack.write(*program(emulator.url, mbps=700, amount=3000, tokens=1))
    stack.run("up")
    assert [call.code for call in writes(emulator)] == [None] * 5
    assert {*emulator.limits(), *emulator.quotas()} == release.limits(700) | release.quotas(3000, 1)
    stack.run("destroy")
    assert (emulator.limits(), emulator.tokens()) == ([], [])
    assert emulator.quotas() == release.AFTER
