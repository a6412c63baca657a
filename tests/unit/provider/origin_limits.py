"""What the tests of limits declare, and what crosses the wire."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tc_resources.testing.emulator import (
    Emulator,
    Limit,
)

if TYPE_CHECKING:
    from tests.conftest import FakeClock


ID = "zone-1#www.example.com#Overseas"
LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
LIVE = Limit("zone-1", "www.example.com", "Overseas", 500)
ON = {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}
OFF = {**ON, "Bandwidth": 100, "Enabled": "off"}
TITLE = "the prefetch origin limit of www.example.com in Overseas (zone-1)"


def with_bandwidth(mbps: int) -> Limit:
    return replace(LIVE, bandwidth=mbps)


def written(state: dict[str, Any], clock: FakeClock) -> dict[str, Any]:
    return {**state, "written_at": math.ceil(clock.at)}


def writes(emulator: Emulator) -> list[dict[str, object]]:
    return [call.params for call in emulator.calls_of("ModifyPrefetchOriginLimit")]
