"""What the package and its parts are called in Pulumi's programs and states. None of it ever changes."""

from __future__ import annotations

PACKAGE = "tc-resources"
KINDS = {
    f"{PACKAGE}:index:AigcApiToken": "aigc_api_token",
    f"{PACKAGE}:index:AigcQuota": "aigc_quota",
    f"{PACKAGE}:index:PrefetchOriginLimit": "prefetch_origin_limit",
}
"""The kind of each type of resource."""
GET_QUOTA = f"{PACKAGE}:index:getQuota"
GET_LIMIT = f"{PACKAGE}:index:getLimit"
GET_USAGE = f"{PACKAGE}:index:getUsage"
CURRENT_PERIOD = f"{PACKAGE}:index:currentPeriod"
