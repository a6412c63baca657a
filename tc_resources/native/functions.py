"""The functions of the package: what is in force now, without anything in anybody's state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tc_resources.cloud.errors import ConfigError
from tc_resources.limits import in_force
from tc_resources.limits.names import camel_case, of_either_face
from tc_resources.limits.session import Session
from tc_resources.native.protocol import Message, message
from tc_resources.native.tokens import GET_LIMIT, GET_QUOTA
from tc_resources.native.values import received, sent


def invoke(session: Session, request: Message) -> Message:
    """The function that the request names; where nothing is in force the answer is empty."""
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


FUNCTIONS = {GET_QUOTA: _quota, GET_LIMIT: _limit}
