"""The quotas of one sub-application, as this command reads and writes them: each write has its mark in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from tc_resources.cli.verification.answers import Call, rows
from tc_resources.cli.verification.journal import Journal, Mark
from tc_resources.cli.verification.lag import Lag
from tc_resources.cloud.action import Action
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import Outcome, ServiceError
from tc_resources.cloud.identities import digest
from tc_resources.cloud.services.vod import CREATE, DELETE, DESCRIBE, MODIFY


class Quotas:
    """Limits are in images, seconds or tokens. The methods raise CloudError."""

    def __init__(self, call: Call, clock: Clock, journal: Journal, sub_app_id: int, token: str | None) -> None:
        self.lag = Lag(clock)
        self.sub_app_id = sub_app_id
        self._tokens = {digest(token): token} if token else {}
        self._made: set[str] = set()
        self._call, self._journal = call, journal

    def of(self, sub_app_id: int) -> Quotas:
        """Those of another sub-application, whose listing lags as this one does."""
        other = copy(self)
        other.sub_app_id = sub_app_id
        return other

    def rows(self, quota_type: str, token: str | None = None) -> list[dict[str, Any]]:
        """The listing of a type."""
        named = {"ApiToken": token} if token else {}
        params = {"SubAppId": self.sub_app_id, "QuotaType": quota_type, **named}
        return list(rows(self._call, DESCRIBE, params, "QuotaSet"))

    def own(self, quota_type: str) -> list[dict[str, Any]]:
        """The rows of a type that are of no token, as far as the listing tells."""
        return [row for row in self.rows(quota_type) if not row.get("ApiToken")]

    def know(self, token: str) -> None:
        """A token that a run has made: nobody else sets quotas of it."""
        self._tokens[digest(token)] = token
        self._made.add(digest(token))

    def is_made(self, mark: Mark) -> bool:
        """Whether it is a quota of such a token."""
        return mark.part in self._made

    def create(self, quota_type: str, limit: int, token: str | None = None) -> None:
        """Create a quota; where one is, the service refuses."""
        mark = self.mark(quota_type, token)
        self._set(CREATE, mark, limit)
        self._journal.prove(mark)

    def create_either(self, quota_type: str, limit: int, token: str) -> None:
        """Create a quota with a token that may count for nothing: then it is that of the type, which is absent."""
        plain, of_token = self.mark(quota_type), self.mark(quota_type, token)
        self._journal.note(plain, limit, ours=True)
        self._journal.note(of_token, limit, ours=True)
        self._send(CREATE, of_token, {"QuotaLimit": limit})

    def modify(self, quota_type: str, limit: int, token: str | None = None) -> None:
        """Change a quota of this run, or ask what changing an absent one answers."""
        self._set(MODIFY, self.mark(quota_type, token), limit)

    def delete(self, quota_type: str, token: str | None = None) -> None:
        """Delete a quota of this run, or ask what deleting an absent one answers."""
        self.remove(self.mark(quota_type, token))

    def remove(self, mark: Mark) -> None:
        """Delete what a mark tells of."""
        self._send(DELETE, mark, {})
        self._journal.forget(mark)

    def probe(self, mark: Mark, limit: int) -> None:
        """Create what a mark tells of: refused, it was there."""
        self._send(CREATE, mark, {"QuotaLimit": limit})

    def shown(self, mark: Mark) -> list[int]:
        """The limits that the listing shows where the mark is."""
        token = self.token(mark)
        found = self.rows(mark.name, token) if token else self.own(mark.name)
        return [row["QuotaLimit"] for row in found if may_be(row, token)]

    def mark(self, quota_type: str, token: str | None = None) -> Mark:
        """Where the quota lies."""
        return Mark("quota", self.sub_app_id, quota_type, digest(token) if token else None)

    def token(self, mark: Mark) -> str | None:
        """The token of a mark that has one. Raises KeyError where it is another than this run's."""
        return self._tokens[mark.part] if mark.part else None

    def _set(self, action: Action, mark: Mark, limit: int) -> None:
        new = self._journal.note(mark, limit, ours=self.is_made(mark))
        try:
            self._send(action, mark, {"QuotaLimit": limit})
        except ServiceError as error:
            if new and error.outcome is Outcome.REFUSED:
                self._journal.forget(mark)
            raise

    def _send(self, action: Action, mark: Mark, more: Mapping[str, object]) -> None:
        token = self.token(mark)
        address = {"SubAppId": mark.scope, "QuotaType": mark.name, **({"ApiToken": token} if token else {})}
        with self.lag.writing():
            self._call(action, {**address, **more})


def may_be(row: Mapping[str, Any], token: str | None) -> bool:
    """Whether a row can be that of this token: it shows it, hides it or shows none."""
    shown = row.get("ApiToken")
    return not shown or shown == token or (token is not None and "*" in str(shown))
