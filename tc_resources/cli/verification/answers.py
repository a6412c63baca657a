"""What an answer says of the question that was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cloud.action import Action
from tc_resources.cloud.errors import CloudError, Outcome, ServiceError
from tc_resources.cloud.services.listing import pages

TRIES = 5
"""How often a question is put whose answers are lost."""

Given = TypeVar("Given")

Call = Callable[[Action, Mapping[str, object]], dict[str, Any]]
"""Sends a request and gives its answer, or raises CloudError."""


def refusal(ask: Callable[[], object]) -> ServiceError | None:
    """What refuses it, None where it is carried out.

    Raises CloudError for what says nothing of the question: a missing permission, or no clear answer.
    """
    try:
        ask()
    except ServiceError as error:
        if error.denied or error.outcome is not Outcome.REFUSED:
            raise
        return error
    return None


def brief(error: Exception) -> str:
    """An error for the report, which goes to others: no message of the service's, no name and no id."""
    if isinstance(error, ServiceError):
        return f"{error.action} answered {error.code}"
    return str(error) if isinstance(error, UnmeasuredError) else "there was no answer that can be read"


def clearly(ask: Callable[[], Given]) -> Given:
    """The answer to what may be asked as often as one likes, asked again while it is unclear. Raises CloudError."""
    for _ in range(TRIES - 1):
        try:
            return ask()
        except CloudError as error:
            if error.outcome is Outcome.REFUSED and not error.transient:
                raise
    return ask()


def rows(call: Call, action: Action, params: Mapping[str, object], name: str) -> Iterator[dict[str, Any]]:
    """All rows of a listing."""

    def fetch(offset: int, limit: int) -> tuple[Any, Any]:
        answer = call(action, {**params, "Offset": offset, "Limit": limit})
        return answer.get("TotalCount"), answer.get(name) or []

    return pages(fetch)


def largest(least: int, most: int, accepts: Callable[[int], bool]) -> int:
    """The largest number that is accepted, where `least` is and `most` is not."""
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if accepts(middle) else (least, middle)
    return least
