"""The commands of the README and of the tutorial, one after the other as they stand there, in an empty home."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator
from tests.blocks import Block, blocks
from tests.unit.test_documents import REGISTRY

ALREADY = (". .venv", "python3 -m venv", *(f"{name} " for name in REGISTRY))
"""How the commands begin that prepare the environment, or ask a registry: the tests' own has it all."""
SERVES = ("tc-resources emulator",)
LOGS_IN = "pulumi login --local"
"""It takes the home that the system knows, whatever HOME says: the tests have a backend of their own."""


def upto(page: str, mark: str) -> list[Block]:
    """The blocks of a page as far as the first that has this."""
    found = [block for block in blocks() if block.page == page]
    return found[: next(place for place, block in enumerate(found) if mark in block.text)]


def script(page: list[Block], emulator: Emulator) -> str:
    """A script of all commands, which writes each program that is shown before what follows it."""
    lines = ["set -e"]
    for block in page:
        if block.language == "python":
            lines.append(f"cat > __main__.py <<'PROGRAM'\n{block.text}PROGRAM")
        wanted = [
            line
            for line in block.commands()
            if not line.startswith((*ALREADY, *SERVES, LOGS_IN, "make ", "pulumi config"))
        ]
        lines += wanted if block.language == "console" else []
    return "\n".join(lines).replace("http://127.0.0.1:8402", emulator.url)


@pytest.mark.parametrize(
    ("page", "mark", "makes"), [("README", "plugin install", 2), ("tutorial", "tc-resources new", 1)]
)
def test_the_first_up_is_as_the_page_says(
    environ: dict[str, str], emulator: Emulator, tmp_path: Path, page: str, mark: str, makes: int
) -> None:
    found = upto(page, mark)
    if page == "README":  # the program stands above the folder that it is put into
        found = [*found[1:-1], found[0], found[-1]]
    emulator.put_sub_app(200000004)
    home = {
        **environ,
        "HOME": str(tmp_path),
        "PULUMI_HOME": str(tmp_path / ".pulumi"),
        "PULUMI_BACKEND_URL": tmp_path.as_uri(),
    }
    done = subprocess.run(  # noqa: S603 - written in our documents
        ["bash", "-c", script(found, emulator)],  # noqa: S607 - where it lies differs
        cwd=tmp_path,
        env=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len([*emulator.limits(), *emulator.quotas()]) == makes
