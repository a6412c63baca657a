"""The Security Token Service: who calls, and temporary keys of roles.

Source: "Security Token Service", API version 2018-08-13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tc_resources.cloud.action import Action
from tc_resources.cloud.errors import CloudError, shown

REGION = "ap-guangzhou"
"""The service wants a region named, whichever it is; this is what the vendor's own tools name."""


def _action(name: str) -> Action:
    return Action("sts", "2018-08-13", name, REGION)


ASSUME_ROLE = _action("AssumeRole")
ASSUME_ROLE_WITH_WEB_IDENTITY = _action("AssumeRoleWithWebIdentity")
GET_CALLER_IDENTITY = _action("GetCallerIdentity")


@dataclass(frozen=True)
class Caller:
    """Whose key is used: the account, and the user or role in it."""

    account_id: str
    arn: str
    type: str


def caller(send: Callable[[Action, Mapping[str, object]], dict[str, Any]]) -> Caller:
    """Who we are to the service, by the call that `send` makes. Raises CloudError."""
    answer = send(GET_CALLER_IDENTITY, {})
    account_id, arn, kind = (answer.get(name) for name in ("AccountId", "Arn", "Type"))
    if not isinstance(account_id, str) or not account_id:
        raise CloudError(f"{GET_CALLER_IDENTITY} does not say which account it is.")
    return Caller(shown(account_id), shown(str(arn or "")), shown(str(kind or "")))
