"""A whole run against the emulated account itself, without HTTP and in no time, disturbed at any of its calls."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.cli.verification.findings import Findings
from tc_resources.cli.verification.journal import Journal
from tc_resources.cli.verification.run import Run, Subjects
from tc_resources.cloud.action import Action
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import Outcome, ServiceError, TransportError
from tc_resources.cloud.services import tokens
from tc_resources.testing.emulator import Account, Limit, Quota
from tc_resources.testing.emulator.errors import ApiError
from tests.conftest import FakeClock

ZONE, DOMAIN, SUB_APP, TOKEN = "zone-3abcj8tqd", "xn--r8jz45g.example.com", 200000004, "sk-0123456789abcdef"
PLAIN = "www.example.com"
FOREIGN_LIMITS = (
    Limit("zone-foreign", DOMAIN, "Overseas", 500),
    Limit(ZONE, "foreign.example.com", "Overseas", 300),
    Limit(ZONE, "foreign.example.com", "MainlandChina", 300),
)
FOREIGN_QUOTAS = (
    Quota(1, "Image", 0, 9),
    Quota(200000005, "Image", 0, 7),
    Quota(200000005, "Text", 5, 3, api_token="sk-somebody"),
)


class KilledError(BaseException):
    """The process is no more: nothing that comes after it happens."""


Disturbance = Callable[[str], None]


def ctrl_c(_: str) -> None:
    signal.raise_signal(signal.SIGINT)


def sigterm(_: str) -> None:
    signal.raise_signal(signal.SIGTERM)


def lost(action: str) -> None:
    """The connection breaks; the client tries again, so what it knows in the end is unclear where that is refused."""
    raise LostError(action)


class LostError(Exception):
    """A try without an answer."""


class Trial:
    """One account and its calls. `disturb` happens at call number `at`: before it is applied, or else after."""

    def __init__(self, behaviour: Behaviour, journal: Path, domain: str = DOMAIN) -> None:
        self.clock = FakeClock()
        self.times = Clock(self.clock.now, self.clock.now, self.clock.sleep, self.clock.uniform)
        self.account = Account(behaviour, self.clock.now, rate=20)
        self.behaviour, self.domain = behaviour, domain
        self.calls: list[tuple[str, Mapping[str, object]]] = []
        self.at, self.applied = -1, False
        self.disturb: Disturbance = ctrl_c
        self.denied: set[str] = set()
        self._killed = False
        self.journal = journal
        self.account.put_domain(ZONE, domain)
        self.account.put_sub_app(SUB_APP)

    def put(self, limits: Iterable[Limit] = FOREIGN_LIMITS, quotas: Iterable[Quota] = FOREIGN_QUOTAS) -> None:
        """Somebody's own settings."""
        for limit in limits:
            self.account.put_limit(limit)
        for quota in quotas:
            self.account.put_quota(quota)

    @property
    def state(self) -> tuple[list[Limit], list[Quota]]:
        return self.account.limits(), self.account.quotas()

    @property
    def tokens(self) -> list[str]:
        """All API tokens that there are."""
        return [one.api_token for one in self.account.tokens()]

    def run(
        self,
        token: str | None = TOKEN,
        *,
        allow_zero: bool = True,
        zone_id: str | None = ZONE,
        allow_tokens: bool = False,
    ) -> tuple[Findings, list[str]]:
        """All steps, as the command takes them; the findings, and what troubled it."""
        subjects = Subjects(zone_id, self.domain, SUB_APP, token, allow_zero, allow_tokens)
        with Journal(self.journal, self.clock.now) as journal:
            run = Run(self.call, self.times, journal, subjects, lambda _: None)
            assert not run.strangers()
            if refusal := run.heal():
                return run.findings, refusal.splitlines()
            run.plan()
            return run.findings, run.measure()

    def call(self, action: Action, params: Mapping[str, object]) -> dict[str, Any]:
        """What the client does with a call: it is tried again where no answer comes."""
        if self._killed:
            raise KilledError
        self.calls.append((action.name, params))
        now = len(self.calls) - 1 == self.at
        try:
            if now and not self.applied:
                self._disturb(action.name)
            try:
                return self._apply(action, params)
            finally:
                if now and self.applied:
                    self._disturb(action.name)
        except LostError:
            if action == tokens.CREATE:
                raise TransportError("The answer was lost.") from None
            try:
                return self._apply(action, params)
            except ServiceError as error:
                error.outcome = Outcome.UNCLEAR
                raise

    def kill(self, _: str) -> None:
        self._killed = True
        raise KilledError

    def revive(self) -> None:
        """Another process, some seconds later."""
        self._killed, self.at = False, -1
        self.clock.sleep(3)

    def _disturb(self, action: str) -> None:
        self.disturb(action)

    def _apply(self, action: Action, params: Mapping[str, object]) -> dict[str, Any]:
        if action.name == "GetCallerIdentity":
            return {"AccountId": "100000000001"}
        try:
            if action.name in self.denied:
                codes = {"teo": self.behaviour.teo_denial, "vod": self.behaviour.vod_denial}
                raise ApiError(codes[action.service], "The policy does not allow it.")
            return self.account.services[action.service].actions[action.name](dict(params), self.clock.now())
        except ApiError as error:
            raise ServiceError(str(action), error.code, error.message, "an-id") from None
