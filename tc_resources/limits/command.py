"""The engine's command line: under --target and --exclude it shows its providers a part of the program only."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from tc_resources.limits.run import PROC

ENGINE = re.compile(r"\.?pulumi(?!-(language|resource|analyzer|converter)-).*", re.DOTALL)
UPS = frozenset({"up", "update", "watch"})
"""The commands that delete what has left the program; a destroy ends what it is told to, whatever a program says."""
PART = re.compile(r"--(target|target-replace|exclude)(=.*)?|-[^-sCcmpvt]*t.*", re.DOTALL)
"""A flag that leaves something out, -t also behind other letters, but not in the value of one that takes a value."""


def shows_all(commands: Iterable[Sequence[str]] | None = None) -> bool:
    """Whether the engine, the first one among our `commands` upwards, shows all that the program declares.

    Where none of them bears its name, any may be it.
    """
    known = [words for words in (ancestors() if commands is None else commands) if words]
    engine = next((words for words in known if ENGINE.fullmatch(PurePath(words[0]).name)), None)
    return not any(map(_hides, known if engine is None else [engine]))


def _hides(words: Sequence[str]) -> bool:
    """Whether it may be an up of a part: a word that might be another flag's value is taken for the command too."""
    return not UPS.isdisjoint(words[1:]) and any(map(PART.fullmatch, words[1:]))


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
