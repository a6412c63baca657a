"""The resources of this package."""

from declared import LIMITS, QUOTAS

from tc_resources import AigcQuota, PrefetchOriginLimit

for number, args in enumerate(LIMITS):
    PrefetchOriginLimit(f"limit-{number}", **args)
for number, args in enumerate(QUOTAS):
    AigcQuota(f"quota-{number}", **args)
