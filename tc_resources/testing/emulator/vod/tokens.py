"""The API tokens of an account's sub-applications."""

from __future__ import annotations

from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.vod import tables


class Tokens:
    """What the actions on API tokens work on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, sub_app_id: int, api_token: str) -> None:
        """Add a token behind the API's back, if it is not there."""
        with self._database.transaction() as db:
            db.execute(tables.PUT_TOKEN, (sub_app_id, api_token))

    def drop(self, sub_app_id: int, api_token: str) -> None:
        """Remove a token behind the API's back, if it is there; what it has used stays used."""
        with self._database.transaction() as db:
            db.execute(tables.DROP_TOKEN, (sub_app_id, api_token))

    def all(self, sub_app_id: int) -> list[str]:
        """Those of an application, the oldest first."""
        with self._database.transaction() as db:
            return [row[0] for row in db.execute(tables.TOKENS, (sub_app_id,))]
