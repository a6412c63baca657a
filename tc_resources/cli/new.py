"""`tc-resources new`: a program of one's own, for several environments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from tc_resources.cli.discovery.stack_config import PROJECT
from tc_resources.cli.ending import fail

NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""What Pulumi takes for the name of a project."""
LIES_ELSEWHERE = ("main: ", "stackConfigDir: ")
"""How the lines begin by which our own Pulumi.yaml finds the program in another folder."""
NEXT = """Written to {folder}. Next, in that folder:
pip install -r requirements.txt
pulumi stack init dev
pulumi config set --secret chatToken
pulumi up"""


def run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it may exist, and be empty.")],
    name: Annotated[str | None, typer.Option(help="The project's name; the folder's by default.")] = None,
) -> None:
    """Write a program with typed config, for stacks dev, staging and prod.

    \b
    Examples:
      tc-resources new limits
      tc-resources new infrastructure/limits --name media-limits

    \b
    Exit codes:
      0  written
      2  wrong use, or the folder has something in it
    """
    project = folder.resolve().name if name is None else name
    if not NAME.fullmatch(project):
        fail(f'"{project}" is no name of a project: letters, digits, dots, dashes and underscores, 100 at most.', 2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            fail(f"{folder} is not empty, and nothing in it is written over.", 2)
        for file, text in _files(project):
            (folder / file).write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{folder} cannot be written: {error.strerror}.", 2)
    print(NEXT.format(folder=folder))


def _files(project: str) -> Iterator[tuple[str, str]]:
    program, settings = _template()
    lines = settings.read_text(encoding="utf-8").splitlines(keepends=True)
    yield "Pulumi.yaml", _named("".join(line for line in lines if not line.startswith(LIES_ELSEWHERE)), project)
    yield "requirements.txt", f"tc-resources>={version('tc-resources')}\npydantic>=2.6\n"
    yield ".gitignore", ".venv/\n__pycache__/\n"
    for file in sorted((*program.glob("*.py"), *program.glob("Pulumi.*.yaml"))):
        yield file.name, _named(file.read_text(encoding="utf-8"), project)


def _template() -> tuple[Path, Path]:
    """The folder of the program, and its Pulumi.yaml: in the package, or beside it in a clone."""
    packed, clone = Path(__file__).with_name("template"), Path(__file__).parents[2]
    return (packed, packed / "Pulumi.yaml") if packed.is_dir() else (clone / "stacks", clone / "Pulumi.yaml")


def _named(text: str, project: str) -> str:
    return text.replace(PROJECT, project)
