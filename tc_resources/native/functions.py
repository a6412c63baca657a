"""The functions of the package: what is in force, what was used, and the calendar, with nothing in anybody's state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from tc_resources.cloud.errors import ConfigError
from tc_resources.limits import in_force, period, usage
from tc_resources.limits.fields import described, load, storable
from tc_resources.limits.names import camel_case, of_either_face
from tc_resources.limits.session import Session
from tc_resources.native.protocol import Message, message
from tc_resources.native.tokens import CURRENT_PERIOD, GET_LIMIT, GET_QUOTA, GET_USAGE
from tc_resources.native.values import received, sent

Inputs = TypeVar("Inputs")


def invoke(session: Session, request: Message) -> Message:
    """The function that the request names; where nothing is in force its answer is empty."""
    if request.tok not in FUNCTIONS:
        raise ConfigError(f"{request.tok} is no function of this package; there are {', '.join(FUNCTIONS)}.")
    given = of_either_face(received(request.args).known)
    found = FUNCTIONS[request.tok](session, given)
    return message("InvokeResponse")(**{"return": sent(found)})


def _quota(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    address = in_force.quota_address(given, camel_case)
    with session.operation("aigc_quota"):
        row = in_force.quota(session.connect(), address)
    return {} if row is None else {"quotaLimit": row.limit, "usage": row.usage or 0}


def _limit(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    identity = in_force.limit_identity(given, camel_case)
    with session.operation("prefetch_origin_limit"):
        bandwidth = in_force.limit(session.connect(), identity)
    return {} if bandwidth is None else {"bandwidth": bandwidth}


def _usage(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    asked = _asked(usage.UsageArgs, given)
    with session.operation("aigc_quota"):
        found = usage.read(session.connect(), asked)
    return {"total": storable(found.total), "tasks": found.tasks, "byDay": found.by_day, "byModel": found.by_model}


def _period(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    asked = _asked(period.PeriodArgs, given)
    return {"period": period.current_period(asked.kind, asked.zone, session.clock.now)}


def _asked(inputs: type[Inputs], given: Mapping[str, Any]) -> Inputs:
    """What is asked for. Raises ConfigError."""
    names: Iterable[str] = described(inputs)  # type: ignore[arg-type]  # a class is hashable, whatever its type
    return load(inputs, in_force.arguments(inputs, {**dict.fromkeys(names), **given}, camel_case))


FUNCTIONS = {GET_QUOTA: _quota, GET_LIMIT: _limit, GET_USAGE: _usage, CURRENT_PERIOD: _period}
