"""What this run's program declares: the settings that a delete must leave in place.

A resource that was renamed or replaced in place is deleted under its old name after it was taken over under the new
one. The engine checks all that a program declares before it deletes what has left the program, and a destroy checks
nothing; so whatever a check has seen in this run is still wanted.

Explicit provider instances are processes of their own. All processes of a run share a file, named by the engine's
address, which each gets as its first argument, and by the engine's process, since addresses are used again.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

DAY = 86_400


class Declared:
    """The identities that a run declares, shared by its processes through `path` (None: by this process alone)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._ours: set[str] = set()

    def add(self, identity: str) -> None:
        """Note an identity; it holds no secret."""
        if identity in self._ours:
            return
        self._ours.add(identity)
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{identity}\n")

    def __contains__(self, identity: str) -> bool:
        return identity in self._ours or identity in self._shared()

    def _shared(self) -> list[str]:
        if not self._path or not self._path.exists():
            return []
        return self._path.read_text(encoding="utf-8").splitlines()


def file_of_run() -> Path | None:
    """The file that the processes of this run share; None where no engine has started this process."""
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        return None
    return _folder() / f"{_grandparent()}-{port}"


def _folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"tc-resources-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else.")
    for left_over in folder.iterdir():
        with suppress(FileNotFoundError):  # another process of the run clears up too
            if left_over.stat().st_mtime < time.time() - DAY:
                left_over.unlink()
    return folder


def _grandparent() -> int:
    """The engine's process: it starts the provider's through a shell."""
    parent = os.getppid()
    status = Path(f"/proc/{parent}/stat")
    if status.exists():
        return int(status.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    listed = subprocess.run(["/bin/ps", "-o", "ppid=", "-p", str(parent)], capture_output=True, text=True, check=True)  # noqa: S603 - no part of it comes from outside
    return int(listed.stdout)
