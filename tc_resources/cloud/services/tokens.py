"""The API tokens of VOD's sub-applications, by which text is generated.

Source: "CreateAigcApiToken", "DescribeAigcApiTokens", "UpdateAigcApiToken" and "DeleteAigcApiToken" of VOD's API
documents, version 2018-07-17. A token is listed, and can be changed and deleted, some 30 seconds after it was created;
a deletion shows as late. To create one once more makes another, which nobody knows of but the listing: so an answer
that is lost is settled by comparing listings, and one token of an application is created at a time. Where nothing is
new there, nothing has come of the create; what is new may be another machine's, and is never taken for ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client
from tc_resources.cloud.decision import FRESH
from tc_resources.cloud.errors import (
    CloudError,
    EngineGoneError,
    GoneError,
    LostAnswerError,
    Outcome,
    ServiceError,
    leaving_unclear,
)
from tc_resources.cloud.identities import TOKENS, TokenAddress, TokenIdentity
from tc_resources.cloud.orphan import putting_back
from tc_resources.cloud.parser import identifier
from tc_resources.cloud.services.last_writes import LastWrites
from tc_resources.cloud.services.masking import is_masked
from tc_resources.cloud.services.quota_errors import may_mean_absent
from tc_resources.cloud.services.scopes import Scopes
from tc_resources.cloud.services.settling import POLL, Reading, Settling
from tc_resources.cloud.services.token_listing import HIDDEN, TokenListing, TokenRow
from tc_resources.cloud.services.token_notes import TokenNotes, token_notes
from tc_resources.cloud.services.vod import VERSION, AigcQuotas

CREATE = Action("vod", VERSION, "CreateAigcApiToken")
UPDATE = Action("vod", VERSION, "UpdateAigcApiToken")
DELETE = Action("vod", VERSION, "DeleteAigcApiToken")
LAG = 40.0
"""Seconds for which the listing may show what was before a write; the documents say about 30."""
THERE = 1
"""In the place of a value, of a token that was not deleted."""
LOOK_AGAIN = 0.1
"""Seconds until another look at whether somebody still creates a token."""


class Created(NamedTuple):
    """A token that was created; `others` are the digests of those that were there before."""

    address: TokenAddress
    others: frozenset[str]


class NotAloneError(CloudError):
    """Others may create a token of the same application meanwhile, so that an answer that is lost cannot be settled."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Nothing was done.")


class LeftOverError(CloudError):
    """A token was created, could not be made what it was to be, and could not be deleted either."""

    outcome = Outcome.UNCLEAR

    def __init__(self, address: TokenAddress, cause: CloudError) -> None:
        left = address.identity.token_digest
        super().__init__(f"{cause} The token was created and could not be deleted again: its digest is {left}.")
        self.cause = cause


class AigcApiTokens:
    """The tokens of one account."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._settling = Settling(client, LAG)
        self._listing = TokenListing(client)
        self.writes = LastWrites(client, TOKENS)
        self._sub_apps = Scopes(client, "sub-application", AigcQuotas(client).sub_apps)
        self.all = self._listing.all

    def get_settled(
        self, token: TokenIdentity | TokenAddress, good: Callable[[TokenRow], bool], written_at: float
    ) -> TokenRow | None:
        """A token once the listing is `good` or cannot lag behind our last write; None where there is none.

        Nothing is good where this machine knows of a later write. An absence is read once more. Raises DoubtError where
        neither can be told, as ForeignError does.
        """
        identity = token.identity if isinstance(token, TokenAddress) else token
        later = self.writes.later(identity.id, written_at)
        row = self._wait(token, lambda row: not later and row is not None and good(row), FRESH, later or written_at)
        return self._certain(token) if row is None else row

    def _certain(self, token: TokenIdentity | TokenAddress) -> TokenRow | None:
        """A token, read anew; an absence is one in an application of this account alone. Raises ForeignError."""
        row = self._listing.reading(token, 0.0).row
        if row is None and not self._listing.shows(token.sub_app_id):
            self._sub_apps.demand(token.sub_app_id, "an API token")
        return row

    def comes_to_be_known(self, token: TokenAddress) -> bool:
        """Whether a token is listed in the end that is not now: a new one, which not all of the service knows yet."""
        if self._listing.reading(token, 0.0).row is not None:
            return False
        return self._wait(token, lambda row: row is not None, FRESH, self._client.times.now()) is not None

    def create(self, sub_app_id: int, addresses: Sequence[str] | None) -> Created:
        """A new token, which these IP addresses alone may use, or any; where it cannot be made so, there is none.

        Raises NotAloneError where others create one for longer than the operation may take, LostAnswerError and
        LeftOverError.
        """
        created = self._created(sub_app_id)
        if addresses:
            self._restrict(created.address, addresses)
        return created

    def allow(self, token: TokenAddress, addresses: Sequence[str] | None, written_at: float) -> None:
        """Let these IP addresses alone use a token, or any; what else its extended information says stays.

        Raises GoneError where there is no such token.
        """
        if addresses:
            listed = {"ip": dict.fromkeys(addresses, True)}
            change = partial(self._update, token, "Merge", listed)
        else:
            row = self.get_settled(token, lambda _: True, written_at)
            rest = {name: value for name, value in (row.extended() if row else {}).items() if name != "ip"}
            change = partial(self._update, token, "Overwrite", rest)
        try:
            self._once_known(change, written_at)
        except ServiceError as error:
            if may_mean_absent(error) and self._certain(token) is None:
                raise GoneError from None
            raise

    def delete(self, token: TokenAddress, written_at: float) -> None:
        """Delete a token, and its quota with it; one that is gone already is deleted.

        A new one can be deleted once it is listed.
        """
        self._wait(token, lambda row: row is not None, FRESH, written_at)
        try:
            self._once_known(partial(self._delete, token), written_at)
        except ServiceError as error:
            if not may_mean_absent(error) or not self._is_gone(token, written_at):
                raise

    def _is_gone(self, token: TokenAddress, written_at: float) -> bool:
        with leaving_unclear():
            absent = self._settling.is_absent(partial(self._listing.reading, token), written_at)
            return absent and self._certain(token) is None

    def _created(self, sub_app_id: int) -> Created:
        with self._alone(sub_app_id) as notes:
            if notes.open_since is not None:
                self._wait_out_the_lag(notes.open_since)
            lately = notes.created(self._client.times.now() - LAG)
            before = frozenset(self._listing.read(sub_app_id).rows) | lately
            attempt = partial(self._attempt, sub_app_id, before | notes.created(), notes)
            return Created(self._client.retry(attempt, CloudError), before)

    def _attempt(self, sub_app_id: int, known: frozenset[str], notes: TokenNotes) -> TokenAddress:
        end = notes.begin()
        try:
            address = TokenAddress(sub_app_id, _token(self._client.call_once(CREATE, {"SubAppId": sub_app_id})))
        except CloudError as error:
            if error.outcome is Outcome.UNCLEAR:
                self._demand_nothing_new(sub_app_id, known, error)
                error.outcome = Outcome.REFUSED  # nothing has come of it
            end("")
            raise
        end(address.identity.token_digest)
        return address

    def _demand_nothing_new(self, sub_app_id: int, known: frozenset[str], lost: CloudError) -> None:
        """Raises LostAnswerError where a token is new once the listing shows all, or where that cannot be told."""
        try:
            self._wait_out_the_lag(self._client.times.now())
            new = self._listing.read(sub_app_id).rows.keys() - known
        except CloudError as error:
            raise LostAnswerError(lost, why=str(error)) from None
        if new:
            masked = any(map(is_masked, new))
            raise LostAnswerError(lost, [] if masked else sorted(new), HIDDEN if masked else "") from None

    def _wait_out_the_lag(self, begun_at: float) -> None:
        """Until the listing shows what began then. An orphan keeps the next run from creating no longer than needed."""
        until = self._settling.until_lag_is_over(begun_at)
        while self._client.times.now() < until:
            self._client.deadline.pause(min(POLL, until - self._client.times.now()))
            if self._client.orphaned:
                raise EngineGoneError("The engine has ended before the listing showed what was created.")

    def _restrict(self, token: TokenAddress, addresses: Sequence[str]) -> None:
        """What nobody has been given yet, and cannot be restricted, is taken back, without the engine too."""
        created_at = self._client.times.now()
        try:
            with self._client.finishing():
                self.allow(token, addresses, created_at)
        except CloudError as error:
            try:
                with self._client.finishing(), putting_back():
                    self.delete(token, created_at)
            except CloudError:
                raise LeftOverError(token, error) from None
            error.outcome = Outcome.REFUSED
            raise

    def _update(self, token: TokenAddress, how: str, extended: dict[str, Any]) -> None:
        told = json.dumps(extended, separators=(",", ":"))
        with self.writes.writing(token.identity.id, THERE):
            self._client.call(UPDATE, {**_params(token), "ActionType": how, "ExtInfo": told})

    def _delete(self, token: TokenAddress) -> None:
        with self.writes.writing(token.identity.id, None):
            self._client.call(DELETE, _params(token))

    def _once_known(self, call: Callable[[], object], written_at: float) -> None:
        """The service does not know a token yet that was just created."""
        while True:
            try:
                call()
            except ServiceError as error:
                until = self._settling.until_lag_is_over(written_at)
                if not may_mean_absent(error) or self._client.times.now() >= until:
                    raise
            else:
                return
            self._client.deadline.pause(POLL)

    def _wait(
        self,
        token: TokenIdentity | TokenAddress,
        good: Callable[[TokenRow | None], bool],
        max_age: float,
        written_at: float,
    ) -> TokenRow | None:
        def is_good(found: Reading[TokenRow]) -> bool:
            return good(found.row)

        read = partial(self._listing.reading, token)
        first = read(max_age)
        return self._settling.wait(read, is_good, first, self._settling.until_lag_is_over(written_at)).row

    @contextmanager
    def _alone(self, sub_app_id: int) -> Iterator[TokenNotes]:
        """While nobody else on this machine creates a token of this application: what was noted of it."""
        deadline, clock = self._client.deadline, self._client.clock
        end = deadline.end

        def pause() -> None:
            if clock.monotonic() + LOOK_AGAIN > end:
                raise NotAloneError(f"Another run on this machine creates a token of sub-application {sub_app_id}.")
            clock.sleep(LOOK_AGAIN)

        try:
            with token_notes(self._client.target, sub_app_id, self._client.times.now, pause) as notes:
                yield notes
        except OSError as error:
            why = f"Other runs cannot be kept from creating one at the same time: {error.strerror or error}."
            raise NotAloneError(why) from None


def _params(token: TokenAddress) -> dict[str, object]:
    return {"SubAppId": token.sub_app_id, "ApiToken": token.api_token}


def _token(answer: dict[str, Any]) -> str:
    try:
        return identifier(answer.get("ApiToken"))
    except ValueError:
        error = CloudError(f"{CREATE} answered in another format than the API document's.")
        error.outcome = Outcome.UNCLEAR
        raise error from None
