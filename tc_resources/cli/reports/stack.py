"""What a stack manages, from the output of `pulumi stack export`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tc_resources.cli.listings import Unread
from tc_resources.cloud.identities import InvalidIdError, LimitIdentity, QuotaIdentity, TokenIdentity

Identity = LimitIdentity | QuotaIdentity | TokenIdentity
Managed = dict[Identity, int | None]
"""The limits (in Mbps), caps and tokens of a stack's state; None where the state holds the value as a secret."""

QUOTA = "pulumi-python:dynamic/tc_resources:AigcQuota"
LIMIT = "pulumi-python:dynamic/tc_resources:PrefetchOriginLimit"
TOKEN = "pulumi-python:dynamic/tc_resources:AigcApiToken"  # noqa: S105 - a type
VALUES = {QUOTA: "quota_limit", LIMIT: "bandwidth", TOKEN: "api_token"}
PARSERS: dict[str, Callable[[str], Identity]] = {
    QUOTA: QuotaIdentity.parse,
    LIMIT: LimitIdentity.parse,
    TOKEN: TokenIdentity.parse,
}


class NotAnExportError(Exception):
    """The text is not what `pulumi stack export` writes."""


class Stack(NamedTuple):
    """What a stack manages, and which of its resources have an id that no resource can have."""

    managed: Managed
    odd: list[Unread]


def read(text: str) -> Stack:
    """What the exported stack manages; resources that it only reads or is about to delete are left out."""
    stack = Stack({}, [])
    try:
        for row in json.loads(text)["deployment"].get("resources") or []:
            if row["type"] in VALUES and not row.get("external") and not row.get("delete"):
                _add(stack, row)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAnExportError from None
    return stack


def scopes(managed: Managed) -> tuple[list[str], list[int]]:
    """The zones and the sub-applications of what is managed, each once."""
    zones = dict.fromkeys(identity.zone_id for identity in managed if isinstance(identity, LimitIdentity))
    sub_apps = dict.fromkeys(identity.sub_app_id for identity in managed if not isinstance(identity, LimitIdentity))
    return list(zones), list(sub_apps)


def _add(stack: Stack, row: Mapping[str, Any]) -> None:
    try:
        stack.managed[PARSERS[row["type"]](row["id"])] = _value(row)
    except InvalidIdError as error:
        stack.odd.append(Unread(f"{row['urn']} of the stack", str(error)))


def _value(row: Mapping[str, Any]) -> int | None:
    if row["type"] == TOKEN:
        return None
    value = row["outputs"][VALUES[row["type"]]]
    return None if isinstance(value, dict) else int(value)
