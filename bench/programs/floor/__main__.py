"""As many resources that call nobody."""

from declared import LIMITS, QUOTAS
from noop import Noop

for number, args in enumerate([*LIMITS, *QUOTAS]):
    Noop(f"noop-{number}", args)
