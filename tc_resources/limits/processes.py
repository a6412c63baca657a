"""The processes that have started this one, and the one that listens at an address, as the system shows them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, takewhile
from pathlib import Path, PurePath
from typing import NamedTuple

PROC = Path("/proc")
PS = ("/bin/ps", "-ww", "-o", "ppid=", "-o", "lstart=", "-o", "args=", "-p")
"""Whole lines: a line that is cut off may lack a flag."""
SAME_FOR_ALL = {"LC_ALL": "C", "TZ": "UTC"}
"""How ps writes a time must not depend on a process's environment."""
SECONDS = 5
TABLES, LINE = ("tcp", "tcp6"), 256
"""The kernel's tables of sockets, and how much of one is read at a time: it makes what is read, and no more."""
LISTENING = "0A"
"""The state of a socket, in the kernel's table, that takes connections."""
ENGINE = re.compile(r"\.?pulumi(?!-(language|resource|analyzer|converter)-).*", re.DOTALL)


class Process(NamedTuple):
    """A process: its number, its parent's, when it started and its command line, without words where nobody tells."""

    number: int
    parent: int = 0
    start: str = ""
    words: tuple[str, ...] = ()

    @property
    def is_engine(self) -> bool:
        """Whether it bears the engine's name."""
        return bool(self.words and ENGINE.fullmatch(PurePath(self.words[0]).name))


def ancestors() -> Iterator[Process]:
    """The processes that have started this one, the nearest first; one that cannot be read is the last."""
    number = os.getppid()
    while number > 0:
        process = process_of(number)
        yield process
        number = process.parent


def process_of(number: int) -> Process:
    """What the system tells of a process."""
    try:
        return _by_proc(number) if PROC.exists() else _by_ps(number)
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return Process(number)


def socket_at(port: int) -> str:
    """The socket that listens on a port of this machine, by its inode; "" where the system does not tell."""
    # Linux begins with those that listen, and takes long to go through the others.
    heads = (takewhile(_listens, _sockets(table)) for table in TABLES)
    wholes = (filter(_listens, _sockets(table)) for table in TABLES)
    found = (fields[9] for fields in chain.from_iterable(chain(heads, wholes)) if _port(fields) == port)
    return next(found, "")


def _sockets(table: str) -> Iterator[list[str]]:
    with suppress(OSError), (PROC / "net" / table).open("rb", buffering=LINE) as lines:
        next(lines, None)
        yield from (line.decode("ascii").split() for line in lines)


def _listens(fields: Sequence[str]) -> bool:
    return fields[3] == LISTENING


def _port(fields: Sequence[str]) -> int:
    return int(fields[1].rpartition(":")[2], 16)


def holder(socket: str, likely: Iterable[int] = ()) -> Process | None:
    """The process that has this socket; the `likely` ones are looked at first. None where the system does not tell."""
    wanted = f"socket:[{socket}]"
    with suppress(OSError):
        others = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal())
        return next((process_of(number) for number in (*likely, *others) if wanted in _opened(number)), None)
    return None


def _opened(number: int) -> Iterator[str]:
    with suppress(OSError):  # it has gone, or is somebody else's
        for file in (PROC / str(number) / "fd").iterdir():
            with suppress(OSError):
                yield str(file.readlink())


def _by_proc(number: int) -> Process:
    folder = PROC / str(number)
    fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    line = (folder / "cmdline").read_text(encoding="utf-8", errors="replace")
    return Process(number, int(fields[1]), fields[19], tuple(line.split("\0")[:-1]))


def _by_ps(number: int) -> Process:
    command = [*PS, str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=SAME_FOR_ALL, timeout=SECONDS)  # noqa: S603 - no part of it comes from outside
    parent, *rest = done.stdout.split()
    return Process(number, int(parent), " ".join(rest[:5]), tuple(rest[5:]))
