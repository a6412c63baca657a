"""SiteLimits: the prefetch origin limits of one site."""

from __future__ import annotations

import pulumi
from environment import Site

from tc_resources import PrefetchOriginLimit


class SiteLimits(pulumi.ComponentResource):
    """One limit for each domain of a site in each of its areas."""

    def __init__(self, site: Site, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tencent-limits:index:SiteLimits", site.name, None, opts)
        self.limits = [
            PrefetchOriginLimit(
                f"{site.name}-{domain.name}-{area}",
                zone_id=site.zone_id,
                domain_name=domain.name,
                area=area,
                bandwidth=bandwidth.mbps,
                adopt=bandwidth.adopt,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for domain in site.domains
            for area, bandwidth in domain.bandwidth.items()
        ]
        self.register_outputs({"limits": len(self.limits)})
