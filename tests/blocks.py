"""The code blocks of the documents."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
BESIDE = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md", "examples/README.md")
PAGES = [*(ROOT / page for page in BESIDE), *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^( *)```([\w{}]*)[^`\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A block, and where it stands."""

    page: str
    """Its path in the repository, without the ending."""
    line: int
    language: str
    text: str

    def commands(self) -> Iterator[str]:
        """The commands of a console, without what they print and without comments."""
        for line in self.text.splitlines():
            if line.startswith("$ "):
                yield re.sub(r"\s+#.*$", "", line[2:])


def blocks(*languages: str) -> list[Block]:
    """Those of the languages, of all pages; without any, all."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in FENCED.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(
                Block(page.relative_to(ROOT).with_suffix("").as_posix(), line, match[2], textwrap.dedent(match[3]))
            )
    return [block for block in found if not languages or block.language in languages]


def place(block: Block) -> str:
    """How a test names it."""
    return f"{block.page}:{block.line}"
