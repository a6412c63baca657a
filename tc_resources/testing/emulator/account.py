"""What an account has besides limits and quotas: the zones and sub-applications that these belong to."""

from __future__ import annotations

from tc_resources.testing.emulator.database import Database


class Account:
    """The zones and sub-applications that were put here, whether anything is limited in them or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def zones(self) -> list[str]:
        """Their ids, in order."""
        with self._database.transaction() as db:
            return [row[0] for row in db.execute("SELECT zone_id FROM zone ORDER BY zone_id")]

    def put_zone(self, zone_id: str) -> None:
        """Add a zone, if it is not there."""
        with self._database.transaction() as db:
            db.execute("INSERT OR IGNORE INTO zone VALUES (?)", (zone_id,))

    def sub_apps(self) -> list[int]:
        """Their ids, in order."""
        with self._database.transaction() as db:
            return [row[0] for row in db.execute("SELECT sub_app_id FROM sub_app ORDER BY sub_app_id")]

    def put_sub_app(self, sub_app_id: int) -> None:
        """Add a sub-application, if it is not there."""
        with self._database.transaction() as db:
            db.execute("INSERT OR IGNORE INTO sub_app VALUES (?)", (sub_app_id,))
