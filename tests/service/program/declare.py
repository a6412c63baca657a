"""One limit and one quota, those of them that the stack's config has a value for."""

from __future__ import annotations

import pulumi

from tc_resources import AigcQuota, PrefetchOriginLimit

config = pulumi.Config()
bandwidth, quota_limit = config.get_int("bandwidth"), config.get_int("quotaLimit")
if bandwidth:
    PrefetchOriginLimit(
        "limit",
        zone_id=config.require("zoneId"),
        domain_name=config.require("domainName"),
        area=config.require("area"),  # type: ignore[arg-type]  # a text of the config
        bandwidth=bandwidth,
    )
if quota_limit:
    AigcQuota("quota", sub_app_id=config.require_int("subAppId"), quota_type="Image", quota_limit=quota_limit)
