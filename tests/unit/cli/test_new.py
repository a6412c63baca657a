from __future__ import annotations

from pathlib import Path

import pytest
from pulumi.automation import ConfigValue

from tc_resources.testing import Emulator, LocalEngine
from tests.unit.cli.conftest import Command


def test_a_new_program_has_the_name_in_every_key_and_makes_its_limits(
    command: Command, emulator: Emulator, tmp_path: Path
) -> None:
    folder = tmp_path / "a" / "mine"
    end = command("new", str(folder), "--name", "media-limits")
    assert (end.code, end.err) == (0, "")
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    assert [name for name, text in texts.items() if "tencent-limits" in text] == []
    assert [line.partition(">=")[0] for line in texts["requirements.txt"].splitlines()] == ["tc-resources", "pydantic"]
    stack = LocalEngine(folder, "dev")
    stack.set_config("chatToken", ConfigValue("any", secret=True))
    stack.up()
    assert (len(emulator.limits()), len(emulator.quotas())) == (3, 3)


def test_what_discover_finds_is_config_of_the_new_program(command: Command, emulator: Emulator, tmp_path: Path) -> None:
    assert command("new", str(tmp_path / "mine")).code == 0
    emulator.put_zone("zone-9")
    config = command("discover", "--all", "--format", "config", "--project", "mine").out
    (tmp_path / "mine" / "Pulumi.dev.yaml").write_text(config, encoding="utf-8")
    assert "mine:sites: []" in config
    LocalEngine(tmp_path / "mine", "dev").up()
    assert [*emulator.limits(), *emulator.quotas()] == []


def test_nothing_in_a_folder_is_written_over(command: Command, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("mine", encoding="utf-8")
    assert command("new", str(tmp_path)) == (2, "", f"{tmp_path} is not empty, and nothing in it is written over.\n")
    assert [file.name for file in tmp_path.iterdir()] == ["Pulumi.yaml"]


@pytest.mark.parametrize("name", ["two words", "", "a/b", "x" * 101])
def test_a_name_that_pulumi_takes_for_no_project_is_refused(command: Command, tmp_path: Path, name: str) -> None:
    end = command("new", str(tmp_path / "mine"), "--name", name)
    assert (end.code, end.out) == (2, "")
    assert "is no name of a project" in end.err
    assert not (tmp_path / "mine").exists()


def test_a_folder_that_cannot_be_made_is_one_line(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    end = command("new", str(tmp_path / "file" / "mine"))
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
