"""What a program may ask: `get_quota` and `get_limit` what is in force, `get_usage` what was used, `current_period` the
calendar. Nothing of it is put into anybody's state.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime.settings import get_engine

from tc_resources.cloud import logs, settings
from tc_resources.cloud.cancellation import Cancellation
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import CloudError
from tc_resources.dynamic.program import answers
from tc_resources.dynamic.stack_config import stack_config
from tc_resources.dynamic.words import WORDS
from tc_resources.limits import in_force, period
from tc_resources.limits.advice import explain
from tc_resources.limits.fields import load
from tc_resources.limits.orphan import watch
from tc_resources.limits.usage import Usage, UsageArgs, read

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.settings import Settings


@dataclass(frozen=True)
class LiveQuota:
    """A quota's cap and what is used of it, in images, seconds or tokens by its type."""

    limit: int
    usage: int


def get_quota(sub_app_id: int, quota_type: str, api_token: str | None = None) -> LiveQuota | None:
    """The quota that is in force, None where there is none; with the stack's config, `tc-resources:`, or environment.

    The arguments are plain values: behind an Output, call it inside `apply`. Raises pulumi.RunError.
    """
    _demand_plain("get_quota", sub_app_id, quota_type, api_token)
    with _told(f"Reading the {quota_type} quota of sub-application {sub_app_id}"):
        address = in_force.quota_address({"sub_app_id": sub_app_id, "quota_type": quota_type, "api_token": api_token})
        with _connected() as client:
            row = in_force.quota(client, address)
        return row and LiveQuota(row.limit, row.usage or 0)


def get_limit(zone_id: str, domain_name: str, area: str) -> int | None:
    """The bandwidth in Mbps that is in force, None where there is no limit; otherwise like `get_quota`."""
    _demand_plain("get_limit", zone_id, domain_name, area)
    with _told(f"Reading the limit of {domain_name} in {area} ({zone_id})"):
        identity = in_force.limit_identity({"zone_id": zone_id, "domain_name": domain_name, "area": area})
        with _connected() as client:
            return in_force.limit(client, identity)


def get_usage(sub_app_id: int, aigc_type: str, days: int = 30, api_token: str | None = None) -> Usage:
    """What a sub-application, or one token of it, has generated in the `days` up to today; otherwise like `get_quota`.

    Types are those of quotas, and Audio, SceneAigcVideo, SceneAigcImage and SceneAigcTime, which no quota covers. It
    works before there is any quota, and 365 days back.
    """
    _demand_plain("get_usage", sub_app_id, aigc_type, days, api_token)
    with _told(f"Reading the {aigc_type} usage of sub-application {sub_app_id}"):
        given = {"sub_app_id": sub_app_id, "aigc_type": aigc_type, "days": days, "api_token": api_token}
        asked = load(UsageArgs, in_force.arguments(UsageArgs, given))
        with _connected() as client:
            return read(client, asked)


def current_period(kind: str, zone: str | None = None, now: Callable[[], float] = time.time) -> str:
    """The period of a budget that turns by itself: `AigcQuota(period=current_period("monthly"))`.

    `kind` is daily, weekly, monthly or yearly: 2026-11-26, 2026-W48, 2026-11, 2026. Without a `zone` such as
    Europe/Berlin the calendar is that of the account's bill, UTC+8. Let all runs of a stack use the same one. Raises
    pulumi.RunError.
    """
    with _told("Telling the current period"):
        return period.current_period(kind, zone, now)


def _demand_plain(function: str, *arguments: object) -> None:
    """Raises pulumi.RunError where an argument has no value yet."""
    if any(isinstance(argument, pulumi.Output) for argument in arguments):
        raise pulumi.RunError(
            f"{function} takes plain values, and one of these is an Output: call it inside apply, "
            f"`output.apply(lambda value: {function}(…, value))`."
        )


@contextmanager
def _told(doing: str) -> Iterator[None]:
    try:
        yield
    except CloudError as error:
        raise pulumi.RunError(f"{doing} failed. {explain(error, WORDS)}") from None


@contextmanager
def _connected() -> Iterator[Client]:
    client = _connect(settings.load(stack_config(), os.environ), get_engine(), os.getpid())
    with client.operation():
        yield client


@cache
def _connect(known: Settings, engine: object, process: int) -> Client:  # noqa: ARG001 - it is part of the key
    """What waits for the service ends with the engine, and a process that goes on has another one by its next run.

    Each `process` has its own: a connection that is open at a fork would give one the other's answers.
    """
    from tc_resources.cloud.connect import connect

    def end(_: int) -> None:
        _connect.cache_clear()
        cancellation.cancel()

    logs.switch_on(sys.stderr)
    cancellation, alive = Cancellation(), partial(answers, engine)
    watch(alive, lambda: False, end)
    return connect(known, clock=Clock(sleep=cancellation.sleep), alive=alive, cancellation=cancellation)
