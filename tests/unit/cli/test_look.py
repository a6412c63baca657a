"""One look: what holds for every command there is, those to come included."""

from __future__ import annotations

import inspect
import json
import os
import pty
import re
import shlex
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import typer

from generate.reference import all_commands
from tc_resources.cli.commands import application
from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.account import account_of
from tests.unit.cli.conftest import Command

GROUP = typer.main.get_command(application())
COMMANDS: dict[str, Any] = dict(all_commands(GROUP))
EXAMPLES = [
    (name, line.strip())
    for name, command in COMMANDS.items()
    for line in (inspect.getdoc(command.callback) or "").partition("Examples:\n")[2].partition("\n\n")[0].splitlines()
]
DIFFERENT = {
    "--all": "no zone has usage",
    "--output": "a list, an archive, a report",
    "--sub-app": "verify tries quotas on one",
    "--zone": "verify tries limits in one",
}
"""Options that mean another thing in another command, and how."""
ASKED = {
    "discover": ["--all"],
    "status": ["--all"],
    "usage": ["--all"],
    "verify": ["--sub-app", "1", "--yes"],
    "whoami": [],
}
"""What makes a command call the services."""
ESCAPE = b"\x1b["


def options(command: Any) -> dict[str, Any]:
    return {name: option for option in command.params for name in option.opts if name.startswith("--")}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_examples_and_all_its_exit_codes(name: str, command: Command) -> None:
    end = command(*name.split(), "--help")
    assert (end.code, end.err) == (0, "")
    assert f"tc-resources {name}" in end.out.partition("Examples:")[2]
    codes = re.findall(r"^\W*(\d+) ", end.out.partition("Exit codes:")[2].partition("─")[0], re.MULTILINE)
    assert codes[0] == "0"
    assert "2" in codes
    assert codes == sorted({*codes}, key=int)


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda value: value[:60])
def test_an_example_is_one_that_the_command_takes(name: str, example: str) -> None:
    [line] = [part for part in re.split(r" \| ", example) if part.startswith("tc-resources ")]
    words = shlex.split(re.sub(r"[<>] ?\S+", "", line))[1 + len(name.split()) :]
    assert COMMANDS[name].make_context(name, words)


def test_an_option_that_several_commands_have_is_told_in_the_same_words() -> None:
    told = defaultdict(set)
    for command in COMMANDS.values():
        for name, option in options(command).items():
            told[name].add((option.help or "").partition(",")[0].rstrip("."))
    assert {name for name, words in told.items() if len(words) > 1} == {*DIFFERENT}


@pytest.mark.parametrize("name", ASKED)
def test_what_shows_something_has_a_table_for_people_and_json_for_programs(
    name: str, command: Command, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = get_type_hints(COMMANDS[name].callback)["format_"]
    assert [form.value for form in forms][:2] == ["table", "json"]
    if name == "verify":  # how it measures is tested elsewhere
        return
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    emulator.put_quota(Quota(1, "Image", 2000))
    end = command(name, *ASKED[name], "--format", "json")
    assert (end.code, end.err) == (0, "")
    assert json.loads(end.out)


def test_only_commands_that_are_named_here_show_nothing_of_the_account() -> None:
    assert {*COMMANDS} - {*ASKED} == {"emulator", "new", "plugin install"}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_that_there_is_not_is_a_line_on_standard_error_and_code_2(name: str, command: Command) -> None:
    end = command(*name.split(), "--colour")
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert "--colour" in end.err


@pytest.mark.parametrize("name", ASKED)
def test_without_credentials_a_command_is_a_line_on_standard_error_and_code_2(
    name: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TENCENTCLOUD_SECRET_ID")
    monkeypatch.delenv("TENCENTCLOUD_SECRET_KEY")
    end = command(name, *ASKED[name])
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert end.err.startswith("No Tencent Cloud credentials")


@pytest.mark.parametrize("output", ["discover --all", "plugin install", "verify --sub-app 1 --yes"])
def test_a_file_that_is_there_is_never_written_over(
    output: str, command: Command, emulator: Emulator, tmp_path: Path
) -> None:
    file = tmp_path / "there"
    file.write_text("mine", encoding="utf-8")
    end = command(*output.split(), "--output", str(file))
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert str(file) in end.err
    assert file.read_text(encoding="utf-8") == "mine"
    assert [call for call in emulator.calls if not call.action.startswith("Describe")] == []


def shown(emulator: Emulator, arguments: str, terminal: bool, **more: str) -> bytes:
    """What a command prints, on a terminal or into a pipe."""
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "TERM": "xterm-256color",
        **account_of(emulator),
        **more,
    }
    ours, its = pty.openpty() if terminal else os.pipe()
    line = [sys.executable, "-c", "from tc_resources.cli.main import main; main()", *arguments.split()]
    process = subprocess.Popen(line, env=environ, stdin=its, stdout=its, stderr=its)  # noqa: S603 - written above
    os.close(its)
    told = b""
    try:
        while read := os.read(ours, 4096):
            told += read
    except OSError:  # how a terminal says that nobody writes to it any more
        pass
    os.close(ours)
    assert process.wait() in (0, 1), told
    return told


@pytest.mark.parametrize("arguments", ["discover --all", "status --all", "usage --all", "whoami", "--help"])
def test_there_is_colour_on_a_terminal_alone_and_none_where_no_color_is_set(emulator: Emulator, arguments: str) -> None:
    emulator.put_quota(Quota(1, "Image", 2000, usage=1999))
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    colour = re.compile(rb"\x1b\[[\d;]*m")
    assert colour.search(shown(emulator, arguments, terminal=True))
    assert ESCAPE not in shown(emulator, arguments, terminal=False)
    painted = re.compile(rb"\x1b\[(?:\d+;)*[349]\d(?:;\d+)*m")
    assert not painted.search(shown(emulator, arguments, terminal=True, NO_COLOR="1"))
