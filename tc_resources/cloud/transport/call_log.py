"""What was called, about what, and how it ended: a line of the log for each try, without secrets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tc_resources.cloud.action import TOKEN_PARAMETERS
from tc_resources.cloud.errors import CloudError, ServiceError
from tc_resources.cloud.identities import digest

IDENTITY = ("ZoneId", "DomainName", "Area", "SubAppId", "QuotaType", "AigcType")
"""The parameters that a resource's id is made of, in its order."""

NO_ID = "none"

log = logging.getLogger(__name__)
T = TypeVar("T")


def noted(
    send: Callable[[], dict[str, Any]],
    action: object,
    params: Mapping[str, object],
    number: int,
    clock: Callable[[], float],
) -> dict[str, Any]:
    """The answer that `send` brings, try `number` of a call noted on the way; `clock` counts seconds."""
    return _noted(send, f"{action} {about(params)}", lambda answer: ("ok", answer["RequestId"]), number, clock)


def noted_page(
    send: Callable[[], tuple[int, bytes]], path: str, number: int, clock: Callable[[], float]
) -> tuple[int, bytes]:
    """The same of a page: its status is noted, and nothing that it holds."""
    return _noted(send, f"GET {path}", lambda page: (str(page[0]), NO_ID), number, clock)


def _noted(
    send: Callable[[], T],
    what: str,
    ending: Callable[[T], tuple[str, str]],
    number: int,
    clock: Callable[[], float],
) -> T:
    began = clock()

    def note(outcome: str, request_id: str) -> None:
        took = 1000 * (clock() - began)
        log.debug("%s: %s, RequestId %s, %.0f ms, try %d", what, outcome, request_id, took, number)

    try:
        answer = send()
    except ServiceError as error:
        note(error.code, error.request_id)
        raise
    except CloudError:
        note("no answer", NO_ID)
        raise
    note(*ending(answer))
    return answer


def about(params: Mapping[str, object]) -> str:
    """What a call is about: a resource's identity, as far as it has one, in the form of its id, or a role."""
    digests = [digest(str(params[name])) for name in TOKEN_PARAMETERS if params.get(name)]
    parts = [*(params.get(name) for name in (*IDENTITY, "RoleArn")), *digests]
    return "#".join(str(part) for part in parts if part is not None) or "the account"
