"""What an account has: the limits of its zones, the quotas and tokens of its sub-applications, several at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, NamedTuple, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from tc_resources.cli.ending import fail
from tc_resources.cli.words import told
from tc_resources.cloud import settings
from tc_resources.cloud.client import Client
from tc_resources.cloud.connect import connect as connected
from tc_resources.cloud.errors import CloudError, ConfigError
from tc_resources.cloud.identities import LimitIdentity, QuotaIdentity, TokenIdentity
from tc_resources.cloud.services.quota_listing import QuotaRow
from tc_resources.cloud.services.teo import PrefetchOriginLimits
from tc_resources.cloud.services.token_listing import TokenListing
from tc_resources.cloud.services.vod import AigcQuotas

THREADS = 8
"""Enough to use the whole rate of the service up to a latency of 0.4 s."""

Scope = TypeVar("Scope", str, int)
Zones = Annotated[list[str] | None, typer.Option("--zone", help="Read this zone, such as zone-3abcj8tqd; repeatable.")]
SubApps = Annotated[
    list[int] | None, typer.Option("--sub-app", min=1, help="Read this sub-application, such as 200000004; repeatable.")
]
All = Annotated[bool, typer.Option("--all", help="Read all zones and sub-applications of the account.")]


class Unread(NamedTuple):
    """What could not be read, in words, and why."""

    scope: str
    reason: str


@dataclass(frozen=True)
class Selection:
    """The zones and sub-applications to read, and which of the two lists could not be read itself."""

    zones: Sequence[str] = ()
    sub_apps: Sequence[int] = ()
    unread: Sequence[Unread] = ()


@dataclass(frozen=True)
class Listing:
    """What one zone has (limits, in Mbps) or one sub-application (quotas, and its API tokens with the IP addresses that
    may use each); with `error`, it could not be read.
    """

    scope: str | int
    limits: Mapping[LimitIdentity, int] = field(default_factory=dict)
    quotas: Mapping[QuotaIdentity, QuotaRow] = field(default_factory=dict)
    tokens: Mapping[TokenIdentity, Sequence[str] | None] = field(default_factory=dict)
    token_error: CloudError | None = None
    """Why the tokens could not be read."""
    odd: Sequence[str] = ()
    """The rows that cannot be recognised, as they show."""
    error: CloudError | None = None

    @property
    def title(self) -> str:
        """The scope in words."""
        return f"zone {self.scope}" if isinstance(self.scope, str) else f"sub-application {self.scope}"


def connect() -> Client:
    """The account that the environment names. Ends with exit code 2 where it names none."""
    try:
        return connected(settings.load(None, os.environ))
    except ConfigError as error:
        fail(told(error), code=2)


def everything(client: Client) -> Selection:
    """All zones and sub-applications of the account."""
    unread: list[Unread] = []

    def ids(title: str, read: Callable[[], list[Scope]]) -> list[Scope]:
        try:
            with client.operation():
                return read()
        except CloudError as error:
            unread.append(Unread(title, told(error)))
            return []

    zones = ids("the zones", PrefetchOriginLimits(client).zones)
    sub_apps = ids("the sub-applications", AigcQuotas(client).sub_apps)
    return Selection(zones, sub_apps, unread)


def read(client: Client, selection: Selection) -> Generator[Listing, None, None]:
    """The listings of what is selected, each scope once, in order, as they come; a terminal shows the progress."""
    scopes = list(dict.fromkeys([*selection.zones, *selection.sub_apps]))
    console, hidden = Console(stderr=True), not sys.stderr.isatty()
    pool = ThreadPoolExecutor(THREADS)
    try:
        listings = pool.map(lambda scope: _listing(client, scope), scopes)
        yield from track(listings, "Reading", len(scopes), console=console, transient=True, disable=hidden)
    finally:  # whoever reads may have seen enough
        pool.shutdown(cancel_futures=True)


def existing(client: Client, listings: Iterable[Listing]) -> Iterator[Listing]:
    """The listings, with an error where it is not known that there is such a zone or sub-application.

    The service lists another account's as empty.
    """
    limits, quotas = PrefetchOriginLimits(client), AigcQuotas(client)
    for listing in listings:
        if listing.error or listing.limits or listing.quotas or listing.tokens or listing.odd:
            yield listing
            continue
        scope = listing.scope
        has = partial(limits.has_zone, scope) if isinstance(scope, str) else partial(quotas.has_sub_app, scope)
        error = missing(client, has)
        yield Listing(scope, error=error) if error else listing


def missing(client: Client, has: Callable[[], bool]) -> CloudError | None:
    """Why a scope that shows nothing says nothing: the account does not have it, or that cannot be told."""
    try:
        with client.operation():
            return None if has() else CloudError("The account of this key does not have it.")
    except CloudError as error:
        return CloudError(
            f"Nothing of it shows, and whether the account of this key has it is not known. {told(error)}"
        )


def _listing(client: Client, scope: str | int) -> Listing:
    try:
        with client.operation():
            if isinstance(scope, str):
                zone = PrefetchOriginLimits(client).all(scope)
                return Listing(scope, limits=zone.rows, odd=[odd.form for odd in zone.odd])
            application = AigcQuotas(client).all(scope)
            listing = Listing(scope, quotas=application.rows, odd=[odd.form for odd in application.odd])
            return _with_tokens(client, listing, scope)
    except CloudError as error:
        return Listing(scope, error=error)


def _with_tokens(client: Client, listing: Listing, sub_app_id: int) -> Listing:
    try:
        found = TokenListing(client).all(sub_app_id)
        tokens = {identity: row.addresses() for identity, row in found.rows.items()}
    except CloudError as error:
        return replace(listing, token_error=error)
    return replace(listing, tokens=tokens, odd=[*listing.odd, *(odd.form for odd in found.odd)])
