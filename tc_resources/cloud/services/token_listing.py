"""What VOD shows of its API tokens: all of a sub-application, without pages, and no way to ask for one alone.

Source: "DescribeAigcApiTokens" of VOD's API documents, version 2018-07-17.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError, DoubtError
from tc_resources.cloud.identities import TokenAddress, TokenIdentity, digest
from tc_resources.cloud.parser import identifier
from tc_resources.cloud.services.known_listings import Listings
from tc_resources.cloud.services.listing import Listed, Odd
from tc_resources.cloud.services.masking import fits, is_masked
from tc_resources.cloud.services.settling import Reading
from tc_resources.cloud.services.vod import VERSION

DESCRIBE = Action("vod", VERSION, "DescribeAigcApiTokens")
HIDDEN = "The listing does not show its tokens whole."


@dataclass(frozen=True)
class TokenRow:
    """A token as the listing shows it, and its extended information, a JSON text."""

    shown: str = field(repr=False)
    ext_info: str = field(default="", repr=False)

    def extended(self) -> dict[str, Any]:
        """The extended information. Raises CloudError where it is in another form."""
        try:
            found = json.loads(self.ext_info or "{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise CloudError(f"{DESCRIBE} shows extended information of a token in another form than its document's.")
        return found

    def addresses(self) -> list[str] | None:
        """The IP addresses that may use it, in order; None where any may. Raises CloudError."""
        listed = self.extended().get("ip")
        if listed is None:
            return None
        if not isinstance(listed, dict) or not all(isinstance(allowed, bool) for allowed in listed.values()):
            raise CloudError(f"{DESCRIBE} shows the IP addresses of a token in another form than its document's.")
        return sorted(address for address, allowed in listed.items() if allowed)


class TokenListing:
    """Known for a while, shared by all that ask. Safe under threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listings: Listings[str, TokenRow] = Listings(self.read, client.clock, client.deadline)

    def all(self, sub_app_id: int) -> Listed[TokenIdentity, TokenRow]:
        """All tokens of an application, read anew, and the rows that do not show one whole."""
        rows = self.read(sub_app_id).rows
        whole = {TokenIdentity(sub_app_id, key): row for key, row in rows.items() if not is_masked(key)}
        return Listed(whole, tuple(Odd("an API token that does not show whole") for key in rows if is_masked(key)))

    def tokens(self, sub_app_id: int) -> list[str]:
        """The tokens themselves. One of the last half minute may show wrongly. Raises CloudError for a hidden one."""
        rows = self.read(sub_app_id).rows
        if any(map(is_masked, rows)):
            raise CloudError(HIDDEN)
        return [row.shown for row in rows.values()]

    def reading(self, token: TokenIdentity | TokenAddress, max_age: float) -> Reading[TokenRow]:
        """The row of a token, as it was `max_age` seconds ago at most. Raises DoubtError where that cannot be told."""
        identity = token.identity if isinstance(token, TokenAddress) else token
        found = self._listings.get(identity.sub_app_id, max_age)
        row = found.rows.get(identity.token_digest)
        masked = {key: row for key, row in found.rows.items() if is_masked(key)}
        if row is None and masked:
            row = _unmasked(token, identity, masked)
        return Reading(row, found.at)

    def shows(self, sub_app_id: int) -> bool:
        """Whether the listing has anything, be it another token."""
        return self._listings.get(sub_app_id).shows

    def read(self, sub_app_id: int) -> Listed[str, TokenRow]:
        """The tokens of an application by their digests, or by what shows of them and where."""
        begun = self._client.clock.monotonic()
        answer = self._client.call(DESCRIBE, {"SubAppId": sub_app_id})
        try:
            shown = [identifier(token) for token in _listed(answer.get("ApiTokens"))]
            infos = [_ext_info(info) for info in _listed(answer.get("ExtInfos"))] or [""] * len(shown)
            rows = [TokenRow(*row) for row in zip(shown, infos, strict=True)]
        except ValueError:
            raise CloudError(f"{DESCRIBE} answered in another format than the API document's.") from None
        return Listed({_key(row.shown, place): row for place, row in enumerate(rows)}, at=self._client.times.of(begun))


def _key(shown: str, place: int) -> str:
    """The digest; of tokens that do not show whole several may show the same."""
    return f"{shown}#{place}" if is_masked(shown) else digest(shown)


def _unmasked(
    token: TokenIdentity | TokenAddress, identity: TokenIdentity, masked: dict[str, TokenRow]
) -> TokenRow | None:
    """The row that can be this token's, of those that do not show theirs whole."""
    if isinstance(token, TokenIdentity):
        raise DoubtError(f"an API token {identity.id}", HIDDEN)
    fitting = [row for row in masked.values() if fits(row.shown, token.api_token)]
    if len(fitting) > 1:
        raise DoubtError(f"an API token {identity.id}", f"{HIDDEN} Several may be it.")
    return TokenRow(token.api_token, fitting[0].ext_info) if fitting else None


def _listed(value: object) -> list[object]:
    if not isinstance(value, list | None):
        raise ValueError("no list")
    return value or []


def _ext_info(value: object) -> str:
    if not isinstance(value, str | None):
        raise ValueError("no text")
    return value or ""
