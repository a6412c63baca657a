"""The one place where a client is put together."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from tc_resources.cloud.account_guard import AccountGuard
from tc_resources.cloud.cancellation import Cancellation
from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.refreshing import Refreshing
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.requester import Requester
from tc_resources.cloud.retry import Retry, RetryPolicy
from tc_resources.cloud.service_time import ServiceTime
from tc_resources.cloud.services import sts
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.connection import Connection
from tc_resources.cloud.transport.pacing import Paces
from tc_resources.cloud.transport.signing import TC3


def connect(
    settings: Settings,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Clock | None = None,
    policy: RetryPolicy | None = None,
    alive: Callable[[], bool] = lambda: True,
    cancellation: Cancellation | None = None,
) -> Client:
    """A client of the account that `settings` name; nothing is sent yet. Raises ConfigError.

    `alive` says whether anybody still waits for results, `cancellation` what ends when the user cancels the run.
    """
    clock, cancellation = clock or Clock(), cancellation or Cancellation()
    deadline = Deadline(clock, settings.timeout)
    retry = Retry(policy or RetryPolicy(), clock, deadline)
    connection = Connection(settings.endpoint, settings.ca_bundle, settings.proxies, transport, cancellation)
    scope = f"{settings.endpoint.target} {settings.credentials.principal}"
    paces = Paces(scope, clock, deadline, connection.round_trip)
    requester = Requester(connection, paces, retry, deadline, clock, alive, cancellation)
    times = ServiceTime(clock)
    signature = TC3(_refreshed(settings, requester, deadline, clock), clock.now, times)

    def account_id() -> str:
        return sts.caller(lambda action, params: requester.send(action, params, signature)).account_id

    guard = AccountGuard(settings.accounts, account_id, lambda: signature.source, deadline)
    return Client(settings.endpoint.target, requester, signature, guard, retry, deadline, times, connection.reserving)


def _refreshed(settings: Settings, requester: Requester, deadline: Deadline, clock: Clock) -> Credentials | Refreshing:
    if isinstance(settings.credentials, Credentials):
        return settings.credentials
    role = settings.credentials
    return Refreshing(role.source, lambda: role.take(requester), deadline, clock)
