"""What a test of the service works on: one limit and one quota of one account, so high that they stop nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pulumi.automation import ConfigValue

from tc_resources.cloud import settings
from tc_resources.cloud.connect import connect
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress
from tc_resources.cloud.services.teo import PrefetchOriginLimits
from tc_resources.cloud.services.vod import AigcQuotas
from tc_resources.testing import Emulator, LocalEngine
from tests.account import account_of

PROGRAM = Path(__file__).with_name("program")
BANDWIDTHS = (100_000, 99_999)
QUOTAS = (2**53 - 1, 2**53 - 2)
PATIENCE = 60.0
"""Seconds for which a listing may lag."""


class Account:
    """`environ` names it, as for every command; `transport` takes the network's place."""

    def __init__(
        self,
        zone: str,
        domain: str,
        area: str,
        sub_app: int,
        environ: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.limit, self.quota = LimitIdentity(zone, domain, area), QuotaAddress(sub_app, "Image")
        self._environ = environ
        self._client = connect(settings.load(None, environ), transport=transport)

    def stack(self) -> LocalEngine:
        """An empty stack of the program, which has no resource before `declare`."""
        stack = LocalEngine(PROGRAM, env=self._environ)
        zone, domain, area = self.limit
        named = {"zoneId": zone, "domainName": domain, "area": area, "subAppId": str(self.quota.sub_app_id)}
        for name, value in named.items():
            stack.set_config(name, ConfigValue(value))
        return stack

    def bandwidth(self) -> int | None:
        return PrefetchOriginLimits(self._client).get(self.limit)

    def quota_limit(self) -> int | None:
        row = AigcQuotas(self._client).get(self.quota.identity)
        return row and row.limit

    def settled(self, read: Callable[[], int | None], wanted: int | None) -> int | None:
        """What is read once it is what is wanted, or time is up."""
        until = time.monotonic() + PATIENCE
        while (found := read()) != wanted and time.monotonic() < until:
            time.sleep(1)
        return found

    def taken(self) -> str:
        """What is there, in words."""
        there = {"a limit": self.bandwidth(), "a quota": self.quota_limit()}
        return " and ".join(f"{what} of {value}" for what, value in there.items() if value is not None)

    def clear(self) -> None:
        """Delete what a test has left, known by its value."""
        if self.bandwidth() in BANDWIDTHS:
            PrefetchOriginLimits(self._client).turn_off(self.limit, 0)
        if self.quota_limit() in QUOTAS:
            AigcQuotas(self._client).delete(self.quota, 0)


@contextmanager
def emulated(emulator: Emulator) -> Iterator[Account]:
    """The emulator's own account."""
    with httpx.HTTPTransport() as transport:
        yield Account("zone-1", "www.example.com", "Overseas", 200000004, account_of(emulator), transport)


@contextmanager
def vacant(account: Account) -> Iterator[Account]:
    """The account where nothing is there, else the test fails; what it leaves is taken back."""
    taken = account.taken()
    if taken:
        pytest.fail(f"There is {taken} already: nothing was done.", pytrace=False)
    try:
        yield account
    finally:
        account.clear()
