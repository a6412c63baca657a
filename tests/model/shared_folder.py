"""The folder that the processes of a machine share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SharedFolder:
    """Of a machine, in a place of its own; what is the model's own lies in `aside`."""

    def __init__(self, aside: Path) -> None:
        self._machines, self._aside = aside / "machines", aside / "aside"
        self._machines.mkdir()
        self.machine = aside / "machine"
        """Leads to the place of the machine on which processes begin: see child/sitecustomize.py."""
        self.full = aside / "full"
        """Is there where the disk has no room: see child/sitecustomize.py."""
        self.change()

    def change(self) -> None:
        """Another machine has nothing in it yet, and what goes on elsewhere does not know it."""
        self.machine.unlink(missing_ok=True)
        self.machine.symlink_to(tempfile.mkdtemp(dir=self._machines))

    @property
    def _path(self) -> Path:
        return self.machine.resolve() / f"tc-resources-{os.getuid()}"

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
