"""What is sent to TEO. The names, types and bounds are documented unless a docstring says otherwise."""

from __future__ import annotations

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.parameters import Parameters

AREAS = ("Overseas", "MainlandChina")
LEAST_MBPS = 100
MOST_MBPS = 100_000
MOST_FILTER_VALUES = 20
FILTERS = {"domain-name": "domain_name", "area": "area"}


class ModifyParameters(Parameters):
    """A limit, and whether it is to be."""

    zone_id: str
    domain_name: str
    area: str
    bandwidth: int
    enabled: str

    def check(self, behaviour: Behaviour) -> None:
        """Raise ApiError for what is out of bounds."""
        if self.area not in AREAS:
            code = "InvalidParameter.PrefetchOriginLimitAreaInvalid"
            raise ApiError(code, f"Area must be one of {', '.join(AREAS)}.")
        if self.enabled == "on" or behaviour.off_bandwidth == "checked":
            self._check_bandwidth(MOST_MBPS if behaviour.most_bandwidth is None else behaviour.most_bandwidth)
        if self.enabled not in ("on", "off"):
            raise ApiError("InvalidParameter.PrefetchOriginLimitEnabledInvalid", "Enabled must be on or off.")

    def _check_bandwidth(self, most: int) -> None:
        if self.bandwidth < LEAST_MBPS:
            code = "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall"
            raise ApiError(code, f"Bandwidth must be at least {LEAST_MBPS} Mbps.")
        if self.bandwidth > most:
            code = "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge"
            raise ApiError(code, f"Bandwidth must be at most {most} Mbps.")


class Filter(Parameters):
    """Values of one field, any of which will do."""

    name: str
    values: list[str]

    def column(self) -> str:
        """Documented: values match exactly. Assumed: the code that refuses an unknown name or too many values."""
        if self.name not in FILTERS:
            raise ApiError("InvalidParameter", f"A filter's name must be one of {', '.join(FILTERS)}.")
        if len(self.values) > MOST_FILTER_VALUES:
            raise ApiError("InvalidParameter", f"A filter takes at most {MOST_FILTER_VALUES} values.")
        return FILTERS[self.name]


class DescribeParameters(Parameters):
    """The limits of a zone, by pages."""

    zone_id: str
    filters: list[Filter] | None = None
    limit: int | None = None
    offset: int | None = None


class ZonesParameters(Parameters):
    """The zones of an account, by pages. Filters and orders are not emulated."""

    limit: int | None = None
    offset: int | None = None
