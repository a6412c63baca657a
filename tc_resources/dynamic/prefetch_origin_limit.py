"""PrefetchOriginLimit, as a program in Python declares it."""

from __future__ import annotations

from typing import Literal

import pulumi

from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs

Area = Literal["Overseas", "MainlandChina"]


class PrefetchOriginLimit(LimitResource, module="tc_resources", name="PrefetchOriginLimit"):
    """A cap on the bandwidth that EdgeOne may draw from an origin while it prefetches.

    Deleting it sends Enabled=off: prefetches are not limited any more. A change of zone, domain or area replaces it.
    An account has room for 100 limits, and the feature is in beta: the account must be on its allow list.
    """

    kind = "prefetch_origin_limit"
    inputs = PrefetchOriginLimitArgs
    announced = True

    zone_id: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    area: pulumi.Output[str]
    bandwidth: pulumi.Output[int]
    adopt: pulumi.Output[bool | None]
    written_at: pulumi.Output[int | None]
    """When this resource last wrote the limit, in unix seconds, None where it has only been read."""

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        zone_id: pulumi.Input[str],
        domain_name: pulumi.Input[str],
        area: pulumi.Input[Area],
        bandwidth: pulumi.Input[int],
        adopt: pulumi.Input[bool] = False,
    ) -> None:
        """Declare the limit of one domain in one area.

        zone_id: the EdgeOne zone, such as "zone-3abcj8tqd".
        domain_name: the accelerated domain; upper case and a trailing dot make no difference.
        area: "Overseas" (everywhere but the Chinese mainland) or "MainlandChina".
        bandwidth: Mbps, a whole number from 100 to 100000.
        adopt: overwrite a limit that is there with another value when this resource is created.
        """
        props = {
            "zone_id": zone_id,
            "domain_name": domain_name,
            "area": area,
            "bandwidth": bandwidth,
            "adopt": adopt,
        }
        super().__init__(name, props, opts)
