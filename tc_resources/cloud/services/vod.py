"""The AIGC quotas of VOD's sub-applications.

Source: "ModifyAigcQuota", "CreateAigcQuota", "DeleteAigcQuota", "DescribeAigcQuotas" and "DescribeSubAppIds" of VOD's
API documents, version 2018-07-17. What they leave open (the codes for an absent quota and for one that is there, how
long the listing lags behind a write, what it shows of a token) is met either way: an error that may mean "absent" or
"already there" is settled by the opposite call and by reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client, Recreation
from tc_resources.cloud.errors import INVALID_VALUE, WRONG_ACCOUNT, ListingError, Outcome, ServiceError, leaving_unclear
from tc_resources.cloud.identities import QUOTA_TYPES, QuotaAddress, QuotaIdentity
from tc_resources.cloud.parser import number
from tc_resources.cloud.services.listing import FRESH, Listed, ids, pages
from tc_resources.cloud.services.quota_listing import QuotaListing, QuotaRow
from tc_resources.cloud.services.settling import Reading, Settling

VERSION = "2018-07-17"
CREATE = Action("vod", VERSION, "CreateAigcQuota")
MODIFY = Action("vod", VERSION, "ModifyAigcQuota")
DELETE = Action("vod", VERSION, "DeleteAigcQuota")
DESCRIBE = Action("vod", VERSION, "DescribeAigcQuotas")
SUB_APPS = Action("vod", VERSION, "DescribeSubAppIds")
EXISTS = ("FailedOperation", "ResourceInUse")
"""What creating over an existing quota may answer too, with sub-codes of the last."""


class AigcQuotas:
    """The quotas of one account. Limits are in images, seconds or tokens, by the quota's type."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listing = QuotaListing(client, DESCRIBE)
        self._settling = Settling(client)

    def get(self, quota: QuotaAddress | QuotaIdentity, max_age: float = FRESH) -> QuotaRow | None:
        """A quota, None where there is none, as it was `max_age` seconds ago at most.

        Raises DoubtError where neither can be told, as of a token that is known by its digest alone may be.
        """
        return self._listing.reading(quota, max_age).row

    def get_certain(self, quota: QuotaAddress, max_age: float = FRESH) -> QuotaRow | None:
        """As `get`, but an absence is asked for by itself: a listing may lack what is there."""
        return self._certain(quota, max_age).row

    def _certain(self, quota: QuotaAddress, max_age: float) -> Reading[QuotaRow]:
        found = self._listing.reading(quota, max_age)
        return (
            found if found.row or not quota.api_token else Reading(self._listing.prove(quota), self._client.clock.now())
        )

    def all(self, sub_app_id: int) -> Listed[QuotaIdentity, QuotaRow]:
        """All quotas of a sub-application, read anew, and the rows that cannot be recognised. Raises ListingError."""
        of_types = [self._listing.all(sub_app_id, quota_type) for quota_type in QUOTA_TYPES]
        rows = {identity: row for found in of_types for identity, row in found.rows.items()}
        return Listed(rows, tuple(odd for found in of_types for odd in found.odd))

    def sub_apps(self) -> list[int]:
        """The ids of all sub-applications of the account."""
        page = self._client.page(SUB_APPS, {}, "SubAppIdInfoSet")
        return self._client.retry(lambda: ids(pages(page), "SubAppId", number), ListingError)

    def get_settled(
        self, quota: QuotaAddress | QuotaIdentity, expected: int | None, written_at: float
    ) -> QuotaRow | None:
        """A quota once the listing cannot lag behind our last write; an absence is asked for by itself."""
        until = self._settling.until_lag_is_over(written_at)
        first = self._listing.reading(quota, FRESH)
        row = self._wait(partial(self._listing.reading, quota), lambda limit: limit == expected, first, until).row
        return self._listing.prove(quota) if row is None else row

    def create(self, quota: QuotaAddress, limit: int, seen: int | None = None) -> int:
        """Create a quota, or return the limit of the one that is there; `seen` is what the listing shows of it.

        Creating changes nothing that is there, so it also tells whether a listing that may lag shows the truth.
        """
        try:
            self._write(CREATE, quota, limit)
        except ServiceError as error:
            if not _may_mean_present(error):
                raise
            if seen is not None and error.outcome is not Outcome.UNCLEAR:
                return seen
            found = self._found(quota, limit, error)
            if found is None:
                raise
            return found
        return limit

    def _found(self, quota: QuotaAddress, limit: int, error: ServiceError) -> int | None:
        """What is there: an earlier try's answer was lost, or the listing lagged behind somebody's write."""
        if error.outcome is Outcome.UNCLEAR or "exist" in error.message.lower() or error.code.startswith(EXISTS[1]):
            return self._wait_now(quota, lambda found: found == limit)
        row = self.get_certain(quota, 0.0)
        return row and row.limit

    def modify(self, quota: QuotaAddress, limit: int) -> bool:
        """Give a quota another limit, or create it where it is gone; returns whether it was there."""
        try:
            self._write(MODIFY, quota, limit)
        except ServiceError as error:
            # Creating tells "absent" from "invalid" for certain; the listing may lag.
            if not may_mean_absent(error) or self.create(quota, limit) != limit:
                raise
            return False
        return True

    def renew(self, quota: QuotaAddress, limit: int, former: int) -> None:
        """Clear the usage by deleting and creating the quota; NotInForceError where it may be missing in the end.

        A limit above the `former` one is set before, so that one that the service refuses changes nothing.
        """
        if limit > former:
            self.modify(quota, limit)
        if not self._may_create(quota, limit):
            return
        recreation = Recreation(
            f"the {quota.quota_type} quota of sub-application {quota.sub_app_id}",
            lambda: self.delete(quota),
            lambda: self._create_anew(quota, limit),
            lambda: self._create_anew(quota, former),
        )
        self._client.recreate(recreation)

    def _may_create(self, quota: QuotaAddress, limit: int) -> bool:
        """Whether there is one to be made anew: creating is refused then, for another reason than a permission."""
        try:
            self._write(CREATE, quota, limit)
        except ServiceError as error:
            if not _may_mean_present(error):
                raise
            return True
        return False

    def _create_anew(self, quota: QuotaAddress, limit: int) -> None:
        try:
            self._write(CREATE, quota, limit)
        except ServiceError as error:
            # An earlier try may have made it. The listing may still show the one before; modifying tells for certain.
            if error.outcome is not Outcome.UNCLEAR or not _may_mean_present(error) or self._client.orphaned:
                raise
            self._write(MODIFY, quota, limit)

    def reset(self, quota: QuotaAddress, limit: int) -> None:
        """Give a quota another limit; one that is gone stays gone."""
        with self._absent_is_fine(quota):
            self._write(MODIFY, quota, limit)

    def delete(self, quota: QuotaAddress) -> None:
        """Delete a quota and its usage; one that is gone already is deleted."""
        with self._absent_is_fine(quota):
            self._client.call(DELETE, _params(quota))
        self._listing.put(quota.identity, None)

    @contextmanager
    def _absent_is_fine(self, quota: QuotaAddress) -> Iterator[None]:
        try:
            yield
        except ServiceError as error:
            if not may_mean_absent(error) or self._wait_now(quota, lambda limit: limit is None) is not None:
                raise

    def _write(self, action: Action, quota: QuotaAddress, limit: int) -> None:
        self._client.call(action, {**_params(quota), "QuotaLimit": limit})
        self._listing.put(quota.identity, QuotaRow(limit))

    def _wait_now(self, quota: QuotaAddress, good: Callable[[int | None], bool]) -> int | None:
        until = self._settling.until_lag_is_over(self._client.clock.now())
        with leaving_unclear():
            row = self._wait(partial(self._certain, quota), good, self._certain(quota, 0.0), until).row
        return row and row.limit

    def _wait(
        self,
        read: Callable[[float], Reading[QuotaRow]],
        good: Callable[[int | None], bool],
        first: Reading[QuotaRow],
        until: float,
    ) -> Reading[QuotaRow]:
        return self._settling.wait(read, lambda row: good(row and row.limit), first, until)


def may_mean_absent(error: ServiceError) -> bool:
    """Whether there may be none of what was to be changed or deleted."""
    missing = error.code == "ResourceNotFound" or error.code.startswith("ResourceNotFound.")
    return error.code in (INVALID_VALUE, "FailedOperation") or (missing and error.code != WRONG_ACCOUNT)


def _may_mean_present(error: ServiceError) -> bool:
    return error.code in (INVALID_VALUE, *EXISTS) or error.code.startswith(f"{EXISTS[1]}.")


def _params(quota: QuotaAddress) -> dict[str, object]:
    identity: dict[str, object] = {"SubAppId": quota.sub_app_id, "QuotaType": quota.quota_type}
    return {**identity, "ApiToken": quota.api_token} if quota.api_token else identity
