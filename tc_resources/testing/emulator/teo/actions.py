"""The actions on zones and their origin limits, from the wire to the account's state and back.

The codes and defaults are documented unless a docstring says otherwise.
"""

from __future__ import annotations

from tc_resources.testing.emulator.parameters import page, parse
from tc_resources.testing.emulator.service import Params
from tc_resources.testing.emulator.teo import answers
from tc_resources.testing.emulator.teo.models import Limit, Limits, Zones
from tc_resources.testing.emulator.teo.parameters import DescribeParameters, ModifyParameters, ZonesParameters

USUAL_PAGE = 20


class Teo:
    """The service as one account sees it."""

    version = "2022-09-01"

    def __init__(self, limits: Limits, zones: Zones) -> None:
        self._limits = limits
        self._zones = zones
        self.actions = {
            "ModifyPrefetchOriginLimit": self.modify,
            "DescribePrefetchOriginLimit": self.describe,
            "DescribeZones": self.describe_zones,
        }

    def modify(self, params: Params, now: float) -> Params:
        """Assumed: the bandwidth must be in its bounds even when the limit is turned off."""
        wanted = parse(ModifyParameters, params)
        wanted.check()
        if wanted.enabled == "on":
            self._limits.turn_on(Limit(wanted.zone_id, wanted.domain_name, wanted.area, wanted.bandwidth), now)
        else:
            self._limits.turn_off(wanted.zone_id, wanted.domain_name, wanted.area)
        return {}

    def describe(self, params: Params, now: float) -> Params:  # noqa: ARG002 - every action has it
        """Assumed: an unknown zone has no limits, and the oldest limit comes first."""
        wanted = parse(DescribeParameters, params)
        filters = [(filter_.column(), filter_.values) for filter_ in wanted.filters or []]
        rows = [
            stored
            for stored in self._limits.of(wanted.zone_id)
            if all(getattr(stored.limit, column) in values for column, values in filters)
        ]
        shown = page(rows, wanted.limit, wanted.offset, USUAL_PAGE, "InvalidParameter")
        return {"TotalCount": len(rows), "Limits": [answers.limit(stored) for stored in shown]}

    def describe_zones(self, params: Params, now: float) -> Params:  # noqa: ARG002 - every action has it
        """Assumed: a zone that has limits exists."""
        wanted = parse(ZonesParameters, params)
        zones = sorted({*self._zones.all(), *self._limits.zones()})
        shown = page(zones, wanted.limit, wanted.offset, USUAL_PAGE, "InvalidParameter")
        return {"TotalCount": len(zones), "Zones": [answers.zone(zone_id) for zone_id in shown]}
