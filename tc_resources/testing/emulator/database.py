"""The SQLite database behind both services."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

SCHEMA = """
CREATE TABLE IF NOT EXISTS origin_limit (
    zone_id TEXT NOT NULL,
    domain_name TEXT NOT NULL,
    area TEXT NOT NULL,
    bandwidth INTEGER NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    UNIQUE (zone_id, domain_name, area)
);
CREATE TABLE IF NOT EXISTS quota_version (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    sub_app_id INTEGER NOT NULL,
    quota_type TEXT NOT NULL,
    api_token TEXT NOT NULL,
    quota_limit INTEGER,
    usage INTEGER NOT NULL,
    written_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS zone (zone_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS sub_app (sub_app_id INTEGER PRIMARY KEY);
CREATE INDEX IF NOT EXISTS quota_identity ON quota_version (sub_app_id, quota_type, api_token);
"""


class Database:
    """One connection that the server's thread and the callers of the views take turns on.

    In memory, or a file that outlives the process. The file is safe from a killed process, not from a power cut.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._lock = RLock()
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False)
        try:
            self._connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {SCHEMA}")
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
