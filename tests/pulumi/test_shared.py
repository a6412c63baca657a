"""What the processes of a run share, wherever the environment says that temporary files go."""

from __future__ import annotations

from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator, Limit
from tests.pulumi.pulumi_cli import Stack, ends, limit

WWW = Limit("zone-1", "www.example.com", "Overseas", 500)


@pytest.mark.parametrize("place", ["a file", "gone", "unwritable"])
def test_a_limit_that_is_renamed_stays_whatever_tmpdir_holds(
    stack: Stack, emulator: Emulator, tmp_path: Path, place: str
) -> None:
    stack.declare(limit("www", domain_name="www.example.com"))
    stack.run("up")
    folder = tmp_path / "place"
    if place != "gone":
        folder.mkdir(mode=0o500 if place == "unwritable" else 0o700)
    if place == "a file":
        folder.rmdir()
        folder.touch()
    stack.environ["TMPDIR"] = str(folder)
    stack.declare(limit("new", domain_name="www.example.com"))
    stack.run("up")
    assert (ends(emulator), emulator.limits()) == ([], [WWW])


def test_processes_of_a_run_with_a_temporary_folder_each_share_what_it_declares(
    stack: Stack, emulator: Emulator, tmp_path: Path
) -> None:
    """An instance's process gets another one by the engine, as by its environment."""
    key = f"secret_id={emulator.secret_id!r}, secret_key={emulator.secret_key!r}, endpoint={emulator.url!r}"
    other = f"other = Provider('other', opts=ResourceOptions(env_var_mappings={{'OTHER': 'TMPDIR'}}), {key})"
    stack.environ["OTHER"] = str(tmp_path)
    stack.declare(limit("www", domain_name="www.example.com"))
    stack.run("up")
    stack.declare(other, limit("new", domain_name="www.example.com", opts="ResourceOptions(provider=other)"))
    assert "1 deleted" in stack.run("up")
    assert (ends(emulator), emulator.limits()) == ([], [WWW])
