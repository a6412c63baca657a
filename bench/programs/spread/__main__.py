"""Limits of one account, spread over provider instances by what each limit is."""

import os
from zlib import crc32

from declared import LIMITS
from pulumi import ResourceOptions

from tc_resources import PrefetchOriginLimit, Provider

instances = [Provider(f"instance-{number}") for number in range(int(os.environ["BENCH_INSTANCES"]))]

for number, args in enumerate(LIMITS):
    identity = f"{args['zone_id']}#{args['domain_name']}#{args['area']}"
    instance = instances[crc32(identity.encode()) % len(instances)]
    PrefetchOriginLimit(f"limit-{number}", opts=ResourceOptions(provider=instance), **args)
