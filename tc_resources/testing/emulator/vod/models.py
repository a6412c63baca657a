"""The sub-applications and AIGC quotas of an account, and their rules."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.history import ORDERS, History
from tc_resources.testing.emulator.vod import tables

QuotaIdentity = tuple[int, str, str]
"""The application, the type, and the token or an empty text."""

EXISTING = {
    "known_text": ("InvalidParameterValue", "quota already exists, please use ModifyAigcQuota to update"),
    "other_text": ("InvalidParameterValue", "The parameter value is wrong."),
    "ResourceInUse": ("ResourceInUse", "The resource is in use."),
    "FailedOperation": ("FailedOperation", "The operation has failed."),
}
"""The code and message for what is there already."""


@dataclass(frozen=True)
class Quota:
    """How many images, seconds or tokens an application may generate, and how many it has generated."""

    sub_app_id: int
    quota_type: str
    quota_limit: int
    usage: int = 0
    api_token: str | None = field(default=None, repr=False)


class Quotas:
    """What the actions on sub-applications and quotas work on."""

    def __init__(self, database: Database, behaviour: Behaviour) -> None:
        self._database = database
        self._behaviour = behaviour
        self._history = History(tables.QUOTAS, behaviour.quota_lag)
        self._page = f"{tables.PAGE} ORDER BY {ORDERS[behaviour.row_order]} {tables.BOUNDS}"

    def create(self, identity: QuotaIdentity, quota_limit: int, now: float) -> None:
        """Documented: the usage starts at zero. Assumed: an application that is accepted is one of the account."""
        with self._database.transaction() as db:
            self.check_known(db, identity[0])
            if self._history.current(db, identity):
                raise ApiError(*EXISTING[self._behaviour.existing_quota])
            self._check_value(quota_limit)
            db.execute(tables.PUT_SUB_APP, (identity[0],))
            self._history.write(db, identity, (quota_limit, 0), now)

    def modify(self, identity: QuotaIdentity, quota_limit: int, now: float) -> None:
        """What becomes of the usage is open."""
        with self._database.transaction() as db:
            self.check_known(db, identity[0])
            current = self._history.current(db, identity)
            if current is None:
                raise ApiError(self._behaviour.absent_quota_modify, "There is no such quota.")
            self._check_value(quota_limit, int(current[1]))
            usage = current[1] if self._behaviour.modified_usage == "kept" else 0
            self._history.write(db, identity, (quota_limit, usage), now)

    def delete(self, identity: QuotaIdentity, now: float) -> None:
        """Documented: the usage is cleared."""
        with self._database.transaction() as db:
            self.check_known(db, identity[0])
            if self._history.current(db, identity):
                self._history.remove(db, identity, now)
            elif self._behaviour.absent_quota_delete != "succeeds":
                raise ApiError(self._behaviour.absent_quota_delete, "There is no such quota.")

    def delete_of(self, db: sqlite3.Connection, sub_app_id: int, api_token: str, now: float) -> None:
        """Delete what is left of a token."""
        for identity in db.execute(tables.TOKEN_QUOTAS, (sub_app_id, api_token)).fetchall():
            self._history.remove(db, identity, now)

    def shown(
        self, sub_app_id: int, quota_type: str, api_token: str | None, bounds: tuple[int, int], now: float
    ) -> tuple[int, list[Quota]]:
        """How many quotas a listing has at `now`, and of them the page of these bounds, a limit and an offset."""
        told = {
            "sub_app_id": sub_app_id,
            "quota_type": quota_type,
            **self._selection(api_token or None),
            "moment": self._history.moment(now),
            "seed": self._behaviour.shuffle_seed,
            "limit": bounds[0],
            "offset": bounds[1],
        }
        with self._database.transaction() as db:
            if self._behaviour.unknown_sub_app == "refused":
                self.check_known(db, sub_app_id)
            count: int = db.execute(tables.COUNT, told).fetchone()[0]
            return count, [Quota(*row) for row in db.execute(self._page, told)]

    def _selection(self, api_token: str | None) -> dict[str, object]:
        """Of which token a listing has quotas that was asked for with this one, and from how many on."""
        behaviour = self._behaviour
        zeroes = behaviour.zero_quotas_listed if api_token is None else behaviour.zero_quotas_found
        if api_token is None or behaviour.token_filter == "ignored":
            api_token = "" if behaviour.tokens_listed == "own" else None
        return {"api_token": api_token, "least": 0 if zeroes else 1}

    def all(self) -> list[Quota]:
        """Every quota as it is."""
        with self._database.transaction() as db:
            return [Quota(*row) for row in db.execute(tables.ALL)]

    def sub_apps(self) -> list[int]:
        """The ids of the applications that were put and of those that have quotas, in order. Assumed: they are all."""
        with self._database.transaction() as db:
            return sorted({row[0] for query in (tables.SUB_APPS, tables.LIMITED_SUB_APPS) for row in db.execute(query)})

    def put(self, quota: Quota) -> None:
        """Set a quota behind the API's back; listings show it at once."""
        identity = (quota.sub_app_id, quota.quota_type, quota.api_token or "")
        with self._database.transaction() as db:
            db.execute(tables.PUT_SUB_APP, (quota.sub_app_id,))
            self._history.put(db, identity, (quota.quota_limit, quota.usage))

    def drop(self, identity: QuotaIdentity) -> None:
        """Remove a quota behind the API's back; listings show it at once."""
        with self._database.transaction() as db:
            self._history.forget(db, identity)

    def put_sub_app(self, sub_app_id: int) -> None:
        """Add a sub-application, if it is not there."""
        with self._database.transaction() as db:
            db.execute(tables.PUT_SUB_APP, (sub_app_id,))

    def check_known(self, db: sqlite3.Connection, sub_app_id: int) -> None:
        """Raise ApiError for an application that there is none of."""
        unknown = self._behaviour.unknown_sub_app
        if unknown != "accepted" and not db.execute(tables.IS_SUB_APP, (sub_app_id,)).fetchone():
            raise ApiError("ResourceNotFound.UserNotExist", "There is no such application.")

    def _check_value(self, quota_limit: int, usage: int = 0) -> None:
        behaviour = self._behaviour
        most = behaviour.most_quota
        if quota_limit < behaviour.least_quota or (most is not None and quota_limit > most):
            raise ApiError(behaviour.refused_quota, "QuotaLimit is out of the bounds of this account.")
        if quota_limit < usage and behaviour.below_usage != "accepted":
            raise ApiError(behaviour.below_usage, "QuotaLimit is below what has been used.")
