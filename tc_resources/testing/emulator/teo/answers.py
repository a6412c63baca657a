"""What TEO shows. The fields are documented."""

from __future__ import annotations

from datetime import datetime, timezone

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.service import Params
from tc_resources.testing.emulator.teo.domains import Domains
from tc_resources.testing.emulator.teo.models import StoredLimit

AREAS_OF_ZONES = {"Overseas": "overseas", "MainlandChina": "mainland"}


class Answers:
    """The rows of the listings, as one behaviour writes them."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._domains = Domains(behaviour)
        self._area_form = behaviour.area_form

    def limit(self, stored: StoredLimit) -> Params:
        """A row of the listing of limits, in Mbps and UTC."""
        return {
            "ZoneId": stored.limit.zone_id,
            "DomainName": self._domains.shown(stored.limit.domain_name),
            "Area": self._area(stored.limit.area),
            "Bandwidth": stored.limit.bandwidth,
            "CreateTime": timestamp(stored.created_at),
            "UpdateTime": timestamp(stored.updated_at),
        }

    def zone(self, zone_id: str) -> Params:
        """Of a zone only the id is emulated."""
        return {"ZoneId": zone_id}

    def _area(self, area: str) -> str:
        match self._area_form:
            case "lower":
                return area.lower()
            case "as_zones":
                return AREAS_OF_ZONES.get(area, area)
        return area


def timestamp(at: float) -> str:
    """As the vendor's example shows it: ISO 8601 in UTC, whole seconds."""
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
