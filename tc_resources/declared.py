"""What this run's program declares: the settings that a delete must leave in place.

A resource that was renamed or replaced in place is deleted under its old name after it was taken over under the new
one. The engine checks all that a program declares before it deletes what has left the program, and a destroy checks
nothing; so whatever a check has seen in this run is still wanted.

Explicit provider instances are processes of their own. All processes of a run share a file, named by the engine's
address, which each gets as its first argument, and by the engine's process, since addresses are used again.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from tc_resources.api.shared import folder


class Declared:
    """The identities that a run declares, shared by its processes through `path` (None: by this process alone)."""

    def __init__(self, path: Path | None) -> None:
        self._known: set[str] = set()
        self._file = _joined(path) if path else None
        self._read = 0
        self._lock = threading.Lock()

    def add(self, identity: str) -> None:
        """Note an identity; it holds no secret."""
        if identity in self._known:
            return
        self._known.add(identity)
        if self._file:
            os.write(self._file, f"{identity}\n".encode())

    def __contains__(self, identity: str) -> bool:
        if identity not in self._known and self._file:
            self._catch_up(self._file)
        return identity in self._known

    def _catch_up(self, file: int) -> None:
        """Learn what the other processes have noted meanwhile."""
        with self._lock:
            news = os.pread(file, os.fstat(file).st_size - self._read, self._read)
            self._known.update(news.decode().splitlines())
            self._read += len(news)


def _joined(path: Path) -> int:
    """The run's file, held while this process lives.

    What nobody holds is an earlier run's, whose engine had the same number and address, and begins anew.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(file, 0)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def file_of_run() -> Path | None:
    """The file that the processes of this run share; None where no engine has started this process."""
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        return None
    return folder() / f"{_grandparent()}-{port}"


def _grandparent() -> int:
    """The engine's process: it starts the provider's through a shell."""
    parent = os.getppid()
    status = Path(f"/proc/{parent}/stat")
    if status.exists():
        return int(status.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    listed = subprocess.run(["/bin/ps", "-o", "ppid=", "-p", str(parent)], capture_output=True, text=True, check=True)  # noqa: S603 - no part of it comes from outside
    return int(listed.stdout)
