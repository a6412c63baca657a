"""Lines that processes share, and none of which is lost.

Each line is written in every place that takes it, and all places are read. So two processes share their lines where
one place does for both: whichever is full, read-only, removed or somebody else's, for one of them or from now on.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.shared_file import AbsentError, clear, open_own, own


class Lines:
    """Those of this name. Not safe under threads."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._copies: dict[Path, _Copy] = {}
        with suppress(OSError):  # told where it is needed
            self._opened()

    def add(self, line: bytes) -> None:
        """Write a line. Raises OSError where no place takes it."""
        taken, error = False, OSError()
        for copy in self._opened():
            try:
                copy.add(line)
                taken = True
            except OSError as failure:
                error = failure
        if not taken:
            raise error

    def news(self) -> Iterator[bytes]:
        """What has been written since the last look. Raises OSError where what is there cannot be read."""
        for copy in self._opened():
            yield from copy.news()

    def _opened(self) -> list[_Copy]:
        """The copies that are there. Raises OSError where there is none, or none any more."""
        error: OSError = AbsentError(errno.ENOENT, "there is no place for it")
        for place in shared_file.PLACES:
            try:
                if place not in self._copies:
                    self._copies[place] = _Copy(own(place), self._name)
            except AbsentError as failure:
                error = error if failure.errno == errno.ENOENT else failure
        if all(copy.removed for copy in self._copies.values()):
            raise error if not self._copies else AbsentError(errno.ENOENT, "somebody has removed it")
        return list(self._copies.values())


class _Copy:
    """The lines in one folder, as far as it could take them."""

    def __init__(self, folder: Path, name: str) -> None:
        clear(folder)
        self._file, self._refused = _open(folder / name)
        with suppress(OSError):  # a file system may have no locks
            fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # so that nobody clears it up
        self._read, self._rest = 0, b""

    @property
    def removed(self) -> bool:
        """Whether it has lost its name: those who come later do not find it."""
        return os.fstat(self._file).st_nlink == 0

    def add(self, line: bytes) -> None:
        """Write a line. Raises OSError; a part that was written then is a line by itself, and no one of ours."""
        if self._refused:
            raise self._refused
        whole = b"\n" + line + b"\n"
        if self.removed or os.write(self._file, whole) != len(whole):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def news(self) -> list[bytes]:
        """What has been written whole since the last look. Raises OSError."""
        found = os.pread(self._file, os.fstat(self._file).st_size - self._read, self._read)
        self._read += len(found)
        *lines, self._rest = (self._rest + found).split(b"\n")
        return list(filter(None, lines))


def _open(path: Path) -> tuple[int, OSError | None]:
    """The file, and why it takes nothing more where it can only be read. Raises AbsentError where it is not, and
    cannot be made.
    """
    try:
        return open_own(path, os.O_APPEND), None
    except OSError as refused:
        try:
            return os.open(path, os.O_RDONLY), refused
        except FileNotFoundError:
            raise AbsentError(refused.errno, refused.strerror) from None
