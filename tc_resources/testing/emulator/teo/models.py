"""The zones and origin limits of an account: their tables and their rules."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.errors import ApiError

MOST_LIMITS = 100

COUNT = "SELECT count(*) FROM origin_limit"
FIND = "SELECT 1 FROM origin_limit WHERE zone_id = ? AND domain_name = ? AND area = ?"
LIST = "SELECT zone_id, domain_name, area, bandwidth, created_at, updated_at FROM origin_limit"
LIST_ZONE = f"{LIST} WHERE zone_id = ? ORDER BY rowid"
DROP = "DELETE FROM origin_limit WHERE zone_id = ? AND domain_name = ? AND area = ?"
PUT = """
INSERT INTO origin_limit VALUES (:zone_id, :domain_name, :area, :bandwidth, :now, :now)
ON CONFLICT DO UPDATE SET bandwidth = :bandwidth, updated_at = :now
"""


@dataclass(frozen=True)
class Limit:
    """The origin bandwidth, in Mbps, that a prefetch of one domain may use in one area."""

    zone_id: str
    domain_name: str
    area: str
    bandwidth: int


@dataclass(frozen=True)
class StoredLimit:
    """A limit with the unix seconds of its creation and last change."""

    limit: Limit
    created_at: float
    updated_at: float


class Limits:
    """What the two actions on origin limits work on."""

    def __init__(self, database: Database, *, refuse_existing: bool) -> None:
        self._database = database
        self._refuse_existing = refuse_existing

    def turn_on(self, limit: Limit, now: float) -> None:
        """Documented: 100 limits an account. Assumed: turning an existing limit on updates it."""
        with self._database.transaction() as db:
            exists = db.execute(FIND, (limit.zone_id, limit.domain_name, limit.area)).fetchone()
            if exists and self._refuse_existing:
                raise ApiError("ResourceInUse.PrefetchOriginLimitAlreadyExists", "This limit is on already.")
            if not exists and db.execute(COUNT).fetchone()[0] >= MOST_LIMITS:
                raise ApiError(
                    "FailedOperation.PrefetchOriginLimitCountExceeded", f"{MOST_LIMITS} limits are the most."
                )
            db.execute(PUT, {**asdict(limit), "now": now})

    def turn_off(self, zone_id: str, domain_name: str, area: str) -> None:
        """Documented: turning off deletes the limit, and an absent one is an error."""
        if not self.drop(zone_id, domain_name, area):
            raise ApiError("FailedOperation.PrefetchOriginLimitNotFound", "There is no such limit to turn off.")

    def all(self) -> list[StoredLimit]:
        """Every limit of the account, the oldest first."""
        with self._database.transaction() as db:
            return [stored(row) for row in db.execute(f"{LIST} ORDER BY rowid")]

    def of(self, zone_id: str) -> list[StoredLimit]:
        """Every limit of a zone, the oldest first."""
        with self._database.transaction() as db:
            return [stored(row) for row in db.execute(LIST_ZONE, (zone_id,))]

    def zones(self) -> list[str]:
        """The ids of all zones that have limits."""
        with self._database.transaction() as db:
            return [row[0] for row in db.execute("SELECT DISTINCT zone_id FROM origin_limit")]

    def put(self, limit: Limit, now: float) -> None:
        """Set a limit behind the API's back."""
        with self._database.transaction() as db:
            db.execute(PUT, {**asdict(limit), "now": now})

    def drop(self, zone_id: str, domain_name: str, area: str) -> bool:
        """Remove a limit behind the API's back; whether it was there."""
        with self._database.transaction() as db:
            return db.execute(DROP, (zone_id, domain_name, area)).rowcount > 0


class Zones:
    """The zones that were put here, whether anything is limited in them or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[str]:
        """Their ids, in order."""
        with self._database.transaction() as db:
            return [row[0] for row in db.execute("SELECT zone_id FROM zone ORDER BY zone_id")]

    def put(self, zone_id: str) -> None:
        """Add a zone, if it is not there."""
        with self._database.transaction() as db:
            db.execute("INSERT OR IGNORE INTO zone VALUES (?)", (zone_id,))


def stored(row: tuple[str, str, str, int, float, float]) -> StoredLimit:
    return StoredLimit(Limit(*row[:4]), *row[4:])
