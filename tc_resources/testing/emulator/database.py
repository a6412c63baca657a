"""The SQLite database behind the services of an account."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock


class Database:
    """One connection that the server's thread and the callers of the views take turns on.

    In memory, or a file that outlives the process. The file is safe from a killed process, not from a power cut.
    """

    def __init__(self, path: str | Path | None, *schemas: str) -> None:
        self._lock = RLock()
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False)
        try:
            self._connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {''.join(schemas)}")
        except sqlite3.Error:
            self._connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside happens at once or, after an exception, not at all."""
        with self._lock, self._connection:
            yield self._connection

    def close(self) -> None:
        with self._lock:
            self._connection.close()
