"""The commands of the README and of the tutorial, one after the other as they stand there, in an empty home."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator
from tests.blocks import Block, blocks
from tests.pulumi.conftest import OFFLINE
from tests.pulumi.test_native import REGISTRIES

ALREADY = ("python3 -m venv", "pip ")
"""How the commands begin that prepare the environment: the tests' own has it all."""
LOGS_IN = "pulumi login --local"
"""It takes the home that the system knows, whatever HOME says: the tests have a backend of their own."""
FILES = {"python": "__main__.py", "typescript": "index.ts"}
BEGINS = ["pulumi stack init dev", "pulumi up --yes"]
TUTORIAL = [block for block in blocks() if block.page == "docs/tutorial"]


def readme(language: str) -> list[Block]:
    """How the README says that a first program of a language is put up."""
    page = [block for block in blocks() if block.page == "README"]
    program = next(block for block in page if block.language == language)
    before = next(place for place, block in enumerate(page) if "plugin install" in block.text)
    python = [block for block in page[1:before] if "make demo" not in block.text]
    if language == "python":  # the program stands above the folder that it is put into
        return [*python[:-1], program, python[-1]]
    return [*python[:-1], page[before], program, Block("README", program.line, "console", _told(BEGINS))]


def _told(commands: Sequence[str]) -> str:
    return "".join(f"$ {command}\n" for command in commands)


def script(page: Sequence[Block], emulator: Emulator) -> str:
    """A script of all commands, which writes each program that is shown before what follows it."""
    lines = ["set -e"]
    for block in page:
        if block.language in FILES:
            lines.append(f"cat > {FILES[block.language]} <<'PROGRAM'\n{block.text}PROGRAM")
        lines += [_run(line[2:]) for line in block.text.splitlines() if line.startswith("$ ")]
    return "\n".join(lines).replace("http://127.0.0.1:8402", emulator.url)


def _run(line: str) -> str:
    if line.startswith((*ALREADY, LOGS_IN)):
        return ""
    return f"! {line}" if line.endswith("# refused") else line


def typed(lines: str, environ: dict[str, str], folder: Path) -> None:
    """Run it as somebody does whose home is empty, and who has set no more than the pages say."""
    home = {
        **{name: value for name, value in environ.items() if name != "PULUMI_CONFIG_PASSPHRASE"},
        "HOME": str(folder),
        "PULUMI_BACKEND_URL": folder.as_uri(),
    }
    done = subprocess.run(["bash", "-c", lines], cwd=folder, env=home, capture_output=True, text=True, check=False)  # noqa: S603, S607 - our documents
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_first_up_in_python_is_as_the_readme_says(
    environ: dict[str, str], emulator: Emulator, tmp_path: Path
) -> None:
    typed(script(readme("python"), emulator), environ, tmp_path)
    assert (len(emulator.limits()), len(emulator.quotas())) == (1, 1)


def test_the_first_up_in_typescript_is_as_the_readme_says(
    environ: dict[str, str], emulator: Emulator, tmp_path: Path
) -> None:
    for needed in ("pulumi-language-nodejs", "npm"):
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} is not on PATH")
    typed(script(readme("typescript"), emulator), {**environ, **REGISTRIES, **OFFLINE}, tmp_path)
    assert [quota.quota_type for quota in emulator.quotas()] == ["Video"]


def test_the_tutorial_goes_on_from_there_as_it_says(
    environ: dict[str, str], emulator: Emulator, tmp_path: Path
) -> None:
    first = [block for block in readme("python") if block.language == "console"][:-1]
    typed(script([*first, *TUTORIAL], emulator), environ, tmp_path)
    assert (len(emulator.limits()), len(emulator.quotas())) == (3, 3)
