"""What the processes of one user on this machine share: small files in the user's own folders.

Where they lie is a fixed rule: nothing of it comes from an environment, which each process may have another of, and
nothing is tried out, which each process may do with another outcome.
"""

from __future__ import annotations

import errno
import fcntl
import io
import os
import stat
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PLACES = tuple(map(Path, ("/tmp", "/var/tmp", "/dev/shm")))  # noqa: S108 - in each a folder of our own is demanded
"""Where any user may write; of a container that is read-only, often the last one alone is not."""
DAY = 86_400
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class AbsentError(OSError):
    """Nothing of ours is there: no process of ours can have left anything."""


def folder() -> Path:
    """The first of the user's folders that is there or can be made. Raises AbsentError where none is."""
    error = AbsentError(errno.ENOENT, "there is no place for it")
    for place in PLACES:
        try:
            return own(place)
        except AbsentError as failure:
            error = failure
    raise error


def own(place: Path) -> Path:
    """The user's own folder there. Raises AbsentError where it is not, and cannot be made."""
    folder, refused = place / f"tc-resources-{os.getuid()}", OSError()
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        refused = error
    try:
        found = folder.lstat()
    except OSError:
        raise AbsentError(refused.errno, refused.strerror) from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise AbsentError(errno.EPERM, "somebody else's file bears the name of ours")
    _repair(folder, found.st_mode)
    return folder


def _repair(folder: Path, mode: int) -> None:
    """Give our folder its mode, of which a umask may have taken something. Raises AbsentError where none can use it."""
    try:
        if mode & 0o777 != 0o700:
            folder.chmod(0o700)
    except OSError as error:
        if mode & 0o700 != 0o700:
            raise AbsentError(error.errno, error.strerror) from None


def open_own(path: Path, flags: int) -> int:
    """Open a file of ours for reading and writing, and make it where it is not there. Raises OSError."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)
    except PermissionError:  # a umask may have taken something of its mode
        with suppress(OSError):
            path.chmod(0o600)
        return os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)


def boot() -> str:
    """Which start of the machine this is, whose monotonic clock began then; "" where the system does not tell."""
    with suppress(OSError):
        return BOOT_ID.read_text(encoding="ascii").strip()
    return ""


def clear(folder: Path) -> None:
    """Remove what nobody has written to for a day, and nobody holds."""
    with suppress(OSError):
        for left_over in folder.iterdir():
            with suppress(OSError):  # another process clears up too
                if left_over.stat().st_mtime < time.time() - DAY and not _held(left_over):
                    left_over.unlink()


def _held(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class Numbers:
    """A row of numbers, at first all 0, shared by the processes that name it; where that fails, this process's own."""

    def __init__(self, name: str, count: int) -> None:
        self._numbers = array("d", [0.0] * count)
        self._lock = threading.Lock()
        self.path: Path | None = None
        with suppress(OSError):
            self.path = folder() / name

    @contextmanager
    def locked(self, pause: Callable[[], None]) -> Iterator[array[float]]:
        """The numbers, to look at and to change while no other thread or process does.

        While another one does, `pause` is called again and again; it waits a little, or raises to give up.
        """
        while True:
            with self._lock, self._opened() as file:
                if file:
                    yield from self._changed(file)
                    return
            pause()

    def _changed(self, file: BinaryIO) -> Iterator[array[float]]:
        stored = file.read()
        if len(stored) == self._numbers.itemsize * len(self._numbers):
            self._numbers = array("d", stored)
        yield self._numbers
        with suppress(OSError):  # no room on the disk
            file.seek(0)
            file.write(self._numbers)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO | None]:
        """The file, or one in memory where there is none to share; None while another process has it."""
        with self._file() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            except OSError:  # io.UnsupportedOperation of one in memory is one too, and a file system may have no locks
                pass
            yield file

    def _file(self) -> BinaryIO:
        try:
            if self.path:
                return os.fdopen(open_own(self.path, 0), "r+b", buffering=0)
        except OSError:
            pass
        return io.BytesIO()


class Texts:
    """A few texts without blanks, shared by the processes that name them; one of all threads has them at a time."""

    def __init__(self, name: str) -> None:
        self._name = name

    @contextmanager
    def locked(self, pause: Callable[[], None]) -> Iterator[set[str]]:
        """The texts, to look at and to add to while nobody else does: what is added is written at once, or raises
        OSError. Raises OSError where they cannot be shared.

        While somebody else does, `pause` is called again and again; it waits a little, or raises to give up.
        """
        with self._held(pause) as file:
            yield _Written(file)

    @contextmanager
    def _held(self, pause: Callable[[], None]) -> Iterator[BinaryIO]:
        path = folder() / self._name
        while True:
            number = open_own(path, os.O_APPEND)
            with os.fdopen(number, "r+b", buffering=0) as file:
                if _locked(file) and _is_at(path, number):
                    os.utime(number)  # what is in use is not cleared up
                    yield file
                    return
            pause()


class _Written(set[str]):
    """The texts of a file."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file.read().decode("ascii").split())
        self._file = file

    def add(self, text: str) -> None:
        """Write it. Raises OSError; a part that was written then is a text by itself."""
        whole = f"\n{text}\n".encode("ascii")
        if self._file.write(whole) != len(whole):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().add(text)


def _locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(path: Path, number: int) -> bool:
    """Whether an open file still has its name: another process clears up too."""
    try:
        return path.stat().st_ino == os.fstat(number).st_ino
    except FileNotFoundError:
        return False
