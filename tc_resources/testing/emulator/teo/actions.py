"""The actions on zones and their origin limits, from the wire to the account's state and back.

The codes and defaults are documented unless a docstring says otherwise.
"""

from __future__ import annotations

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.parameters import bounds, page, parse
from tc_resources.testing.emulator.service import Params
from tc_resources.testing.emulator.teo.answers import Answers
from tc_resources.testing.emulator.teo.models import Limit, Limits
from tc_resources.testing.emulator.teo.parameters import DescribeParameters, ModifyParameters, ZonesParameters

USUAL_PAGE = 20
OUT_OF_BOUNDS = "InvalidParameter"


class Teo:
    """The service as one account sees it."""

    version = "2022-09-01"

    def __init__(self, limits: Limits, behaviour: Behaviour) -> None:
        self._limits = limits
        self._behaviour = behaviour
        self._answers = Answers(behaviour)
        self.actions = {
            "ModifyPrefetchOriginLimit": self.modify,
            "DescribePrefetchOriginLimit": self.describe,
            "DescribeZones": self.describe_zones,
        }

    def modify(self, params: Params, now: float) -> Params:
        wanted = parse(ModifyParameters, params)
        wanted.check(self._behaviour)
        if wanted.enabled == "on":
            self._limits.turn_on(Limit(wanted.zone_id, wanted.domain_name, wanted.area, wanted.bandwidth), now)
        else:
            self._limits.turn_off(wanted.zone_id, wanted.domain_name, wanted.area, now)
        return {}

    def describe(self, params: Params, now: float) -> Params:
        wanted = parse(DescribeParameters, params)
        filters = [(filter_.column(), filter_.values) for filter_ in wanted.filters or []]
        heeded = filters if self._behaviour.limit_filters == "honoured" else []
        rows = self._limits.shown(wanted.zone_id, heeded, now)
        shown = page(rows, bounds(wanted.limit, wanted.offset, USUAL_PAGE, OUT_OF_BOUNDS))
        return {"TotalCount": len(rows), "Limits": [self._answers.limit(stored) for stored in shown]}

    def describe_zones(self, params: Params, now: float) -> Params:  # noqa: ARG002 - every action has it
        wanted = parse(ZonesParameters, params)
        zones = self._limits.zones()
        shown = page(zones, bounds(wanted.limit, wanted.offset, USUAL_PAGE, OUT_OF_BOUNDS))
        return {"TotalCount": len(zones), "Zones": [self._answers.zone(zone_id) for zone_id in shown]}
