"""The resources of the plugin."""

from declared import LIMITS, QUOTAS
from pulumi_tc_resources import AigcQuota, PrefetchOriginLimit

for number, args in enumerate(LIMITS):
    PrefetchOriginLimit(f"limit-{number}", **args)
for number, args in enumerate(QUOTAS):
    AigcQuota(f"quota-{number}", **args)
