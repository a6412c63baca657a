"""What VOD shows of its AIGC quotas: a listing of each type in a sub-application, and the quota of one token.

Source: "DescribeAigcQuotas" of VOD's API documents, version 2018-07-17.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError, DoubtError, ListingError
from tc_resources.cloud.identities import QUOTA_TYPES, QuotaAddress, QuotaIdentity
from tc_resources.cloud.parser import name, number, optional_number, token
from tc_resources.cloud.services.known_listings import Listings
from tc_resources.cloud.services.listing import (
    MOST_SHOWN,
    Listed,
    OddRowError,
    listed,
    pages,
    unrecognised,
)
from tc_resources.cloud.services.masking import fits, is_masked
from tc_resources.cloud.services.settling import Reading, read_by_itself

ATTEMPTS = 4
"""Tries of a listing that does not add up, before each quota is asked for by itself."""
ROWS = "QuotaSet"
TOKENS = "tokens"
"""What a row is about whose token does not show."""


class QuotaRow(NamedTuple):
    """A quota as the listing shows it; usage is None where only our own write of the limit is known."""

    limit: int
    usage: int | None = None


ANEW = -1.0
"""Seconds that a reading may be old which no other one can stand for, however soon before."""


class QuotaListing:
    """Known for a while, shared by all that ask. Safe under threads."""

    def __init__(self, client: Client, describe: Action) -> None:
        self._client, self._describe = client, describe
        self._listings: Listings[QuotaIdentity, QuotaRow] = Listings(self._read, client.clock, client.deadline)

    def all(self, sub_app_id: int, quota_type: str) -> Listed[QuotaIdentity, QuotaRow]:
        """All quotas of a type in a sub-application, read anew, and the rows that cannot be recognised."""
        scope = (sub_app_id, quota_type)
        page = self._client.page(self._describe, _params(*scope), ROWS)
        parse = partial(self._quota, scope)
        return self._client.retry(lambda: listed(pages(page, MOST_SHOWN), parse), ListingError)

    def put(self, identity: QuotaIdentity, row: QuotaRow | None) -> None:
        """Note our own write."""
        self._listings.put(_scope(identity), identity, row)

    def reading(self, quota: QuotaAddress | QuotaIdentity, max_age: float) -> Reading[QuotaRow]:
        """The row of a quota from the listing or, where that cannot tell, by itself. Raises DoubtError."""
        identity = identity_of(quota)
        found = self._listings.get(_scope(identity), max_age)
        if identity in found.rows or not self._may_hide(found, identity):
            return Reading(found.rows.get(identity), found.at)
        if isinstance(quota, QuotaAddress) and quota.api_token:
            return read_by_itself(self._client.times, lambda: self._of_token(quota))
        if identity.token_digest is None and found.error:
            return read_by_itself(self._client.times, lambda: self._scan(identity))
        odd = found.odd_about(_about(identity))
        raise DoubtError(f"a {_title(identity)}", unrecognised(odd) if odd else "The listing shows no tokens.")

    def shows(self, quota: QuotaAddress | QuotaIdentity) -> bool:
        """Whether the listing has anything, be it another quota."""
        return self._listings.get(_scope(identity_of(quota))).shows

    def prove(self, quota: QuotaAddress | QuotaIdentity) -> QuotaRow | None:
        """What a read of this quota alone shows, where there is one; without a token the listing is that."""
        return self._of_token(quota) if isinstance(quota, QuotaAddress) and quota.api_token else None

    def again(self, quota: QuotaAddress | QuotaIdentity) -> QuotaRow | None:
        """A quota without a token, of which the listing alone tells, and may overlook it once."""
        identity = identity_of(quota)
        return None if identity.token_digest else self.reading(identity, ANEW).row

    @staticmethod
    def _may_hide(found: Listed[QuotaIdentity, QuotaRow], identity: QuotaIdentity) -> bool:
        """Whether the listing may have a quota that it does not show as what it is."""
        if found.error or found.odd_about(_about(identity)):
            return True
        without_token = QuotaIdentity(identity.sub_app_id, identity.quota_type) in found.rows
        return identity.token_digest is not None and without_token and len(found.rows) == 1

    def _of_token(self, quota: QuotaAddress) -> QuotaRow | None:
        """The quota of a token, which need not be readable in the row."""
        page = self._client.page(self._describe, _params(quota.sub_app_id, quota.quota_type, quota.api_token), ROWS)
        rows = self._client.retry(lambda: list(pages(page)), ListingError, ATTEMPTS)
        fitting = [row for row in rows if _fits(row, quota)]
        if len(fitting) > 1 or (not fitting and _has_odd_type(rows, quota)):
            why = f"The listing of its token shows {len(rows)} rows, of which none or several can be its own."
            raise DoubtError(f"a {_title(quota.identity)}", why)
        return _row(self._describe, fitting[0]) if fitting else None

    def _scan(self, identity: QuotaIdentity) -> QuotaRow | None:
        """The row of a quota without a token in a listing that is too long to hold, or shows several such rows."""
        page = self._client.page(self._describe, _params(*_scope(identity)), ROWS)
        rows = [row for row in pages(page, MOST_SHOWN) if not row.get("ApiToken")]
        if len(rows) > 1:
            raise DoubtError(f"a {_title(identity)}", f"The listing shows {len(rows)} without a token.")
        return _row(self._describe, rows[0]) if rows else None

    def _read(self, scope: tuple[int, str]) -> Listed[QuotaIdentity, QuotaRow]:
        begun = self._client.clock.monotonic()
        page = self._client.page(self._describe, _params(*scope), ROWS)
        try:
            found = self._client.retry(lambda: listed(pages(page), partial(self._quota, scope)), ListingError, ATTEMPTS)
        except ListingError as error:
            return Listed({}, error=error, at=self._client.times.of(begun))
        return Listed(found.rows, found.odd, at=self._client.times.of(begun))

    def _quota(self, scope: tuple[int, str], row: dict[str, Any]) -> tuple[QuotaIdentity, QuotaRow]:
        try:
            quota_type, api_token = name(row["QuotaType"]), token(row.get("ApiToken"))
        except (KeyError, TypeError, AttributeError, ValueError):
            raise _format_error(self._describe) from None
        if quota_type != scope[1] or quota_type not in QUOTA_TYPES:
            raise OddRowError(f"type {quota_type}")
        if api_token and is_masked(api_token):
            raise OddRowError(f"{quota_type} with a token that does not show", TOKENS)
        return QuotaAddress(scope[0], quota_type, api_token).identity, _row(self._describe, row)


def identity_of(quota: QuotaAddress | QuotaIdentity) -> QuotaIdentity:
    """What tells a quota from others, whether its token is known or the digest alone."""
    return quota.identity if isinstance(quota, QuotaAddress) else quota


def _scope(identity: QuotaIdentity) -> tuple[int, str]:
    return identity.sub_app_id, identity.quota_type


def _about(identity: QuotaIdentity) -> str | None:
    return TOKENS if identity.token_digest else ""


def _title(identity: QuotaIdentity) -> str:
    return f"{identity.quota_type} quota {identity.id}"


def _params(sub_app_id: int, quota_type: str, api_token: str | None = None) -> dict[str, object]:
    params: dict[str, object] = {"SubAppId": sub_app_id, "QuotaType": quota_type}
    return {**params, "ApiToken": api_token} if api_token else params


def _fits(row: dict[str, Any], quota: QuotaAddress) -> bool:
    """Whether a row of a token's own listing can be its quota."""
    shown, own = row.get("ApiToken"), quota.api_token or ""
    if row.get("QuotaType") != quota.quota_type:
        return False
    if not shown or shown == own:
        return True
    return is_masked(str(shown)) and fits(str(shown), own)


def _has_odd_type(rows: list[dict[str, Any]], quota: QuotaAddress) -> bool:
    """Whether there are rows of a type that is not known, any of which may be meant."""
    return any(row.get("QuotaType") != quota.quota_type for row in rows)


def _row(describe: Action, row: dict[str, Any]) -> QuotaRow:
    try:
        return QuotaRow(number(row["QuotaLimit"]), optional_number(row.get("Usage")))
    except (KeyError, TypeError, AttributeError, ValueError):
        raise _format_error(describe) from None


def _format_error(describe: Action) -> CloudError:
    return CloudError(f"{describe} shows a row in another format than the API document's.")
