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
from tc_resources.cloud.identities import LimitKey
from tc_resources.cloud.parser import name, number
from tc_resources.cloud.services.listing import Listings, by_key, ids, pages

VERSION = "2022-09-01"
MODIFY = Action("teo", VERSION, "ModifyPrefetchOriginLimit")
DESCRIBE = Action("teo", VERSION, "DescribePrefetchOriginLimit")
ZONES = Action("teo", VERSION, "DescribeZones")


class PrefetchOriginLimits:
    """The limits of one account; bandwidths are in Mbps."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listings: Listings[LimitKey, int] = Listings(self._read, client.clock.now)

    def get(self, key: LimitKey) -> int | None:
        """The bandwidth of a limit, None where there is none, from the zone's listing."""
        return self._listings.get(key.zone_id, key).row

    def all(self, zone_id: str) -> dict[LimitKey, int]:
        """The bandwidths of all limits of a zone."""
        return self._listings.all(zone_id)

    def known(self) -> set[LimitKey]:
        """The limits of all zones that have been read so far."""
        return self._listings.known()

    def zones(self) -> list[str]:
        """The ids of all zones of the account."""
        page = self._client.page(ZONES, {}, "Zones")
        return self._client.retry(lambda: ids(pages(page), "ZoneId", name), on=ListingError)

    def turn_on(self, key: LimitKey, bandwidth: int, *, overwrite: bool) -> None:
        """Put the limit in force; one with another bandwidth is changed with `overwrite`, else an error."""
        try:
            self._modify(key, bandwidth, "on")
        except ServiceError as error:
            if error.code != ALREADY_EXISTS:
                raise
            # An earlier try whose answer was lost may have set it; else "on" does not change what is there.
            if self._listings.get_fresh(key.zone_id, key).row != bandwidth:
                if not overwrite:
                    raise
                self._client.set_anew(
                    f"the limit of {key.domain_name} in {key.area} ({key.zone_id})",
                    lambda: self.turn_off(key, bandwidth),
                    lambda: self._modify(key, bandwidth, "on"),
                )
        self._listings.put(key.zone_id, key, bandwidth)

    def turn_off(self, key: LimitKey, bandwidth: int) -> None:
        """Delete the limit; one that is gone already is deleted."""
        try:
            self._modify(key, bandwidth, "off")
        except ServiceError as error:
            if error.code != LIMIT_NOT_FOUND or self._listings.get_fresh(key.zone_id, key).row is not None:
                raise
        self._listings.put(key.zone_id, key, None)

    def _modify(self, key: LimitKey, bandwidth: int, enabled: str) -> None:
        self._client.call(MODIFY, {**_identity(key), "Bandwidth": bandwidth, "Enabled": enabled})

    def _read(self, zone_id: str) -> dict[LimitKey, int]:
        page = self._client.page(DESCRIBE, {"ZoneId": zone_id}, "Limits")
        return self._client.retry(lambda: by_key(map(_limit, pages(page))), on=ListingError)


def _identity(key: LimitKey) -> dict[str, str]:
    return {"ZoneId": key.zone_id, "DomainName": key.domain_name, "Area": key.area}


def _limit(row: dict[str, Any]) -> tuple[LimitKey, int]:
    try:
        key = LimitKey(name(row["ZoneId"]), name(row["DomainName"]).lower(), name(row["Area"]))
        return key, number(row["Bandwidth"])
    except (KeyError, TypeError, ValueError):
        raise CloudError(f"{DESCRIBE} shows a row in another format than the API document's.") from None
