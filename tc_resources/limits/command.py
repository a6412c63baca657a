"""The engine's command line: under --target and --exclude it shows its providers a part of the program only."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from tc_resources.limits.run import PROC

ENGINE = re.compile(r"\.?pulumi(-wrapped)?(\.exe)?")
UPS = frozenset({"up", "update", "watch"})
"""The commands that delete what has left the program; a destroy ends what it is told to, whatever a program says."""
OTHERS = frozenset({"destroy", "down", "dn", "preview", "pre", "refresh", "import"})
PART = re.compile(r"--(target|target-replace|exclude)(=.*)?|-[yfrdj]*t.*", re.DOTALL)


def shows_all(commands: Iterable[Sequence[str]] | None = None) -> bool:
    """Whether the engine, the first one among our `commands` upwards, may show all that the program declares."""
    for words in ancestors() if commands is None else commands:
        if words and ENGINE.fullmatch(PurePath(words[0]).name):
            command = next((word for word in words[1:] if word in UPS | OTHERS), "")
            return command not in UPS or not any(map(PART.fullmatch, words))
    return True


def ancestors() -> Iterator[list[str]]:
    """The command lines of the processes that have started this one, the nearest first."""
    number = os.getppid()
    while number > 0:
        parent, words = _process(number)
        yield words
        number = parent


def _process(number: int) -> tuple[int, list[str]]:
    """The parent and the command line of a process; 0 and nothing where it has gone."""
    try:
        if not PROC.exists():
            command = ["/bin/ps", "-o", "ppid=", "-o", "args=", "-p", str(number)]
            parent, *words = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - no part of it comes from outside
            return int(parent), words
        status = (PROC / str(number) / "stat").read_text(encoding="utf-8", errors="replace")
        line = (PROC / str(number) / "cmdline").read_text(encoding="utf-8", errors="replace")
        return int(status.rpartition(")")[2].split()[1]), line.split("\0")[:-1]
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0, []
