"""Whether the engine's command hides a part of the program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tc_resources.limits import command
from tc_resources.limits.command import shows_all
from tc_resources.limits.errors import HiddenCommandError
from tc_resources.limits.processes import Process

PROGRAM = "import sys; from tc_resources.limits.command import shows_all; print(shows_all(sys.argv[1]))"
SHELL = ["sh", "/bin/pulumi-resource-pulumi-python", "127.0.0.1:4711"]
NOWHERE = "127.0.0.1:1"


@pytest.fixture
def started_by(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pose as a process that these have started, the nearest first, of an engine whose socket nobody can see."""

    def started_by(*commands: Sequence[str]) -> None:
        chain = [Process(number, number + 1, "1", tuple(words)) for number, words in enumerate(commands, 1)]
        monkeypatch.setattr(command, "ancestors", lambda: chain)

    return started_by


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
def test_an_up_with_targets_or_excludes_hides_a_part(started_by: Callable[..., None], words: str) -> None:
    for name in ("pulumi", "/opt/bin/pulumi", "/nix/.pulumi-wrapped", "pulumi.exe", "/opt/pulumi-3.260", "emulated"):
        started_by(SHELL, [name, *words.split()], ["make", "up"])
        assert not shows_all(NOWHERE)


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
def test_any_other_command_shows_all(started_by: Callable[..., None], words: str) -> None:
    started_by(SHELL, ["pulumi", *words.split()])
    assert shows_all(NOWHERE)


PARTIAL, WHOLE = ["pulumi", "up", "-t", "urn"], ["pulumi", "up"]


@pytest.mark.parametrize(
    ("commands", "shown"),
    [
        ([SHELL, WHOLE, PARTIAL], True),
        ([SHELL, PARTIAL, WHOLE], False),
        ([SHELL, WHOLE, []], True),
        ([["pulumi-language-python", "up", "-t", "urn"], WHOLE, ["python", "up", "-t", "urn"]], True),
        ([SHELL, ["qemu", "/bin/pulumi", "up", "-t", "urn"]], False),
        ([SHELL, ["qemu", "/bin/pulumi", "up"]], True),
    ],
)
def test_the_nearest_engine_counts_and_where_none_bears_its_name_any_may_be_it(
    started_by: Callable[..., None], commands: list[list[str]], shown: bool
) -> None:
    started_by(*commands)
    assert shows_all(NOWHERE) is shown


@pytest.mark.parametrize("commands", [[], [[]], [SHELL, []], [SHELL, ["make", "up"], []]])
def test_a_command_that_cannot_be_read_is_an_error_and_not_a_whole_one(
    started_by: Callable[..., None], commands: list[list[str]]
) -> None:
    started_by(*commands)
    with pytest.raises(HiddenCommandError, match="Nothing was done"):
        shows_all(NOWHERE)


@pytest.mark.parametrize("variable", ["PULUMI_OPTION_TARGET", "PULUMI_OPTION_TARGET_REPLACE", "PULUMI_OPTION_EXCLUDE"])
@pytest.mark.parametrize(("words", "shown"), [(["pulumi", "up"], False), (["pulumi", "destroy"], True)])
def test_a_flag_that_the_engine_takes_from_its_environment_hides_a_part_too(
    started_by: Callable[..., None], variable: str, words: list[str], shown: bool
) -> None:
    started_by(SHELL, words)
    assert shows_all(NOWHERE, {variable: "urn"}) is shown
    assert shows_all(NOWHERE, {variable: ""})


def test_no_engine_hides_nothing(started_by: Callable[..., None]) -> None:
    started_by([])
    assert shows_all("")


@pytest.mark.parametrize(("arguments", "shown"), [(["up", "--exclude", "urn:a b"], False), (["up"], True)])
@pytest.mark.parametrize("name", ["pulumi", "bears-another-name"])
def test_the_process_that_listens_at_the_address_is_the_engine_whatever_its_name(
    tmp_path: Path, name: str, arguments: list[str], shown: bool
) -> None:
    """Also where it has not started us, as one that attaches to a plugin has not."""
    program = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); "
    program += "print(s.getsockname()[1], flush=True); time.sleep(60)"
    engine = tmp_path / name
    engine.symlink_to(sys.executable)
    command_line = [str(engine), "-c", program, *arguments]
    with subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True) as listening:  # noqa: S603 - written above
        assert listening.stdout
        address = f"127.0.0.1:{listening.stdout.readline().strip()}"
        told = subprocess.run([sys.executable, "-c", PROGRAM, address], capture_output=True, text=True, check=True)  # noqa: S603 - written above
        listening.kill()
    assert told.stdout == f"{shown}\n"


def test_without_a_socket_to_see_the_engine_is_looked_for_among_those_that_started_us(tmp_path: Path) -> None:
    engine = tmp_path / "pulumi"
    engine.symlink_to("/bin/sh")
    for arguments, shown in (["up", "--exclude", "urn:a b"], False), (["up"], True):
        line = [str(engine), "-c", f"{sys.executable} -c '{PROGRAM}' {NOWHERE}; true", *arguments]
        ended = subprocess.run(line, capture_output=True, text=True, check=True)  # noqa: S603 - written above
        assert ended.stdout == f"{shown}\n"
