"""The scopes of what is listed, the zones or sub-applications of an account: in another's, a listing shows nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import ForeignError, ListingError, ServiceError, TransportError
from tc_resources.cloud.services.known_listings import Listings
from tc_resources.cloud.services.listing import Listed

Scope = TypeVar("Scope", str, int)


class Scopes(Generic[Scope]):
    """Those of one account, `read` for the first that asks and known for a while. Safe under threads."""

    def __init__(self, client: Client, title: str, read: Callable[[], list[Scope]]) -> None:
        self._client, self._title = client, title
        self._listings: Listings[Scope, None] = Listings(
            lambda _: Listed(dict.fromkeys(read())), client.clock, client.deadline
        )

    def has(self, scope: Scope) -> bool:
        """Whether it is one of the account's. Raises the errors of a call."""
        return scope in self._listings.get(None).rows

    def demand(self, scope: Scope, what: str) -> None:
        """Let `what` be absent where its scope shows nothing. Raises ForeignError where the account may be a wrong one.

        It is the right one where it has the scope, and where it is the only one that is allowed.
        """
        if self._client.guard.accounts.names_one:
            return
        title = f"{self._title} {scope}"
        try:
            known = self.has(scope)
        except (ServiceError, TransportError, ListingError) as error:
            raise ForeignError(what, title, self._client.source, error) from None
        if not known:
            raise ForeignError(what, title, self._client.source)
