"""The AIGC quotas of VOD's sub-applications.

Source: "ModifyAigcQuota", "CreateAigcQuota", "DeleteAigcQuota", "DescribeAigcQuotas" and "DescribeSubAppIds" of VOD's
API documents, version 2018-07-17. What they leave open (the code for an absent quota, how long the listing lags behind
a write) is met either way: an error that may mean "absent" or "already there" is settled by the opposite call and by
reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import (
    INVALID_VALUE,
    WRONG_ACCOUNT,
    CloudError,
    ListingError,
    Outcome,
    ServiceError,
)
from tc_resources.cloud.identities import QUOTA_TYPES, QuotaAddress, QuotaIdentity
from tc_resources.cloud.parser import name, number, optional_number, token
from tc_resources.cloud.services.listing import Listings, Reading, by_identity, ids, pages

VERSION = "2018-07-17"
CREATE = Action("vod", VERSION, "CreateAigcQuota")
MODIFY = Action("vod", VERSION, "ModifyAigcQuota")
DELETE = Action("vod", VERSION, "DeleteAigcQuota")
DESCRIBE = Action("vod", VERSION, "DescribeAigcQuotas")
SUB_APPS = Action("vod", VERSION, "DescribeSubAppIds")

LAG = 30.0
"""Seconds for which the listing may show what was before a write (assumed; the documents give no figure)."""
POLL = 2.0
"""Seconds between two readings of a listing that may lag."""


class QuotaRow(NamedTuple):
    """A quota as the listing shows it; usage is None where only our own write of the limit is known."""

    limit: int
    usage: int | None = None


class AigcQuotas:
    """The quotas of one account. Limits are in images, seconds or tokens, by the quota's type."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listings: Listings[QuotaIdentity, QuotaRow] = Listings(self._read, client.clock.now)

    def get(self, identity: QuotaIdentity) -> QuotaRow | None:
        """A quota, None where there is none, from the listing of its type."""
        return self._listings.get(_scope(identity), identity).row

    def all(self, sub_app_id: int) -> dict[QuotaIdentity, QuotaRow]:
        """All quotas of a sub-application. The service lists those of one type at a time."""
        listings = (self._listings.all((sub_app_id, quota_type)) for quota_type in QUOTA_TYPES)
        return {identity: row for listing in listings for identity, row in listing.items()}

    def sub_apps(self) -> list[int]:
        """The ids of all sub-applications of the account."""
        page = self._client.page(SUB_APPS, {}, "SubAppIdInfoSet")
        return self._client.retry(lambda: ids(pages(page), "SubAppId", number), on=ListingError)

    def get_settled(self, identity: QuotaIdentity, expected: int | None, written_at: float) -> int | None:
        """The limit of a quota; while the listing may lag behind our last write it is asked again for `expected`."""
        reading = self._listings.get(_scope(identity), identity)
        return self._poll(identity, lambda limit: limit == expected, written_at + LAG, reading)

    def create(self, quota: QuotaAddress, limit: int, seen: int | None = None) -> int:
        """Create a quota, or return the limit of the one that is there; `seen` is what the listing shows of it.

        Creating changes nothing that is there, so it also tells whether a listing that may lag shows the truth.
        """
        try:
            self._write(CREATE, quota, limit)
        except ServiceError as error:
            if error.code != INVALID_VALUE:
                raise
            if seen is not None and error.outcome is not Outcome.UNCLEAR:
                return seen
            # It may be there: an earlier try's answer was lost, or the listing lagged behind somebody's write.
            maybe = error.outcome is Outcome.UNCLEAR or "exist" in error.message.lower()
            found = self._poll_now(quota.identity, lambda found: found == limit) if maybe else None
            if found is None:
                raise
            return found
        return limit

    def modify(self, quota: QuotaAddress, limit: int) -> bool:
        """Give a quota another limit, or create it where it is gone; returns whether it was there."""
        try:
            self._write(MODIFY, quota, limit)
        except ServiceError as error:
            # Creating tells "absent" from "invalid" for certain; the listing may lag.
            if not _may_mean_absent(error) or self.create(quota, limit) != limit:
                raise
            return False
        return True

    def renew(self, quota: QuotaAddress, limit: int) -> None:
        """Clear the usage by deleting and creating the quota; NotInForceError where it may be missing in the end."""
        try:
            # Refused where there is one. A key that may not create must not delete either.
            self._write(CREATE, quota, limit)
            return
        except ServiceError as error:
            if error.code != INVALID_VALUE:
                raise
        what = f"the {quota.quota_type} quota of sub-application {quota.sub_app_id}"
        self._client.recreate(what, lambda: self.delete(quota), lambda: self._create_anew(quota, limit))

    def _create_anew(self, quota: QuotaAddress, limit: int) -> None:
        try:
            self._write(CREATE, quota, limit)
        except ServiceError as error:
            if error.code != INVALID_VALUE:
                raise
            # An earlier try may have made it. The listing may still show the one before; modifying tells for certain.
            self._write(MODIFY, quota, limit)

    def reset(self, quota: QuotaAddress, limit: int) -> None:
        """Give a quota another limit; one that is gone stays gone."""
        with self._absent_is_fine(quota):
            self._write(MODIFY, quota, limit)

    def delete(self, quota: QuotaAddress) -> None:
        """Delete a quota and its usage; one that is gone already is deleted."""
        with self._absent_is_fine(quota):
            self._client.call(DELETE, _params(quota))
        self._listings.put(_scope(quota.identity), quota.identity, None)

    @contextmanager
    def _absent_is_fine(self, quota: QuotaAddress) -> Iterator[None]:
        try:
            yield
        except ServiceError as error:
            if not _may_mean_absent(error) or self._poll_now(quota.identity, lambda limit: limit is None) is not None:
                raise

    def _write(self, action: Action, quota: QuotaAddress, limit: int) -> None:
        self._client.call(action, {**_params(quota), "QuotaLimit": limit})
        self._listings.put(_scope(quota.identity), quota.identity, QuotaRow(limit))

    def _poll_now(self, identity: QuotaIdentity, settled: Callable[[int | None], bool]) -> int | None:
        until = self._client.clock.now() + LAG
        return self._poll(identity, settled, until, self._listings.get_fresh(_scope(identity), identity))

    def _poll(
        self, identity: QuotaIdentity, settled: Callable[[int | None], bool], until: float, reading: Reading[QuotaRow]
    ) -> int | None:
        clock = self._client.clock
        until = min(until, clock.now() + LAG)  # another machine's clock may have written the future
        while not settled(_limit(reading)) and reading.at < until:
            self._client.deadline.pause(max(0.0, min(POLL, until - clock.now())))
            reading = self._listings.get_fresh(_scope(identity), identity)
        return _limit(reading)

    def _read(self, scope: tuple[int, str]) -> dict[QuotaIdentity, QuotaRow]:
        sub_app_id, quota_type = scope
        page = self._client.page(DESCRIBE, {"SubAppId": sub_app_id, "QuotaType": quota_type}, "QuotaSet")
        return self._client.retry(lambda: by_identity(_quota(sub_app_id, row) for row in pages(page)), on=ListingError)


def _scope(identity: QuotaIdentity) -> tuple[int, str]:
    return identity.sub_app_id, identity.quota_type


def _limit(reading: Reading[QuotaRow]) -> int | None:
    return reading.row and reading.row.limit


def _may_mean_absent(error: ServiceError) -> bool:
    missing = error.code == "ResourceNotFound" or error.code.startswith("ResourceNotFound.")
    return error.code == INVALID_VALUE or (missing and error.code != WRONG_ACCOUNT)


def _params(quota: QuotaAddress) -> dict[str, object]:
    identity: dict[str, object] = {"SubAppId": quota.sub_app_id, "QuotaType": quota.quota_type}
    return {**identity, "ApiToken": quota.api_token} if quota.api_token else identity


def _quota(sub_app_id: int, row: dict[str, Any]) -> tuple[QuotaIdentity, QuotaRow]:
    try:
        identity = QuotaAddress(sub_app_id, name(row["QuotaType"]), token(row.get("ApiToken"))).identity
        return identity, QuotaRow(number(row["QuotaLimit"]), optional_number(row.get("Usage")))
    except (KeyError, TypeError, AttributeError, ValueError):
        raise CloudError(f"{DESCRIBE} shows a row in another format than the API document's.") from None
