"""Settings as the versions they had, so that a listing can show what was true some seconds ago.

A version is true from `written_at` until `until`, which is infinite for what is in force. A setting that was taken
away has no version in force. `place` is that of the setting in its listing: it has it from its creation to its end.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

NOW = 1e300
"""The moment that shows what is in force, whatever the clock says."""

ORDERS = {
    "oldest_first": "place",
    "newest_first": "place DESC",
    "shuffled": "(place * 7919 + :seed) * (place + :seed) % 101, place",
}
"""How rows may be ordered, in SQL."""

Identity = tuple[str | int, ...]
Values = tuple[str | int | float, ...]


@dataclass(frozen=True)
class Table:
    """The statements on one table of versions; an identity comes before anything else that they are given."""

    current: str
    """Selects the place, the time of writing and the values of what is in force."""
    end: str
    """Lets the version in force be true until a time."""
    add: str
    """Adds a version with its values, its place or none, and the time."""
    prune: str
    """Removes the versions that were over at a time."""
    forget: str
    """Removes all versions."""


class History:
    """Changes what is in one table; listings show a change after `lag` seconds."""

    def __init__(self, table: Table, lag: float) -> None:
        self._table = table
        self._lag = lag

    def moment(self, now: float) -> float:
        """Of which moment a listing tells at `now`."""
        return now - self._lag if self._lag else NOW

    def current(self, db: sqlite3.Connection, identity: Identity) -> Values | None:
        """The values in force, if there are any."""
        row: Values | None = db.execute(self._table.current, identity).fetchone()
        return None if row is None else row[2:]

    def write(self, db: sqlite3.Connection, identity: Identity, values: Values, now: float) -> None:
        """Let these values be in force from `now` on."""
        place, since = self._end(db, identity, now)
        db.execute(self._table.add, (*identity, *values, place, since))

    def remove(self, db: sqlite3.Connection, identity: Identity, now: float) -> None:
        """Let nothing be in force from `now` on."""
        self._end(db, identity, now)

    def put(self, db: sqlite3.Connection, identity: Identity, values: Values) -> None:
        """Let these values be in force, as if they had always been: listings show them at once."""
        row = db.execute(self._table.current, identity).fetchone()
        self.forget(db, identity)
        db.execute(self._table.add, (*identity, *values, row and row[0], float("-inf")))

    def forget(self, db: sqlite3.Connection, identity: Identity) -> None:
        """Let nothing be in force, as if it never had been."""
        db.execute(self._table.forget, identity)

    def _end(self, db: sqlite3.Connection, identity: Identity, now: float) -> tuple[int | None, float]:
        """The place of what was in force, and since when something else can be: a clock may have been set back."""
        row = db.execute(self._table.current, identity).fetchone()
        place, since = (row[0], max(now, row[1])) if row else (None, now)
        db.execute(self._table.end, (*identity, since))
        db.execute(self._table.prune, (*identity, now - self._lag))
        return place, since
