"""The names of the periods that the calendar makes, for budgets that turn by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated, Any

from tc_resources.cloud.bill import ZONE
from tc_resources.cloud.errors import ConfigError
from tc_resources.limits.fields import Field, one_of

FORMATS = {"daily": "%Y-%m-%d", "weekly": "%G-W%V", "monthly": "%Y-%m", "yearly": "%Y"}
"""Weeks are those of ISO 8601: they begin with Monday, and belong to the year that has their Thursday."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


@dataclass(frozen=True, kw_only=True)
class PeriodArgs:
    """Which period is asked for, and in which zone's calendar: without one, in that of the account's bill, UTC+8."""

    kind: Annotated[str, Field(one_of(*FORMATS), "ignored")]
    zone: Annotated[str | None, Field(_text, "ignored")] = None


def current_period(kind: str, zone: str | None = None, now: Callable[[], float] = time.time) -> str:
    """The name of the day, week, month or year at `now`, in unix seconds: 2026-11-26, 2026-W48, 2026-11, 2026.

    `kind` is daily, weekly, monthly or yearly. `zone` is a name such as Europe/Berlin; without one it is UTC+8, that of
    the account's bill, whatever machine asks. Raises ConfigError for another kind, or a zone that this machine lacks.
    """
    if kind not in FORMATS:
        raise ConfigError(f'There is no period "{kind}"; there are {", ".join(FORMATS)}.')
    return datetime.fromtimestamp(now(), _zone(zone)).strftime(FORMATS[kind])


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return ZONE
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        text = f'There is no time zone "{name}" here; one is named as Asia/Shanghai is.'
        raise ConfigError(f"{text} A machine without time zones gets them by `pip install tzdata`.") from None
