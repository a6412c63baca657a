"""The limits that EdgeOne (TEO) puts on prefetches.

Source: "ModifyPrefetchOriginLimit", "DescribePrefetchOriginLimit" and "DescribeZones" of EdgeOne's API documents,
version 2022-09-01.
"""

from __future__ import annotations

from typing import Any

from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import (
    ALREADY_EXISTS,
    LIMIT_NOT_FOUND,
    CloudError,
    ListingError,
    ServiceError,
)
from tc_resources.cloud.identities import LimitIdentity
from tc_resources.cloud.parser import name, number
from tc_resources.cloud.services.listing import Listings, by_identity, ids, pages

VERSION = "2022-09-01"
MODIFY = Action("teo", VERSION, "ModifyPrefetchOriginLimit")
DESCRIBE = Action("teo", VERSION, "DescribePrefetchOriginLimit")
ZONES = Action("teo", VERSION, "DescribeZones")


class PrefetchOriginLimits:
    """The limits of one account; bandwidths are in Mbps."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listings: Listings[LimitIdentity, int] = Listings(self._read, client.clock.now)

    def get(self, identity: LimitIdentity) -> int | None:
        """The bandwidth of a limit, None where there is none, from the zone's listing."""
        return self._listings.get(identity.zone_id, identity).row

    def all(self, zone_id: str) -> dict[LimitIdentity, int]:
        """The bandwidths of all limits of a zone."""
        return self._listings.all(zone_id)

    def known(self) -> set[LimitIdentity]:
        """The limits of all zones that have been read so far."""
        return self._listings.known()

    def zones(self) -> list[str]:
        """The ids of all zones of the account."""
        page = self._client.page(ZONES, {}, "Zones")
        return self._client.retry(lambda: ids(pages(page), "ZoneId", name), on=ListingError)

    def turn_on(self, identity: LimitIdentity, bandwidth: int, *, overwrite: bool) -> None:
        """Put the limit in force; one with another bandwidth is changed with `overwrite`, else an error."""
        try:
            self._modify(identity, bandwidth, "on")
        except ServiceError as error:
            if error.code != ALREADY_EXISTS:
                raise
            # An earlier try whose answer was lost may have set it; else "on" does not change what is there.
            if self._listings.get_fresh(identity.zone_id, identity).row != bandwidth:
                if not overwrite:
                    raise
                self._client.recreate(
                    f"the limit of {identity.domain_name} in {identity.area} ({identity.zone_id})",
                    lambda: self.turn_off(identity, bandwidth),
                    lambda: self._modify(identity, bandwidth, "on"),
                )
        self._listings.put(identity.zone_id, identity, bandwidth)

    def turn_off(self, identity: LimitIdentity, bandwidth: int) -> None:
        """Delete the limit; one that is gone already is deleted."""
        try:
            self._modify(identity, bandwidth, "off")
        except ServiceError as error:
            if error.code != LIMIT_NOT_FOUND or self._listings.get_fresh(identity.zone_id, identity).row is not None:
                raise
        self._listings.put(identity.zone_id, identity, None)

    def _modify(self, identity: LimitIdentity, bandwidth: int, enabled: str) -> None:
        self._client.call(MODIFY, {**_params(identity), "Bandwidth": bandwidth, "Enabled": enabled})

    def _read(self, zone_id: str) -> dict[LimitIdentity, int]:
        page = self._client.page(DESCRIBE, {"ZoneId": zone_id}, "Limits")
        return self._client.retry(lambda: by_identity(map(_limit, pages(page))), on=ListingError)


def _params(identity: LimitIdentity) -> dict[str, str]:
    return {"ZoneId": identity.zone_id, "DomainName": identity.domain_name, "Area": identity.area}


def _limit(row: dict[str, Any]) -> tuple[LimitIdentity, int]:
    try:
        identity = LimitIdentity(name(row["ZoneId"]), name(row["DomainName"]).lower(), name(row["Area"]))
        return identity, number(row["Bandwidth"])
    except (KeyError, TypeError, ValueError):
        raise CloudError(f"{DESCRIBE} shows a row in another format than the API document's.") from None
