"""The stored states of both engines on the embedded one, for where there is no CLI; tests/pulumi has the real one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tc_resources.testing import Behaviour, Emulator, LocalEngine
from tests.account import account_of
from tests.notes import forget_writes
from tests.pulumi.faces import Declared
from tests.pulumi.pulumi_cli import HEADER, PASSPHRASE, PROJECT
from tests.state import release
from tests.state.release import one_token  # noqa: F401 - a fixture

Declare = Callable[..., None]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """In real time, since the providers are processes of their own."""
    with Emulator(behaviour=Behaviour(token_lag=0.0)) as emulator:
        forget_writes(emulator.url)
        yield emulator


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    (tmp_path / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n", encoding="utf-8")

    def declare(program: list[Declared], face: str = "dynamic") -> None:
        lines = [one.line(one.native_source() if face == "native" else one.dynamic_source()) for one in program]
        (tmp_path / "__main__.py").write_text(HEADER + "\n".join(lines), encoding="utf-8")

    return declare


@pytest.fixture
def open_stack(tmp_path: Path, emulator: Emulator) -> Callable[[], LocalEngine]:
    """The stack of the state file, whatever it holds by then."""
    env = {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE, **account_of(emulator)}
    plugins = {"tc-resources": "tc_resources.native"}
    return lambda: LocalEngine(tmp_path, env=env, state_file=tmp_path / "state.json", plugins=plugins)


@pytest.mark.usefixtures("one_token")
def test_this_version_leaves_the_state_that_is_stored_for_it(
    tmp_path: Path, declare: Declare, open_stack: Callable[[], LocalEngine], emulator: Emulator
) -> None:
    """A version without a stored state gets one here, to be committed with its release."""
    emulator.put_quota(release.BEFORE)
    declare(release.program(emulator.url))
    open_stack().up()
    left = json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))
    state = release.recorded(left, emulator.url)
    release.compare(state, "embedded")


@pytest.mark.parametrize(("face", "file"), release.files())
def test_a_stored_state_previews_clean_is_refreshed_updated_and_destroyed(
    tmp_path: Path, declare: Declare, open_stack: Callable[[], LocalEngine], emulator: Emulator, face: str, file: Path
) -> None:
    release.put_in_force(emulator)
    state = release.stored(file.read_text(encoding="utf-8"), emulator.url)
    (tmp_path / "state.json").write_text(json.dumps(state), encoding="utf-8")
    declare(release.program(emulator.url), face)
    stack = open_stack()
    assert stack.preview().change_summary.keys() == {"same"}
    assert emulator.calls == []
    assert (stack.refresh().summary.resource_changes or {}).keys() == {"same"}
    assert emulator.writes == []
    declare(release.program(emulator.url, mbps=700, amount=3000, tokens=1), face)
    stack.up()
    assert [call.code for call in emulator.writes] == [None] * 5
    assert {*emulator.limits(), *emulator.quotas()} == release.limits(700) | release.quotas(3000, 1)
    stack.destroy()
    assert (emulator.limits(), emulator.tokens()) == ([], [])
    assert emulator.quotas() == release.AFTER
