"""The resources of the vendor's provider."""

from declared import LIMITS, QUOTAS
from pulumi_tencentcloud import TeoPrefetchOriginLimit, VodAigcQuota

for number, args in enumerate(LIMITS):
    TeoPrefetchOriginLimit(f"limit-{number}", **args)
for number, args in enumerate(QUOTAS):
    VodAigcQuota(f"quota-{number}", **args)
