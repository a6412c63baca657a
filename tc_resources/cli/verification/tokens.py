"""The API tokens of one sub-application, as this command makes and deletes them: each has its mark in the journal."""

from __future__ import annotations

from collections import Counter
from copy import copy
from typing import Any, NamedTuple

from tc_resources.cli.verification.answers import Call
from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cli.verification.journal import PENDING, Journal, Mark
from tc_resources.cli.verification.lag import Lag
from tc_resources.cli.verification.signals import undisturbed
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import Outcome, ServiceError
from tc_resources.cloud.identities import digest
from tc_resources.cloud.services.masking import fits, is_masked
from tc_resources.cloud.services.token_listing import DESCRIBE
from tc_resources.cloud.services.tokens import CREATE, DELETE, UPDATE

PATIENCE = 120.0
"""Seconds for which a change is waited for; the documents say that a token shows after about 30."""
THERE = 1
ADDRESSES = '{"ip":{"203.0.113.7":true}}'
"""What the information of a token that nobody has is asked to be."""


class Shown(NamedTuple):
    """A token as the listing shows it, and what it has as its extended information."""

    token: str
    ext_info: object


class Tokens:
    """The methods raise CloudError, and UnmeasuredError for a listing that cannot be read."""

    def __init__(self, call: Call, clock: Clock, journal: Journal, sub_app_id: int) -> None:
        self.lag = Lag(clock, PATIENCE)
        self.sub_app_id = sub_app_id
        self._call, self._journal = call, journal

    def of(self, sub_app_id: int) -> Tokens:
        """Those of another sub-application, whose listing lags as this one does."""
        other = copy(self)
        other.sub_app_id = sub_app_id
        return other

    def rows(self) -> list[Shown]:
        """The listing."""
        answer = self._call(DESCRIBE, {"SubAppId": self.sub_app_id})
        tokens, infos = answer.get("ApiTokens") or [], answer.get("ExtInfos") or []
        if len(tokens) != len(infos):
            raise UnmeasuredError("the listing shows not as much extended information as API tokens")
        return [Shown(str(token), info) for token, info in zip(tokens, infos, strict=True)]

    def row(self, token: str) -> Shown | None:
        """The row of a token."""
        return next((row for row in self.rows() if _is(row.token, token)), None)

    def create(self) -> str:
        """A new token. Nobody's stop comes between its making and its mark."""
        pending = Mark("token", self.sub_app_id, PENDING, ",".join(map(digest, self._shown())))
        with undisturbed():
            self._journal.note(pending, THERE)
            try:
                token = str(self._send(CREATE, {})["ApiToken"])
            except ServiceError as error:
                if error.outcome is Outcome.REFUSED:
                    self._journal.forget(pending)
                raise
            self._journal.note(Mark("token", self.sub_app_id, token, None), THERE, ours=True)
            self._journal.forget(pending)
        return token

    def update(self, token: str) -> None:
        """Ask what changing an absent one answers."""
        self._send(UPDATE, {"ApiToken": token, "ActionType": "Merge", "ExtInfo": ADDRESSES})

    def delete(self, token: str) -> None:
        """Delete a token of this run, or ask what deleting an absent one answers."""
        self._send(DELETE, {"ApiToken": token})

    def remove(self, mark: Mark) -> None:
        """Delete what a mark tells of, which the service may know late: what it says of that is not enough."""
        if mark.name != PENDING:
            self.lag.settle()
            self.delete(mark.name)
            self.lag.settle()
            if self.row(mark.name):
                raise UnmeasuredError("the API token is listed still")
        self._journal.forget(mark)

    def shown(self, mark: Mark) -> list[int]:
        """Whether the listing shows it."""
        return [THERE] if self.row(mark.name) else []

    def new_since(self, mark: Mark) -> list[str]:
        """The tokens that are new since one was to be made, by their digests or what shows of them."""
        self.lag.settle()
        before = Counter((mark.part or "").split(","))
        new = []
        for token in self._shown():
            before[digest(token)] -= 1
            if before[digest(token)] < 0:
                new.append(token if is_masked(token) else digest(token))
        return new

    def _shown(self) -> list[str]:
        return [row.token for row in self.rows()]

    def _send(self, action: Any, more: dict[str, object]) -> dict[str, Any]:
        with self.lag.writing():
            return self._call(action, {"SubAppId": self.sub_app_id, **more})


def _is(shown: str, token: str) -> bool:
    return fits(shown, token) if is_masked(shown) else shown == token
