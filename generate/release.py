"""What must be so before a release: `make release` says what is not, and builds nothing then."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from generate import reference, schema
from tc_resources.native.schema import FILE

ROOT = Path(__file__).parents[1]
STATES = ("cli", "embedded", "native")
HEADING = re.compile(r"^## (\S+) - (\S+)$", re.MULTILINE)


def faults(root: Path = ROOT) -> Iterator[str]:
    """What keeps this from being released, a line each."""
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    wanted = re.search(r'^version = "(.+)"$', project, re.MULTILINE)
    if not wanted or wanted[1] != version("tc-resources"):
        yield f"pyproject.toml has another version than what is installed, {version('tc-resources')}."
    newest = HEADING.search((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if not newest or not wanted or newest[1] != wanted[1]:
        yield "CHANGELOG.md does not begin with this version."
    elif not re.fullmatch(r"\d{4}-\d\d-\d\d", newest[2]):
        yield f"CHANGELOG.md gives {newest[1]} no date."
    if "[project.urls]" not in project:
        yield "pyproject.toml has no [project.urls], by which users find the source, the changelog and the issues."
    if FILE.read_text(encoding="utf-8") != schema.written():
        yield "The schema is not what `make schema` writes."
    pages = {file: file.read_text(encoding="utf-8") for file in (root / "docs").glob("*.md")}
    yield from (
        f"{file.name} is not what `make reference` writes."
        for file, text in pages.items()
        if text != reference.written(text)
    )
    yield from (
        f"No state of an earlier release is kept for {name}."
        for name in STATES
        if not [*(root / "tests/state" / name).glob("*.json")]
    )


if __name__ == "__main__":
    found = list(faults())
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(1 if found else 0)
