"""The state in a file: what it keeps, of whom, and when."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from pulumi import automation
from pulumi.automation import ConfigValue, Deployment
from pulumi.automation.errors import ConcurrentUpdateError

from tc_resources.testing import LocalEngine
from tc_resources.testing.engine.deployment import Deployment as Operation
from tc_resources.testing.engine.display import Display
from tc_resources.testing.engine.resource import Resource
from tc_resources.testing.engine.sealing import sealer
from tc_resources.testing.engine.snapshot import Snapshot
from tc_resources.testing.engine.steps import Same
from tests.engine.trial import PRELUDE

UP = """
import os, sys
from tc_resources.testing import LocalEngine
os.environ["ENGINE"] = str(os.getpid())
LocalEngine(sys.argv[1], state_file=sys.argv[2]).up()
"""
KILLED = """
import os, signal
from cloud import ThingProvider

class Killer(ThingProvider):
    def create(self, props):
        created = super().create(props)
        os.kill(int(os.environ["ENGINE"]), signal.SIGKILL)
        return created

class Killing(pulumi.dynamic.Resource, module="cloud", name="Thing"):
    pass

a = Thing("a", size=1)
Killing(Killer(compares=True), "b", {"label": "b", "size": a.serial})
"""
WHOLE = 'a = Thing("a", size=1)\nThing("b", size=a.serial, token=pulumi.Config().require_secret("token"))'
Open = Callable[..., LocalEngine]
Write = Callable[[str], None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    (tmp_path / "cloud.json").write_text('{"things": {}, "calls": []}')
    (tmp_path / "Pulumi.yaml").write_text("name: toy\nruntime: python\n")

    def write(body: str) -> None:
        (tmp_path / "__main__.py").write_text(PRELUDE + body)

    write(WHOLE)
    return write


@pytest.fixture
def open_stack(tmp_path: Path, file: Path, environment: dict[str, str], write: Write) -> Open:  # noqa: ARG001 - the project is there by it
    def open_stack(name: str = "dev", **env: str) -> LocalEngine:
        engine = LocalEngine(tmp_path, name, {**environment, **env}, state_file=file)
        engine.set_config("token", ConfigValue("s3cret", secret=True))
        return engine

    return open_stack


@pytest.fixture
def killed(write: Write, file: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    """The engine dies while it creates "b", after "a"."""
    write(KILLED)
    command = [sys.executable, "-c", UP, str(tmp_path), str(file)]
    ended = subprocess.run(command, env={**os.environ, **environment}, check=False)  # noqa: S603 - written above
    assert ended.returncode == -signal.SIGKILL


def test_another_engine_goes_on_where_the_first_has_ended(open_stack: Open, file: Path) -> None:
    first = open_stack()
    first.up()
    assert "s3cret" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    second = open_stack()
    assert second.outputs() == first.outputs()
    assert second.up().summary.resource_changes == {"same": 3}
    second.destroy()
    assert first.preview().change_summary == {"create": 3}


def test_the_cli_can_go_on_with_the_file_and_the_engine_with_what_the_cli_has_left(
    open_stack: Open, file: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    if shutil.which("pulumi") is None:
        pytest.skip("the pulumi CLI is not on PATH")
    open_stack().up()
    options = automation.LocalWorkspaceOptions(env_vars=environment)
    cli = automation.create_stack("dev", work_dir=str(tmp_path), opts=options)
    cli.set_config("token", ConfigValue("s3cret", secret=True))
    cli.import_stack(Deployment(**json.loads(file.read_text())))
    assert cli.up().summary.resource_changes == {"same": 3}
    [stored] = tmp_path.glob(".pulumi/stacks/toy/dev.json")
    file.write_text(json.dumps({"deployment": json.loads(stored.read_text())["checkpoint"]["latest"]}))
    (tmp_path / "Pulumi.dev.yaml").unlink()
    assert open_stack().up().summary.resource_changes == {"same": 3}


@pytest.mark.usefixtures("killed")
def test_a_kill_of_the_engine_loses_no_step_and_the_next_up_tells_which_was_under_way(
    open_stack: Open, write: Write, file: Path
) -> None:
    deployment = json.loads(file.read_text())["deployment"]
    assert [it["urn"].rpartition("::")[2] for it in deployment["resources"]] == ["toy-dev", "default", "a"]
    assert [(it["type"], it["resource"]["urn"][-3:]) for it in deployment["pending_operations"]] == [
        ("creating", "::b")
    ]
    write('Thing("a", size=1)')
    told = "with 1 pending operations from previous deployment.\n"
    for _ in range(2):
        assert told in open_stack().up().stdout
    open_stack().refresh()
    assert told not in open_stack().up().stdout


@pytest.mark.usefixtures("killed")
def test_an_interrupted_creation_is_no_news_once_the_resource_is_there(open_stack: Open, write: Write) -> None:
    write(KILLED.replace("os.kill", "# os.kill"))
    assert "interrupted while creating" in open_stack().up().stdout
    assert "interrupted while creating" not in open_stack().up().stdout


def test_what_a_step_changes_is_kept_as_a_whole() -> None:
    """Another thread that keeps the state meanwhile waits for it."""
    kept: list[list[Resource]] = []

    class Snapping(Snapshot):
        def done(self, resource: Resource) -> None:
            super().done(resource)
            other.start()
            other.join(0.1)

    old, new = Resource("urn:a", "a:b:C", custom=False), Resource("urn:a", "a:b:C", custom=False)
    snapshot = Snapping([old], keep=lambda it: kept.append(it.resources))
    other = threading.Thread(target=snapshot.settle)
    planner = Mock(**{"left_over.return_value": [Same(old, new)]})
    Operation(snapshot, planner, Mock(), Display(new, None), dry_run=False).delete_left_over()
    other.join()
    assert kept == [[new], [new]]


def test_of_two_processes_that_begin_a_file_the_second_reads_what_the_first_has_sealed(open_stack: Open) -> None:
    sealer.cache_clear()
    first = open_stack()
    sealer.cache_clear()  # which another process would not share
    second = open_stack()
    first.up()
    assert second.up().summary.resource_changes == {"same": 3}
    assert first.up().summary.resource_changes == {"same": 3}


def test_of_two_stacks_that_begin_a_file_the_second_is_refused(open_stack: Open) -> None:
    first, second = open_stack(), open_stack("prod")
    first.up()
    with pytest.raises(ValueError, match=r"state\.json is the state of another stack"):
        second.destroy()
    assert first.preview().change_summary == {"same": 3}


def test_a_file_that_has_been_deleted_is_an_empty_stack(open_stack: Open, file: Path) -> None:
    engine = open_stack()
    engine.up()
    file.unlink()
    assert engine.preview().change_summary == {"create": 3}


def test_a_relative_file_stays_where_it_was_when_the_engine_was_made(
    tmp_path: Path, write: Write, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("")
    monkeypatch.chdir(tmp_path)
    engine = LocalEngine(tmp_path, env=environment, state_file="relative.json")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    engine.up()
    assert (tmp_path / "relative.json").exists()


def test_a_state_that_cannot_be_written_stays_as_it_was(
    open_stack: Open, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_stack()
    engine.up()
    before = file.read_bytes()

    def fail(_: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="the disk is full"):
        engine.refresh()
    assert file.read_bytes() == before


def test_a_second_engine_is_refused_while_the_first_works_on_the_file(open_stack: Open, file: Path) -> None:
    refused: list[str] = []

    def intrude(_: str) -> None:
        if not refused:
            with pytest.raises(ConcurrentUpdateError) as raised:
                open_stack().preview()
            refused.append(str(raised.value))

    open_stack().up(on_output=intrude)
    assert f"locked by another engine ({file})" in refused[0]
    open_stack().preview()


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"PULUMI_CONFIG_PASSPHRASE": "another"}, "incorrect passphrase"),
        ({"name": "prod"}, "state.json is the state of another stack"),
    ],
)
def test_a_file_sealed_otherwise_or_of_another_stack_is_refused(
    open_stack: Open, how: dict[str, Any], why: str
) -> None:
    open_stack().up()
    with pytest.raises(ValueError, match=why):
        open_stack(**how)


def test_a_file_without_a_passphrase_is_refused(tmp_path: Path, write: Write, file: Path) -> None:
    write("")
    with pytest.raises(ValueError, match="PULUMI_CONFIG_PASSPHRASE is not set"):
        LocalEngine(tmp_path, state_file=file)
