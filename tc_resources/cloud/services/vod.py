"""The AIGC quotas of VOD's sub-applications.

Source: "ModifyAigcQuota", "CreateAigcQuota", "DeleteAigcQuota", "DescribeAigcQuotas" and "DescribeSubAppIds" of VOD's
API documents, version 2018-07-17. What they leave open (the codes for an absent quota and for one that is there, how
long the listing lags behind a write, what it shows of a token) is met either way: an error that may mean "absent" or
"already there" is settled by the opposite call and by reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import NamedTuple

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client, Recreation
from tc_resources.cloud.decision import FRESH
from tc_resources.cloud.errors import (
    CloudError,
    ListingError,
    Outcome,
    ServiceError,
    TransportError,
    leaving_unclear,
)
from tc_resources.cloud.identities import QUOTA_TYPES, QUOTAS, QuotaAddress, QuotaIdentity
from tc_resources.cloud.orphan import putting_back
from tc_resources.cloud.parser import number
from tc_resources.cloud.services.last_writes import LastWrites, Settled, Write
from tc_resources.cloud.services.listing import Listed, ids, pages
from tc_resources.cloud.services.quota_errors import (
    is_there,
    may_mean_absent,
    may_mean_present,
    means_absent,
    means_present,
)
from tc_resources.cloud.services.quota_listing import QuotaListing, QuotaRow, identity_of
from tc_resources.cloud.services.scopes import Scopes
from tc_resources.cloud.services.settling import NOTHING, Reading, Settling, read_by_itself

VERSION = "2018-07-17"
CREATE = Action("vod", VERSION, "CreateAigcQuota")
MODIFY = Action("vod", VERSION, "ModifyAigcQuota")
DELETE = Action("vod", VERSION, "DeleteAigcQuota")
DESCRIBE = Action("vod", VERSION, "DescribeAigcQuotas")
SUB_APPS = Action("vod", VERSION, "DescribeSubAppIds")


class Present(NamedTuple):
    """A quota that was to be created and is there already: its limit, None where no listing shows that."""

    limit: int | None
    refusal: ServiceError


class AigcQuotas:
    """The quotas of one account. Limits are in images, seconds or tokens, by the quota's type."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listing = QuotaListing(client, DESCRIBE)
        self._settling = Settling(client)
        self.writes = LastWrites(client, QUOTAS)
        self._sub_apps = Scopes(client, "sub-application", self.sub_apps)

    def get(self, quota: QuotaAddress | QuotaIdentity, max_age: float = FRESH) -> QuotaRow | None:
        """A quota, None where there is none, as it was `max_age` seconds ago at most.

        Raises DoubtError where neither can be told, as of a token that is known by its digest alone may be.
        """
        return self._listing.reading(quota, max_age).row

    def get_certain(self, quota: QuotaAddress, max_age: float = FRESH) -> QuotaRow | None:
        """As `get`, but an absence is proved: asked for by itself, in an application of this account.

        Raises ForeignError.
        """
        return self._certain(quota, self._alone(quota, max_age).row)

    def _certain(self, quota: QuotaAddress | QuotaIdentity, row: QuotaRow | None) -> QuotaRow | None:
        row = row or self._listing.again(quota)
        if row is None and not self._listing.shows(quota):
            self._sub_apps.demand(quota.sub_app_id, f"a quota of {quota.quota_type}")
        return row

    def _alone(self, quota: QuotaAddress, max_age: float) -> Reading[QuotaRow]:
        """The row, asked for by its token where a listing may lack what is there."""
        found = self._listing.reading(quota, max_age)
        if found.row or not quota.api_token:
            return found
        return read_by_itself(self._client.times, lambda: self._listing.prove(quota))

    def has_sub_app(self, sub_app_id: int) -> bool:
        """Whether the account has this sub-application; the listing of another's is empty."""
        return self._sub_apps.has(sub_app_id)

    def demand_sub_app(self, sub_app_id: int, what: str) -> None:
        """Let `what` be absent where nothing of a sub-application shows. Raises ForeignError."""
        self._sub_apps.demand(sub_app_id, what)

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
        self, quota: QuotaAddress | QuotaIdentity, expected: int | None, written_at: int | None
    ) -> Settled[QuotaRow]:
        """As `get_certain`, once the listing is as `expected` or cannot lag behind our last write; where that is later
        than `written_at`, a killed run's, nothing that shows before can be told from what was before.
        """
        later = self.writes.later(identity_of(quota).id, written_at or 0)  # not by who writes after the reading
        first = self._listing.reading(quota, FRESH)
        until = self._settling.until_lag_is_over(later or written_at or 0)
        row = self._wait(partial(self._listing.reading, quota), NOTHING if later else expected, first, until)
        row = self._certain(quota, self._listing.prove(quota) if row is None else row)
        return Settled(row, self.writes.told(identity_of(quota).id, later) or written_at)

    def get_to_take_over(self, quota: QuotaAddress) -> QuotaRow | None:
        """As `get`, once the listing shows what this machine wrote last, or cannot lag behind that.

        What it has just deleted is none: to create it tells whether somebody else has, without a wait.
        """
        value, at = self.writes.of(quota.identity.id)
        first = self._listing.reading(quota, FRESH)
        until = self._settling.until_lag_is_over(at)
        if value is None and first.at < until:
            return None
        return self._wait(partial(self._listing.reading, quota), value, first, until)

    def create(
        self,
        quota: QuotaAddress,
        limit: int,
        seen: int | None = None,
        gone: int | None = None,
        *,
        untold: bool = False,
    ) -> Present | None:
        """Create a quota: None once it is made, else what is there, of which the listing shows `seen`, or shows what
        was there before it was `gone`. Of one that is there for certain the value stays `untold`, without a wait.

        Creating changes nothing that is there, so it also tells whether a listing that may lag shows the truth; what an
        earlier try may have made, changing it tells.
        """
        before = self.writes.of(quota.identity.id)

        def is_news(found: Reading[QuotaRow]) -> bool:
            known = before.value == limit or found.at >= self._settling.until_lag_is_over(before.at)
            return known and found.row is not None and found.row.limit == limit != gone

        try:
            self._write(CREATE, quota, limit)
        except ServiceError as error:
            if not may_mean_present(error):
                raise
            if untold and is_there(error):
                return Present(None, error)
            unclear = error.outcome is Outcome.UNCLEAR
            found = seen if seen is not None and not unclear else self._found(quota, error, before, is_news)
            if found is None and not is_there(error):
                raise
            if found != limit or not unclear:
                return Present(found, error)
            with leaving_unclear():
                self._modify_made(quota, limit, error, decided=True)
        return None

    def _found(
        self, quota: QuotaAddress, error: ServiceError, before: Write, is_news: Callable[[Reading[QuotaRow]], bool]
    ) -> int | None:
        """What is there: an earlier try's answer was lost, or the listing lagged behind somebody's write."""
        now = self._client.times.now()
        if error.outcome is Outcome.UNCLEAR:
            with leaving_unclear():
                return self._shown_since(quota, is_news, now)
        known = 0.0 if before.value is None else before.at
        try:
            return self._shown_since(quota, is_news, now if means_present(error) else known)
        except TransportError:  # why it was refused tells more
            raise error from None

    def modify(self, quota: QuotaAddress, limit: int, *, decided: bool = False) -> bool:
        """Give a quota another limit, or create it where it is gone; returns whether it was there."""
        try:
            self._write(MODIFY, quota, limit, decided=decided)
        except ServiceError as error:
            # Creating tells "absent" from "invalid" for certain; the listing may lag.
            if not may_mean_absent(error):
                raise
            with leaving_unclear() if error.outcome is Outcome.UNCLEAR else nullcontext():
                present = self.create(quota, limit, untold=True)
                if present and means_absent(error) and not means_present(present.refusal):  # what shows is no more
                    raise present.refusal from None
            if present:
                raise
            return False
        return True

    def overwrite(self, quota: QuotaAddress, limit: int, former: int | None) -> bool:
        """As `modify`, of one that has another limit, which `overwritten` tells until this machine writes another."""
        if former is not None:
            self.writes.note_former(quota.identity.id, former, limit)
        try:
            was_there = self.modify(quota, limit, decided=True)
        except CloudError as error:
            if former is not None and error.outcome is not Outcome.UNCLEAR:
                self.writes.forget_former(quota.identity.id)
            raise
        if not was_there:
            self.writes.forget_former(quota.identity.id)
        return was_there

    def overwritten(self, quota: QuotaAddress, limit: int) -> int | None:
        """What this limit has overwritten in a run of this machine, None where nobody here knows."""
        return self.writes.former(quota.identity.id, limit)

    def renew(self, quota: QuotaAddress, limit: int, former: int | None) -> None:
        """Clear the usage by deleting and creating the quota; NotInForceError where it may be missing in the end.

        A limit above the `former` one that is in force, or where that does not show, is set before, so that one that
        the service refuses changes nothing; what was in force is put back, and never a limit that was not.
        """
        if not self._may_create(quota, limit):
            return
        if former is None or limit > former:
            self.modify(quota, limit)
        restored = limit if former is None else former
        recreation = Recreation(
            f"the {quota.quota_type} quota of sub-application {quota.sub_app_id}",
            lambda: self.delete(quota, self._client.times.now()),
            lambda: self._create_anew(quota, limit),
            lambda: self._create_anew(quota, restored),
        )
        self._client.recreate(recreation)

    def _may_create(self, quota: QuotaAddress, limit: int) -> bool:
        """Whether there is one to be made anew: creating is refused then, for another reason than a permission."""
        try:
            self._write(CREATE, quota, limit)
        except ServiceError as error:
            if not may_mean_present(error):
                raise
            return True
        return False

    def _create_anew(self, quota: QuotaAddress, limit: int) -> None:
        try:
            with putting_back():  # to create overwrites nothing
                self._write(CREATE, quota, limit)
        except ServiceError as error:
            if not may_mean_present(error):
                raise
            self._modify_made(quota, limit, error)

    def _modify_made(self, quota: QuotaAddress, limit: int, refusal: ServiceError, *, decided: bool = False) -> None:
        """An earlier try, or the orphan of another run, may have made it: unlike a listing, to modify it tells."""
        try:
            self._write(MODIFY, quota, limit, decided=decided)
        except ServiceError as error:
            if refusal.outcome is Outcome.UNCLEAR:
                if not may_mean_absent(error):
                    raise
                refusal.outcome = Outcome.REFUSED  # what an earlier try may have made is put back
            raise refusal from None

    def reset(self, quota: QuotaAddress, limit: int, written_at: float) -> None:
        """Give a quota another limit; one that is gone stays so. It was last written at this unix second, or at 0."""
        with self._absent_is_fine(quota, written_at):
            self._write(MODIFY, quota, limit)

    def delete(self, quota: QuotaAddress, written_at: float) -> None:
        """Delete a quota and its usage; one that is gone is deleted. `written_at` is as for `reset`."""
        with self._absent_is_fine(quota, written_at):
            self._call(DELETE, quota, None, _params(quota))
        self._listing.put(quota.identity, None)

    @contextmanager
    def _absent_is_fine(self, quota: QuotaAddress, written_at: float) -> Iterator[None]:
        try:
            yield
        except ServiceError as error:
            if not may_mean_absent(error) or not self._is_gone(quota, written_at):
                raise

    def _is_gone(self, quota: QuotaAddress, written_at: float) -> bool:
        made = self.writes.made(quota.identity.id, written_at)
        return self._settling.is_absent(partial(self._proved, quota), made)

    def _proved(self, quota: QuotaAddress, max_age: float) -> Reading[QuotaRow]:
        """As `_alone`, in an application of this account; an absence that a second reading shows, too."""
        found = self._alone(quota, max_age)
        return found if found.row else Reading(self._certain(quota, None), found.at)

    def _write(self, action: Action, quota: QuotaAddress, limit: int, *, decided: bool = False) -> None:
        self._call(action, quota, limit, {**_params(quota), "QuotaLimit": limit}, decided=decided)
        self._listing.put(quota.identity, QuotaRow(limit))

    def _call(
        self,
        action: Action,
        quota: QuotaAddress,
        limit: int | None,
        params: dict[str, object],
        *,
        decided: bool = False,
    ) -> None:
        with self.writes.writing(quota.identity.id, limit):
            self._client.call(action, params, decided=decided)

    def _shown_since(
        self, quota: QuotaAddress, is_news: Callable[[Reading[QuotaRow]], bool], written_at: float
    ) -> int | None:
        """What shows once the listing cannot lag behind a write of this unix second, or what `is_news`."""
        until = self._settling.until_lag_is_over(written_at)
        row = self._settling.wait(partial(self._alone, quota), is_news, self._alone(quota, 0.0), until).row
        return row and row.limit

    def _wait(
        self,
        read: Callable[[float], Reading[QuotaRow]],
        expected: int | None,
        first: Reading[QuotaRow],
        until: float,
    ) -> QuotaRow | None:
        def good(found: Reading[QuotaRow]) -> bool:
            return (found.row and found.row.limit) == expected

        return self._settling.wait(read, good, first, until).row


def _params(quota: QuotaAddress) -> dict[str, object]:
    identity: dict[str, object] = {"SubAppId": quota.sub_app_id, "QuotaType": quota.quota_type}
    return {**identity, "ApiToken": quota.api_token} if quota.api_token else identity
