"""Two Tencent Cloud limits as Pulumi resources: AIGC quotas and the origin bandwidth of prefetches."""

from tc_resources.dynamic.functions import get_limit, get_quota
from tc_resources.dynamic.instance import Provider
from tc_resources.limits.aigc_quota import AigcQuota
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimit

__all__ = ["AigcQuota", "PrefetchOriginLimit", "Provider", "get_limit", "get_quota"]
