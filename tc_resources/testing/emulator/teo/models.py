"""The zones, domains and origin limits of an account, and their rules."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.history import ORDERS, History
from tc_resources.testing.emulator.teo import tables
from tc_resources.testing.emulator.teo.domains import Domains

MOST_LIMITS = 100


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
    """What the actions on zones and origin limits work on."""

    def __init__(self, database: Database, behaviour: Behaviour) -> None:
        self._database = database
        self._behaviour = behaviour
        self._domains = Domains(behaviour)
        self._history = History(tables.LIMITS, behaviour.limit_lag)
        self._of_zone = f"{tables.OF_ZONE} ORDER BY {ORDERS[behaviour.row_order]}"

    def turn_on(self, limit: Limit, now: float) -> None:
        """Documented: 100 limits an account. Assumed: a zone that is accepted is one of the account."""
        identity = self._identity(limit.zone_id, limit.domain_name, limit.area)
        with self._database.transaction() as db:
            self._check_known(db, *identity[:2])
            current = self._history.current(db, identity)
            if current and self._behaviour.existing_limit == "refuses":
                raise ApiError("ResourceInUse.PrefetchOriginLimitAlreadyExists", "This limit is on already.")
            if not current and db.execute(tables.COUNT).fetchone()[0] >= MOST_LIMITS:
                code = "FailedOperation.PrefetchOriginLimitCountExceeded"
                raise ApiError(code, f"{MOST_LIMITS} limits are the most.")
            name, created_at = (current[0], current[2]) if current else (limit.domain_name, now)
            db.execute(tables.PUT_ZONE, (limit.zone_id,))
            self._history.write(db, identity, (name, limit.bandwidth, created_at, now), now)

    def turn_off(self, zone_id: str, domain_name: str, area: str, now: float) -> None:
        """Documented: turning off deletes the limit, and an absent one is an error."""
        identity = self._identity(zone_id, domain_name, area)
        with self._database.transaction() as db:
            self._check_known(db, *identity[:2])
            if self._history.current(db, identity):
                self._history.remove(db, identity, now)
            elif self._behaviour.absent_limit != "succeeds":
                raise ApiError(self._behaviour.absent_limit, "There is no such limit to turn off.")

    def shown(self, zone_id: str, filters: list[tuple[str, list[str]]], now: float) -> list[StoredLimit]:
        """What the listing of a zone shows at `now`. Each of the filters, a column and values, has to fit."""
        told = {"zone_id": zone_id, "moment": self._history.moment(now), "seed": self._behaviour.shuffle_seed}
        with self._database.transaction() as db:
            self._check_zone(db, zone_id)
            rows = [stored(row) for row in db.execute(self._of_zone, told)]
        return [row for row in rows if all(self._fits(row.limit, *filter_) for filter_ in filters)]

    def all(self) -> list[StoredLimit]:
        """Every limit of the account as it is, the oldest first."""
        with self._database.transaction() as db:
            return [stored(row) for row in db.execute(tables.ALL)]

    def zones(self) -> list[str]:
        """The ids of the zones that were put and of those that have limits, in order. Assumed: they are all."""
        with self._database.transaction() as db:
            return sorted({row[0] for query in (tables.ZONES, tables.LIMITED_ZONES) for row in db.execute(query)})

    def put(self, limit: Limit, now: float) -> None:
        """Set a limit behind the API's back; the listing shows it at once."""
        identity = self._identity(limit.zone_id, limit.domain_name, limit.area)
        with self._database.transaction() as db:
            current = self._history.current(db, identity)
            created_at = current[2] if current else now
            db.execute(tables.PUT_ZONE, (limit.zone_id,))
            self._history.put(db, identity, (limit.domain_name, limit.bandwidth, created_at, now))

    def drop(self, zone_id: str, domain_name: str, area: str) -> None:
        """Remove a limit behind the API's back; the listing shows it at once."""
        with self._database.transaction() as db:
            self._history.forget(db, self._identity(zone_id, domain_name, area))

    def put_zone(self, zone_id: str) -> None:
        """Add a zone, if it is not there."""
        with self._database.transaction() as db:
            db.execute(tables.PUT_ZONE, (zone_id,))

    def put_domain(self, zone_id: str, domain_name: str) -> None:
        """Add a domain and its zone, if they are not there."""
        with self._database.transaction() as db:
            db.execute(tables.PUT_ZONE, (zone_id,))
            db.execute(tables.PUT_DOMAIN, (zone_id, self._domains.compared(domain_name)))

    def _identity(self, zone_id: str, domain_name: str, area: str) -> tuple[str, str, str]:
        return zone_id, self._domains.compared(domain_name), area

    def _fits(self, limit: Limit, column: str, values: list[str]) -> bool:
        if column == "area":
            return limit.area in values
        return self._domains.compared(limit.domain_name) in map(self._domains.compared, values)

    def _check_zone(self, db: sqlite3.Connection, zone_id: str) -> None:
        code = self._behaviour.unknown_zone
        if code != "accepted" and not db.execute(tables.IS_ZONE, (zone_id,)).fetchone():
            raise ApiError(code, "There is no such zone.")

    def _check_known(self, db: sqlite3.Connection, zone_id: str, domain: str) -> None:
        self._check_zone(db, zone_id)
        code = self._behaviour.unknown_domain
        if code != "accepted" and not db.execute(tables.IS_DOMAIN, (zone_id, domain)).fetchone():
            raise ApiError(code, "The zone has no such domain.")


def stored(row: tuple[str, str, str, int, float, float]) -> StoredLimit:
    """A row of the table: zone, domain, area, Mbps, and the unix seconds of creation and last change."""
    return StoredLimit(Limit(*row[:4]), *row[4:])
