"""The sub-applications and AIGC quotas of an account: their tables and their rules.

A quota is kept as the versions it had, so that a listing can show what was true some seconds ago.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.errors import ApiError

QuotaIdentity = tuple[int, str, str]

# A deleted quota is a version without a limit.
WRITE = """
INSERT INTO quota_version (sub_app_id, quota_type, api_token, quota_limit, usage, written_at)
VALUES (?, ?, ?, ?, ?, ?)
"""
CURRENT = """
SELECT quota_limit, usage FROM quota_version
WHERE sub_app_id = ? AND quota_type = ? AND api_token = ?
ORDER BY version DESC LIMIT 1
"""
AS_OF = """
SELECT sub_app_id, quota_type, quota_limit, usage, nullif(api_token, '') FROM quota_version
WHERE quota_limit IS NOT NULL AND version IN
    (SELECT max(version) FROM quota_version WHERE written_at <= ? GROUP BY sub_app_id, quota_type, api_token)
ORDER BY sub_app_id, quota_type, api_token
"""
FORGET = "DELETE FROM quota_version WHERE sub_app_id = ? AND quota_type = ? AND api_token = ?"
PRUNE = """
DELETE FROM quota_version
WHERE sub_app_id = ?1 AND quota_type = ?2 AND api_token = ?3 AND version <
    (SELECT max(version) FROM quota_version
     WHERE sub_app_id = ?1 AND quota_type = ?2 AND api_token = ?3 AND written_at <= ?4)
"""


@dataclass(frozen=True)
class Quota:
    """How many images, seconds or tokens an application may generate, and how many it has generated."""

    sub_app_id: int
    quota_type: str
    quota_limit: int
    usage: int = 0
    api_token: str | None = field(default=None, repr=False)


class Quotas:
    """What the four actions on quotas work on.

    A listing shows the state of `lag` seconds ago; `absent_code` refuses to modify or delete what is not there.
    """

    def __init__(self, database: Database, *, lag: float, absent_code: str) -> None:
        self._database = database
        self._lag = lag
        self._absent_code = absent_code

    def create(self, identity: QuotaIdentity, quota_limit: int, now: float) -> None:
        """Documented: the usage starts at zero. Assumed: the code that refuses an existing quota."""
        with self._database.transaction() as db:
            if current(db, identity):
                raise ApiError("InvalidParameterValue", "This quota already exists; ModifyAigcQuota changes it.")
            self._write(db, identity, quota_limit, 0, now)

    def modify(self, identity: QuotaIdentity, quota_limit: int, now: float) -> None:
        """Assumed: the usage goes on, and the code that refuses an absent quota."""
        with self._database.transaction() as db:
            self._write(db, identity, quota_limit, self._usage(db, identity), now)

    def delete(self, identity: QuotaIdentity, now: float) -> None:
        """Documented: the usage is cleared. Assumed: the code that refuses an absent quota."""
        with self._database.transaction() as db:
            self._usage(db, identity)
            self._write(db, identity, None, 0, now)

    def shown(self, now: float) -> list[Quota]:
        """Every quota as a listing shows it at `now`."""
        return self._as_of(now - self._lag)

    def all(self) -> list[Quota]:
        """Every quota as it is."""
        return self._as_of(float("inf"))

    def put(self, quota: Quota) -> None:
        """Set a quota behind the API's back; listings show it at once."""
        identity = (quota.sub_app_id, quota.quota_type, quota.api_token or "")
        with self._database.transaction() as db:
            db.execute(FORGET, identity)
            db.execute(WRITE, (*identity, quota.quota_limit, quota.usage, float("-inf")))

    def drop(self, identity: QuotaIdentity) -> None:
        """Remove a quota behind the API's back; listings show it at once."""
        with self._database.transaction() as db:
            db.execute(FORGET, identity)

    def _usage(self, db: sqlite3.Connection, identity: QuotaIdentity) -> int:
        version = current(db, identity)
        if version is None:
            raise ApiError(self._absent_code, "There is no such quota.")
        return version[1]

    def _write(
        self, db: sqlite3.Connection, identity: QuotaIdentity, quota_limit: int | None, usage: int, now: float
    ) -> None:
        db.execute(WRITE, (*identity, quota_limit, usage, now))
        db.execute(PRUNE, (*identity, now - self._lag))

    def _as_of(self, moment: float) -> list[Quota]:
        with self._database.transaction() as db:
            return [Quota(*row) for row in db.execute(AS_OF, (moment,))]


class SubApps:
    """The sub-applications that were put here, whether anything is limited in them or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[int]:
        """Their ids, in order."""
        with self._database.transaction() as db:
            return [row[0] for row in db.execute("SELECT sub_app_id FROM sub_app ORDER BY sub_app_id")]

    def put(self, sub_app_id: int) -> None:
        """Add a sub-application, if it is not there."""
        with self._database.transaction() as db:
            db.execute("INSERT OR IGNORE INTO sub_app VALUES (?)", (sub_app_id,))


def current(db: sqlite3.Connection, identity: QuotaIdentity) -> tuple[int, int] | None:
    """The limit and usage of a quota, if there is one."""
    row: tuple[int | None, int] | None = db.execute(CURRENT, identity).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1])
