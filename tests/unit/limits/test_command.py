"""Whether the engine's command hides a part of the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tc_resources.limits import command
from tc_resources.limits.command import ancestors, shows_all

PROGRAM = "from tc_resources.limits.command import shows_all; print(shows_all())"
SHELL = ["sh", "/bin/pulumi-resource-pulumi-python", "127.0.0.1:4711"]


@pytest.mark.parametrize(
    "words",
    [
        "up --target urn",
        "up --yes -t urn",
        "up -turn",
        "up -yft urn",
        "up --target=urn",
        "up --target-replace urn",
        "up --exclude urn",
        "-C folder up --exclude=urn",
        "--logflow -v=9 update --exclude urn",
        "watch --target urn",
        "-s preview up --target urn",
        "-C import up --exclude urn",
        "up -yet urn",
        "up -Qt urn",
        "destroy --stack up -t urn",
    ],
)
def test_an_up_with_targets_or_excludes_hides_a_part(words: str) -> None:
    for name in ("pulumi", "/opt/bin/pulumi", "/nix/.pulumi-wrapped", "pulumi.exe", "/opt/pulumi-3.260", "emulated"):
        assert not shows_all([SHELL, [name, *words.split()], ["make", "up"]])


@pytest.mark.parametrize(
    "words",
    [
        "up",
        "up --yes --stack target",
        "up --target-dependents",
        "up --refresh --message -",
        "up --tracing file",
        "preview --target urn",
        "refresh --target urn",
        "destroy --target urn",
        "destroy --run-program --exclude urn",
        "down -t urn",
        "dn -t urn",
        "version",
        "up -s test",
        "up -stest -mtext -Ctarget",
    ],
)
def test_any_other_command_shows_all(words: str) -> None:
    assert shows_all([SHELL, ["pulumi", *words.split()]])


def test_the_nearest_engine_counts_and_where_there_is_none_all_is_shown() -> None:
    partial, whole = ["pulumi", "up", "-t", "urn"], ["pulumi", "up"]
    assert shows_all([SHELL, whole, partial])
    assert not shows_all([SHELL, partial, whole])
    assert shows_all([SHELL, ["pulumi-language-python", "up", "-t", "urn"], [], whole, ["python", "up", "-t", "urn"]])
    assert not shows_all([SHELL, ["qemu", "/bin/pulumi", "up", "-t", "urn"]])
    assert shows_all([])


def test_the_processes_that_started_this_one_are_known_to_the_first(tmp_path: Path) -> None:
    assert next(iter(list(ancestors()))), "the one that has started these tests"
    engine = tmp_path / "pulumi"
    engine.symlink_to("/bin/sh")
    for arguments, shown in (["up", "--exclude", "urn:a b"], False), (["up"], True):
        line = [str(engine), "-c", f"{sys.executable} -c '{PROGRAM}'; true", *arguments]
        ended = subprocess.run(line, capture_output=True, text=True, check=True)  # noqa: S603 - written above
        assert ended.stdout == f"{shown}\n"


def test_without_proc_the_system_is_asked_by_ps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = [words[0] for words in ancestors() if words]
    monkeypatch.setattr(command, "PROC", tmp_path / "missing")
    assert [words[0] for words in ancestors() if words][: len(expected) - 1] == expected[:-1]


def test_a_process_that_has_gone_ends_the_search() -> None:
    assert command._process(2**22 + 1) == (0, [])
