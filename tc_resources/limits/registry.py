"""What this run's program declares: the settings that a delete must leave in place.

A resource that was renamed or replaced in place is deleted under its old name after it was taken over under the new
one. The engine checks all that a program declares before it deletes what has left the program, and a destroy checks
nothing; so whatever a check has seen in this run is still wanted.

Explicit provider instances are processes of their own, and one may start when another has crashed. All processes of a
run share a file, named by the engine's address, which each gets as its first argument, and by the engine's process and
its start, since addresses and the numbers of processes are used again.
"""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

from tc_resources.cloud.transport.shared_file import clear, folder

PROC = Path("/proc")


class Registry:
    """The identities that a run declares, shared by its processes through `path` (None: by this process alone)."""

    def __init__(self, path: Path | None) -> None:
        self._known: set[str] = set()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600) if path else None
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


def file_of_run(address: str) -> Path:
    """The file that the processes of a run share, whose engine is at this address. Raises OSError."""
    port = address.rpartition(":")[2]
    shared = folder()
    clear(shared)
    return shared / f"{_engine()}-{port}"


def _engine() -> str:
    """The engine's process, by its number and start: it starts the provider's through a shell."""
    number = _status(os.getppid(), 1, "ppid")
    return f"{number}-{_status(number, 19, 'lstart')}"


def _status(process: int | str, field: int, name: str) -> str:
    """What the system says of a process: a field behind its command in /proc, or what ps calls `name`."""
    if not PROC.exists():
        command = ["/bin/ps", "-o", f"{name}=", "-p", str(process)]
        listed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no part of it comes from outside
        return "".join(listed.stdout.split())
    try:
        return (PROC / str(process) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[field]
    except FileNotFoundError:  # the parent of a container's first process
        return ""
