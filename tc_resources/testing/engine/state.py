"""What a stack consists of between two operations: in memory, or in a file."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tc_resources.testing.engine.export import export_state, import_state
from tc_resources.testing.engine.resource import STACK_TYPE, Resource
from tc_resources.testing.engine.snapshot import Pending, Snapshot


class State:
    """In memory; it ends with this object."""

    def __init__(self) -> None:
        self.resources: list[Resource] = []
        self.pending: list[Pending] = []

    @contextmanager
    def opened(self) -> Iterator[None]:
        """For the time of an operation."""
        yield

    def keep(self, snapshot: Snapshot) -> None:
        """Takes over what the snapshot holds at this moment."""
        self.resources, self.pending = snapshot.resources, snapshot.pending


class LockedError(Exception):
    """Another operation uses the state."""


class StateFile(State):
    """In a file that any number of engines may share, one at a time.

    Whoever ends the process in the middle of an operation finds in it all steps that have ended, and those under way
    as pending operations.
    """

    def __init__(self, path: Path, passphrase: str, stack: str) -> None:
        """Raises ValueError where the file is of another stack than that URN, or sealed under another passphrase."""
        super().__init__()
        self._path = path.resolve()
        self._passphrase = passphrase
        self._stack = stack
        self._load()

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Raises LockedError while it is opened elsewhere."""
        with self._path.with_name(f"{self._path.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LockedError(str(self._path)) from None
            self._load()
            yield

    def keep(self, snapshot: Snapshot) -> None:
        """Replaces the file's content as a whole: it is the old one or the new one at any moment."""
        super().keep(snapshot)
        deployment = export_state(self.resources, self.pending, self._sealer.seal)
        deployment["secrets_providers"] = {"type": "passphrase", "state": {"salt": self._sealer.state}}
        new = self._path.with_name(f"{self._path.name}.new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump({"version": 3, "deployment": deployment}, file, indent=4)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)

    def _load(self) -> None:
        from tc_resources.testing.engine.sealing import sealer

        deployment = self._read()
        salt = deployment["secrets_providers"]["state"]["salt"] if deployment else None
        self._sealer = sealer(self._passphrase, salt)
        resources, pending = import_state(deployment, self._sealer.unseal)
        if any(it.urn != self._stack for it in resources if it.type == STACK_TYPE):
            raise ValueError(f"{self._path} is the state of another stack")
        self.resources, self.pending = resources, pending

    def _read(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        deployment: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))["deployment"]
        return deployment
