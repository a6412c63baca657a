"""The API tokens of an account's sub-applications, and their rules."""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
from dataclasses import dataclass, field

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.history import History
from tc_resources.testing.emulator.vod import tables
from tc_resources.testing.emulator.vod.models import Quotas

SIGNS = string.ascii_letters + string.digits
LENGTH = 32
NONE = "{}"


@dataclass(frozen=True)
class Token:
    """A token, and its extended information as JSON, such as `{"ip":{"203.0.113.7":true}}`."""

    sub_app_id: int
    api_token: str = field(repr=False)
    ext_info: str = NONE


class Tokens:
    """What the actions on API tokens work on."""

    def __init__(self, database: Database, quotas: Quotas, behaviour: Behaviour) -> None:
        self._database, self._quotas, self._behaviour = database, quotas, behaviour
        self._history = History(tables.TOKENS, behaviour.token_lag)

    def create(self, sub_app_id: int, now: float) -> str:
        """Documented: each call makes another one, which shows late."""
        api_token = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
        with self._database.transaction() as db:
            self._quotas.check_known(db, sub_app_id)
            self._history.write(db, (sub_app_id, api_token), (NONE,), now)
        return api_token

    def update(self, sub_app_id: int, api_token: str, extended: dict[str, object], now: float, *, merge: bool) -> None:
        """Documented: what is merged is merged by the keys of the top level."""
        with self._database.transaction() as db:
            before = self._known(db, sub_app_id, api_token, now)
            if before is None:
                raise ApiError(self._behaviour.absent_token_update, "There is no such API token.")
            found = {**json.loads(before), **extended} if merge else extended
            told = json.dumps(found, separators=(",", ":"))
            self._history.write(db, (sub_app_id, api_token), (told,), now)

    def delete(self, sub_app_id: int, api_token: str, now: float) -> None:
        """Documented: its quotas are deleted with it."""
        with self._database.transaction() as db:
            if self._known(db, sub_app_id, api_token, now) is not None:
                self._history.remove(db, (sub_app_id, api_token), now)
                if self._behaviour.token_quota == "deleted":
                    self._quotas.delete_of(db, sub_app_id, api_token, now)
            elif self._behaviour.absent_token_delete != "succeeds":
                raise ApiError(self._behaviour.absent_token_delete, "There is no such API token.")

    def demand_known(self, sub_app_id: int, api_token: str, now: float) -> None:
        """Assumed: whether a quota can be one of a token that is there and new; of others nothing is assumed."""
        code = self._behaviour.new_token_quota
        with self._database.transaction() as db:
            there = self._history.current(db, (sub_app_id, api_token))
            if code != "accepted" and there and self._known(db, sub_app_id, api_token, now) is None:
                raise ApiError(code, "There is no such API token.")

    def _known(self, db: sqlite3.Connection, sub_app_id: int, api_token: str, now: float) -> str | None:
        """The extended information of a token that can be changed. Documented: a new one cannot."""
        self._quotas.check_known(db, sub_app_id)
        current = self._history.current(db, (sub_app_id, api_token))
        shown = db.execute(tables.IS_SHOWN, (sub_app_id, api_token, self._history.moment(now))).fetchone()
        return str(current[0]) if current and shown else None

    def shown(self, sub_app_id: int, now: float) -> list[Token]:
        """Those of an application that a listing has at `now`, the oldest first."""
        with self._database.transaction() as db:
            if self._behaviour.unknown_sub_app == "refused":
                self._quotas.check_known(db, sub_app_id)
            return [Token(*row) for row in db.execute(tables.SHOWN_TOKENS, (sub_app_id, self._history.moment(now)))]

    def all(self) -> list[Token]:
        """Every token as it is."""
        with self._database.transaction() as db:
            return [Token(*row) for row in db.execute(tables.ALL_TOKENS)]

    def put(self, token: Token) -> None:
        """Set a token behind the API's back; the listing shows it at once."""
        with self._database.transaction() as db:
            self._history.put(db, (token.sub_app_id, token.api_token), (token.ext_info,))

    def drop(self, sub_app_id: int, api_token: str) -> None:
        """Remove a token behind the API's back, if it is there; what it has used stays used."""
        with self._database.transaction() as db:
            self._history.forget(db, (sub_app_id, api_token))
