"""The folder that the processes of a machine share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SharedFolder:
    """Of the machine whose temporary folder is `place`; what is the model's own lies in `aside`."""

    def __init__(self, place: Path, aside: Path) -> None:
        self._path, self._aside = place / f"tc-resources-{os.getuid()}", aside / "aside"
        self.full = aside / "full"
        """Is there where the disk has no room: see child/sitecustomize.py."""

    def forget(self) -> None:
        """Another machine has nothing in it yet."""
        shutil.rmtree(self._path, ignore_errors=True)

    @contextmanager
    def spoilt(self, kind: str | None) -> Iterator[None]:
        """It is somebody else's ("foreign"), or has no room ("full")."""
        if kind == "foreign":
            self._path.mkdir(exist_ok=True)
            self._path.rename(self._aside)
            self._path.touch()
        elif kind == "full":
            self.full.touch()
        try:
            yield
        finally:
            if kind == "foreign":
                self._path.unlink()
                self._aside.rename(self._path)
            self.full.unlink(missing_ok=True)
