"""What the processes of one user on this machine share: small files in the user's own temporary folder."""

from __future__ import annotations

import fcntl
import io
import os
import stat
import tempfile
import threading
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

DAY = 86_400


def folder() -> Path:
    """The folder. Raises OSError where it cannot be used."""
    folder = Path(tempfile.gettempdir()) / f"tc-resources-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else.")
    return folder


def clear(folder: Path) -> None:
    """Remove what nobody has written to for a day."""
    for left_over in folder.iterdir():
        with suppress(FileNotFoundError):  # another process clears up too
            if left_over.stat().st_mtime < time.time() - DAY:
                left_over.unlink()


class Numbers:
    """A row of numbers, at first all 0, shared by the processes that name it; where that fails, this process's own."""

    def __init__(self, name: str, count: int) -> None:
        self._numbers = array("d", [0.0] * count)
        self._lock = threading.Lock()
        self._path: Path | None = None
        with suppress(OSError):
            self._path = folder() / name

    @contextmanager
    def locked(self) -> Iterator[array[float]]:
        """The numbers, to look at and to change while no other thread or process does."""
        with self._lock, self._opened() as file:
            stored = file.read()
            if len(stored) == self._numbers.itemsize * len(self._numbers):
                self._numbers = array("d", stored)
            yield self._numbers
            with suppress(OSError):  # no room on the disk
                file.seek(0)
                file.write(self._numbers)

    def _opened(self) -> BinaryIO:
        try:
            return _exclusive(self._path) if self._path else io.BytesIO()
        except OSError:
            return io.BytesIO()


def _exclusive(path: Path) -> BinaryIO:
    """The file, locked until it is closed, be it by the end of a process that is killed."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file
