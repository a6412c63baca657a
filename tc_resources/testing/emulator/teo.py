"""TEO 2022-09-01: the actions on zones and their origin limits, as they cross the wire.

The codes, bounds and defaults are documented unless a docstring says otherwise.
"""

from __future__ import annotations

from datetime import datetime, timezone

from tc_resources.testing.emulator.account import Account
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.limits import Limit, Limits, StoredLimit
from tc_resources.testing.emulator.parameters import Parameters, page, parse

VERSION = "2022-09-01"
AREAS = ("Overseas", "MainlandChina")
LEAST_MBPS = 100
MOST_MBPS = 100_000
MOST_FILTER_VALUES = 20
FILTERS = {"domain-name": "domain_name", "area": "area"}


class ModifyParameters(Parameters):
    zone_id: str
    domain_name: str
    area: str
    bandwidth: int
    enabled: str


class Filter(Parameters):
    name: str
    values: list[str]


class DescribeParameters(Parameters):
    zone_id: str
    filters: list[Filter] | None = None
    limit: int | None = None
    offset: int | None = None


class ZonesParameters(Parameters):
    limit: int | None = None
    offset: int | None = None


class Teo:
    """The service: each action takes the parameters as sent and the time, and returns the answer's fields."""

    version = VERSION

    def __init__(self, limits: Limits, account: Account) -> None:
        self._limits = limits
        self._account = account
        self.actions = {
            "ModifyPrefetchOriginLimit": self.modify,
            "DescribePrefetchOriginLimit": self.describe,
            "DescribeZones": self.describe_zones,
        }

    def modify(self, params: dict[str, object], now: float) -> dict[str, object]:
        """Assumed: the bandwidth must be in its bounds even when the limit is turned off."""
        wanted = parse(ModifyParameters, params)
        check(wanted)
        if wanted.enabled == "on":
            self._limits.turn_on(Limit(wanted.zone_id, wanted.domain_name, wanted.area, wanted.bandwidth), now)
        else:
            self._limits.turn_off(wanted.zone_id, wanted.domain_name, wanted.area)
        return {}

    def describe(self, params: dict[str, object], now: float) -> dict[str, object]:  # noqa: ARG002 - every action has it
        """Assumed: an unknown zone has no limits, and the oldest limit comes first."""
        wanted = parse(DescribeParameters, params)
        filters = [(filter_column(filter_), filter_.values) for filter_ in wanted.filters or []]
        rows = [
            stored
            for stored in self._limits.of(wanted.zone_id)
            if all(getattr(stored.limit, column) in values for column, values in filters)
        ]
        shown = page(
            rows,
            20 if wanted.limit is None else wanted.limit,
            wanted.offset or 0,
            "InvalidParameter",
        )
        return {"TotalCount": len(rows), "Limits": [as_sent(stored) for stored in shown]}

    def describe_zones(self, params: dict[str, object], now: float) -> dict[str, object]:  # noqa: ARG002 - every action has it
        """Assumed: a zone that has limits exists. Filters and orders are not emulated, and only ids are shown."""
        wanted = parse(ZonesParameters, params)
        zones = sorted({*self._account.zones(), *self._limits.zones()})
        shown = page(zones, 20 if wanted.limit is None else wanted.limit, wanted.offset or 0, "InvalidParameter")
        return {"TotalCount": len(zones), "Zones": [{"ZoneId": zone_id} for zone_id in shown]}


def check(wanted: ModifyParameters) -> None:
    if wanted.area not in AREAS:
        raise ApiError("InvalidParameter.PrefetchOriginLimitAreaInvalid", f"Area must be one of {', '.join(AREAS)}.")
    if wanted.bandwidth < LEAST_MBPS:
        code = "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall"
        raise ApiError(code, f"Bandwidth must be at least {LEAST_MBPS} Mbps.")
    if wanted.bandwidth > MOST_MBPS:
        code = "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge"
        raise ApiError(code, f"Bandwidth must be at most {MOST_MBPS} Mbps.")
    if wanted.enabled not in ("on", "off"):
        raise ApiError("InvalidParameter.PrefetchOriginLimitEnabledInvalid", "Enabled must be on or off.")


def filter_column(filter_: Filter) -> str:
    """Documented: values match exactly. Assumed: the code that refuses an unknown name or too many values."""
    if filter_.name not in FILTERS:
        raise ApiError("InvalidParameter", f"A filter's name must be one of {', '.join(FILTERS)}.")
    if len(filter_.values) > MOST_FILTER_VALUES:
        raise ApiError("InvalidParameter", f"A filter takes at most {MOST_FILTER_VALUES} values.")
    return FILTERS[filter_.name]


def as_sent(stored: StoredLimit) -> dict[str, object]:
    return {
        "ZoneId": stored.limit.zone_id,
        "DomainName": stored.limit.domain_name,
        "Area": stored.limit.area,
        "Bandwidth": stored.limit.bandwidth,
        "CreateTime": timestamp(stored.created_at),
        "UpdateTime": timestamp(stored.updated_at),
    }


def timestamp(at: float) -> str:
    """As the vendor's example shows it: ISO 8601 in UTC, whole seconds."""
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
