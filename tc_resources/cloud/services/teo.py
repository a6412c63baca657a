"""The limits that EdgeOne (TEO) puts on prefetches.

Source: "ModifyPrefetchOriginLimit", "DescribePrefetchOriginLimit" and "DescribeZones" of EdgeOne's API documents,
version 2022-09-01. What they leave open (what "on" does to a limit that is there, how long the listing lags) is met
either way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client, Recreation
from tc_resources.cloud.decision import FRESH
from tc_resources.cloud.errors import (
    ALREADY_EXISTS,
    LIMIT_NOT_FOUND,
    CloudError,
    DoubtError,
    ListingError,
    Outcome,
    ServiceError,
    TransportError,
)
from tc_resources.cloud.identities import AREAS, LIMITS, LimitIdentity
from tc_resources.cloud.orphan import putting_back
from tc_resources.cloud.parser import domain, name, number
from tc_resources.cloud.services.known_listings import Listings
from tc_resources.cloud.services.last_writes import LastWrites, Settled
from tc_resources.cloud.services.listing import (
    MOST_SHOWN,
    Listed,
    Odd,
    OddRowError,
    ids,
    listed,
    pages,
    unrecognised,
)
from tc_resources.cloud.services.scopes import Scopes
from tc_resources.cloud.services.settling import NOTHING, Reading, Settling, read_by_itself
from tc_resources.cloud.services.targeted import Targeted

VERSION = "2022-09-01"
MODIFY = Action("teo", VERSION, "ModifyPrefetchOriginLimit")
DESCRIBE = Action("teo", VERSION, "DescribePrefetchOriginLimit")
ZONES = Action("teo", VERSION, "DescribeZones")
LEAST = 100
"""Mbps. "off" needs a bandwidth that the service takes, and any account takes this one."""
GONE = frozenset({LIMIT_NOT_FOUND, "FailedOperation", "InvalidParameter.DomainNotFound"})
"""What "off" answers, or may, where there is no limit: none, or no such domain in the zone any more."""
LISTING_ATTEMPTS = 4
"""Tries of a listing that does not add up, before each limit is asked for by itself."""


class PrefetchOriginLimits:
    """The limits of one account; bandwidths are in Mbps."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listings: Listings[LimitIdentity, int] = Listings(self._read, client.clock, client.deadline)
        self._shared = Targeted(self._ask, client.clock, client.deadline)
        self._settling = Settling(client)
        self.writes = LastWrites(client, LIMITS)
        self._zones = Scopes(client, "zone", self.zones)

    def get(self, identity: LimitIdentity, max_age: float = FRESH) -> int | None:
        """The bandwidth of a limit, None where there is none, as it was `max_age` seconds ago at most.

        Raises DoubtError where neither can be told.
        """
        return self._reading(identity, max_age).row

    def get_to_create(self, identity: LimitIdentity) -> int | None:
        """As `get`, but an absence is one that a read of the limit by itself shows: "on" overwrites what is there.

        That read is shared with others of the zone that are expected, so it may be `FRESH` seconds old.
        """
        row = self.get(identity)
        return self._told(identity, self._shared.get(identity)) if row is None else row

    def expect(self, identity: LimitIdentity) -> None:
        """Somebody will ask for this limit by itself: it comes along with others."""
        self._shared.expect(identity)

    def get_ahead(self, identity: LimitIdentity) -> int | None:
        """As `get_to_create`, which is expected to come; of many limits the listing alone is read."""
        self._shared.expect(identity)
        row = self.get(identity)
        found = self._shared.ahead(identity) if row is None else None
        return self._told(identity, found) if found else row

    def get_certain(self, identity: LimitIdentity) -> int | None:
        """As `get`, but an absence is proved: asked for by itself, in a zone of this account. Raises ForeignError."""
        return self._certain(identity, self._reading(identity, FRESH).row)

    def get_settled(self, identity: LimitIdentity, expected: int | None, written_at: int | None) -> Settled[int]:
        """As `get_certain`, once the listing is as `expected` or cannot lag behind our last write; where that is later
        than `written_at`, a killed run's, nothing that shows before can be told from what was before.
        """
        later = self.writes.later(identity.id, written_at or 0)  # not by who writes after the reading
        first = self._reading(identity, FRESH)
        until = self._settling.until_lag_is_over(later or written_at or 0)
        found = self._certain(identity, self._wait(identity, NOTHING if later else expected, first, until).row)
        return Settled(found, self.writes.told(identity.id, later) or written_at)

    def _certain(self, identity: LimitIdentity, row: int | None) -> int | None:
        found = self._targeted(identity) if row is None else row
        if found is None and not self._listings.get(identity.zone_id).shows:
            self._zones.demand(identity.zone_id, f"a {_title(identity)}")
        return found

    def has_zone(self, zone_id: str) -> bool:
        """Whether the account has this zone; the listing of another's is empty."""
        return self._zones.has(zone_id)

    def demand_zone(self, zone_id: str, what: str) -> None:
        """Let `what` be absent where nothing of a zone shows. Raises ForeignError."""
        self._zones.demand(zone_id, what)

    def all(self, zone_id: str) -> Listed[LimitIdentity, int]:
        """All limits of a zone, read anew, and the rows that cannot be recognised. Raises ListingError."""
        page = self._client.page(DESCRIBE, {"ZoneId": zone_id}, "Limits")
        return self._client.retry(lambda: listed(pages(page, MOST_SHOWN), _limit), ListingError)

    def known(self) -> set[LimitIdentity]:
        """The limits of all zones that have been read so far."""
        return self._listings.known()

    def zones(self) -> list[str]:
        """The ids of all zones of the account."""
        page = self._client.page(ZONES, {}, "Zones")
        return self._client.retry(lambda: ids(pages(page), "ZoneId", name), ListingError)

    def turn_on(self, identity: LimitIdentity, bandwidth: int, *, overwrite: bool, seen: int | None = None) -> int:
        """Put the limit in force, and tell what is: without `overwrite` another bandwidth that is there may stay.

        `seen` may show of what was there before: where nothing lags any more, or for another row, it is believed. So is
        a row that this machine wrote last, or that cannot be of before that.
        """
        before = self.writes.of(identity.id)
        try:
            self._modify(identity, bandwidth, "on", decided=not overwrite)
        except ServiceError as error:
            if error.code != ALREADY_EXISTS:
                raise
            # An earlier try whose answer was lost may have set it; else "on" does not change what is there.
            may_be_ours = error.outcome is Outcome.UNCLEAR

            def is_news(row: int, at: float) -> bool:
                known = row == before.value or at >= self._settling.until_lag_is_over(before.at)
                return known and (overwrite or (row != seen and (row == bandwidth or not may_be_ours)))

            live = self._found(identity, error, is_news)
            if overwrite and (live != bandwidth or live == seen):
                self._recreate(identity, bandwidth, live)
            elif live is None:
                raise
            elif live != bandwidth:
                return live
        self._put(identity, bandwidth)
        return bandwidth

    def _put(self, identity: LimitIdentity, bandwidth: int | None) -> None:
        self._listings.put(identity.zone_id, identity, bandwidth)
        self._shared.forget(identity)

    def _found(self, identity: LimitIdentity, error: ServiceError, news: Callable[[int, float], bool]) -> int | None:
        """What is there, since "on" was refused for it: a row that is `news`, or what shows once no listing lags.

        Raises the `error` where time runs out before: that something is there is sure, and nothing else.
        """
        until = self._settling.until_lag_is_over(self._client.times.now())
        try:
            return self._settling.wait(
                lambda _: self._asked(identity),
                lambda found: found.row is not None and news(found.row, found.at),
                self._asked(identity),
                until,
            ).row
        except TransportError:
            raise error from None

    def _recreate(self, identity: LimitIdentity, bandwidth: int, former: int | None) -> None:
        recreation = Recreation(
            f"the {_title(identity)}",
            lambda: self.turn_off(identity, self._client.times.now()),
            lambda: self._put_back(identity, bandwidth),
            None if former is None else lambda: self._put_back(identity, former),
        )
        self._client.recreate(recreation)

    def _put_back(self, identity: LimitIdentity, bandwidth: int) -> None:
        with putting_back(lambda: self._settling.is_absent(partial(self._shown, identity), 0.0)):
            self._modify(identity, bandwidth, "on")

    def turn_off(self, identity: LimitIdentity, written_at: float) -> None:
        """Delete the limit; one that is gone is deleted, and so is one whose domain has left the zone.

        It was last written at this unix second, or at 0.
        """
        try:
            self._modify(identity, LEAST, "off")
        except ServiceError as error:
            if error.code not in GONE or not self._is_gone(identity, written_at):
                raise
        self._put(identity, None)

    def _is_gone(self, identity: LimitIdentity, written_at: float) -> bool:
        made = self.writes.made(identity.id, written_at)
        return self._settling.is_absent(partial(self._proved, identity), made)

    def _proved(self, identity: LimitIdentity, max_age: float) -> Reading[int]:
        """As `_shown`, in a zone of this account."""
        found = self._reading(identity, max_age)
        return found if found.row is not None else Reading(self._certain(identity, None), found.at)

    def _shown(self, identity: LimitIdentity, max_age: float) -> Reading[int]:
        """As the listing of its zone shows it; an absence as a read of it alone does, since that may lag by itself."""
        found = self._reading(identity, max_age)
        return found if found.row is not None else Reading(self._targeted(identity), found.at)

    def _wait(self, identity: LimitIdentity, expected: int | None, first: Reading[int], until: float) -> Reading[int]:
        read = partial(self._reading, identity)
        return self._settling.wait(read, lambda found: found.row == expected, first, until)

    def _modify(self, identity: LimitIdentity, bandwidth: int, enabled: str, *, decided: bool = False) -> None:
        params = {**_params(identity), "Bandwidth": bandwidth, "Enabled": enabled}
        with self.writes.writing(identity.id, bandwidth if enabled == "on" else None):
            self._client.call(MODIFY, params, decided=decided)

    def _reading(self, identity: LimitIdentity, max_age: float) -> Reading[int]:
        found = self._listings.get(identity.zone_id, max_age)
        odd = found.odd_about(identity.domain_name)
        if found.error or (identity not in found.rows and odd):
            return self._asked(identity, odd)
        return Reading(found.rows.get(identity), found.at)

    def _asked(self, identity: LimitIdentity, odd: tuple[Odd, ...] = ()) -> Reading[int]:
        return read_by_itself(self._client.times, lambda: self._targeted(identity, odd))

    def _targeted(self, identity: LimitIdentity, odd: tuple[Odd, ...] = ()) -> int | None:
        """The bandwidth by the whole identity; `odd` are rows of the listing that may be about it."""
        return self._told(identity, self._ask([identity]), odd)

    @staticmethod
    def _told(identity: LimitIdentity, found: Listed[LimitIdentity, int], odd: tuple[Odd, ...] = ()) -> int | None:
        odd = (*found.odd_about(identity.domain_name), *odd)
        if identity not in found.rows and odd:
            raise DoubtError(f"a {_title(identity)}", unrecognised(odd))
        return found.rows.get(identity)

    def _ask(self, wanted: Collection[LimitIdentity]) -> Listed[LimitIdentity, int]:
        """What shows of limits of one zone by their domains and areas, and not by the zone alone."""
        zone_id, domains, areas = (list(dict.fromkeys(parts)) for parts in zip(*wanted, strict=True))
        filters = [{"Name": "domain-name", "Values": domains}, {"Name": "area", "Values": areas}]
        page = self._client.page(DESCRIBE, {"ZoneId": zone_id[0], "Filters": filters}, "Limits")
        return self._client.retry(lambda: listed(pages(page), _limit), ListingError, LISTING_ATTEMPTS)

    def _read(self, zone_id: str) -> Listed[LimitIdentity, int]:
        begun = self._client.clock.monotonic()
        page = self._client.page(DESCRIBE, {"ZoneId": zone_id}, "Limits")
        try:
            found = self._client.retry(lambda: listed(pages(page), _limit), ListingError, LISTING_ATTEMPTS)
        except ListingError as error:
            return Listed({}, error=error, at=self._client.times.of(begun))
        return Listed(found.rows, found.odd, at=self._client.times.of(begun))


def _title(identity: LimitIdentity) -> str:
    return f"limit of {identity.domain_name} in {identity.area} ({identity.zone_id})"


def _params(identity: LimitIdentity) -> dict[str, str]:
    return {"ZoneId": identity.zone_id, "DomainName": identity.domain_name, "Area": identity.area}


def _limit(row: dict[str, Any]) -> tuple[LimitIdentity, int]:
    try:
        zone_id, domain_name, area = (name(row[part]) for part in ("ZoneId", "DomainName", "Area"))
        bandwidth = number(row["Bandwidth"])
    except (KeyError, TypeError, ValueError):
        raise CloudError(f"{DESCRIBE} shows a row in another format than the API document's.") from None
    try:
        identity = LimitIdentity(zone_id, domain(domain_name), area)
    except ValueError:
        raise OddRowError(f"{domain_name} in {area}") from None
    if area not in AREAS:
        raise OddRowError(f"{domain_name} in {area}", identity.domain_name)
    return identity, bandwidth
