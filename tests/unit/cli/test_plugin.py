"""`tc-resources plugin install`: what Pulumi is given, and how it is told."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tc_resources.cli.plugin import archive
from tests.unit.cli.conftest import Command

SCRIPT = "pulumi-resource-tc-resources"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All that is on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put_pulumi(folder: Path, script: str) -> None:
    file = folder / "pulumi"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def test_the_archive_has_a_script_that_starts_this_python(tmp_path: Path) -> None:
    python = tmp_path / "a python"
    with tarfile.open(fileobj=io.BytesIO(archive(str(python)))) as tar:
        [entry] = tar.getmembers()
        assert (entry.name, entry.mode) == (SCRIPT, 0o755)
        content = tar.extractfile(entry)
        assert content
        script = tmp_path / SCRIPT
        script.write_bytes(content.read())
    script.chmod(0o755)
    put_pulumi(tmp_path, 'echo "$@"')
    (tmp_path / "pulumi").rename(python)
    told = subprocess.run([str(script), "-v=3", "127.0.0.1:1"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - written above
    assert told == "-m tc_resources.native -v=3 127.0.0.1:1\n"


def test_pulumi_gets_the_archive_and_this_version(command: Command, path: Path, tmp_path: Path) -> None:
    put_pulumi(path, f'echo "$@" > {tmp_path}/told; for last; do :; done; {sys.executable} -m tarfile -l "$last"')
    code, out, err = command("plugin", "install")
    assert (code, err) == (0, "")
    assert out == f"The plugin tc-resources {version('tc-resources')} is installed; {sys.executable} serves it.\n"
    words = (tmp_path / "told").read_text(encoding="utf-8").split()
    assert words[:-2] == ["plugin", "install", "resource", "tc-resources", version("tc-resources"), "--reinstall"]


def test_a_failure_of_pulumi_is_a_line(command: Command, path: Path) -> None:
    put_pulumi(path, 'printf "error:\\n  no room\\n" >&2; exit 3')
    code, out, err = command("plugin", "install")
    assert (code, out, err) == (1, "", "pulumi plugin install failed: error: no room\n")


@pytest.mark.usefixtures("path")
def test_without_pulumi_it_says_so(command: Command) -> None:
    code, _, err = command("plugin", "install")
    assert code == 2
    assert err.startswith("There is no pulumi on PATH")


@pytest.mark.usefixtures("path")
def test_the_archive_can_be_taken_elsewhere(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "plugin.tar.gz"
    code, *_ = command("plugin", "install", "--output", os.fspath(file))
    assert code == 0
    with tarfile.open(file) as tar:
        assert tar.getnames() == [SCRIPT]
