"""What a stack manages, from the output of `pulumi stack export`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tc_resources.cli.listings import Unread
from tc_resources.cli.numbers import parsed, whole
from tc_resources.cloud.identities import InvalidIdError, LimitIdentity, QuotaIdentity, TokenIdentity
from tc_resources.limits.names import of_either_face
from tc_resources.native.tokens import KINDS

Identity = LimitIdentity | QuotaIdentity | TokenIdentity
Managed = dict[Identity, int | None]
"""The limits (in Mbps), caps and tokens of a stack's state; None where it holds the value as a secret, or none."""

QUOTA, LIMIT, TOKEN = "aigc_quota", "prefetch_origin_limit", "aigc_api_token"
TYPES = {
    "pulumi-python:dynamic/tc_resources:AigcApiToken": TOKEN,
    "pulumi-python:dynamic/tc_resources:AigcQuota": QUOTA,
    "pulumi-python:dynamic/tc_resources:PrefetchOriginLimit": LIMIT,
    **KINDS,
}
"""The kind of each type of resource, in the states of both faces."""
PARSERS: dict[str, Callable[[str], Identity]] = {
    QUOTA: QuotaIdentity.parse,
    LIMIT: LimitIdentity.parse,
    TOKEN: TokenIdentity.parse,
}
VALUES = {QUOTA: "quota_limit", LIMIT: "bandwidth"}
"""What has a value; of a token there is only whether it is there."""
VERSIONS = (3, 4)
"""Those of an export's form: the second one has features that only name what else may be in it."""
SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105 - how the engine marks any
"""The key that a secret has in a state, encrypted or not."""


class NotAnExportError(Exception):
    """The text is not what `pulumi stack export` writes; it says what it is instead, behind the name of the file."""


class Stack(NamedTuple):
    """What a stack manages, and which of its resources have an id that no resource can have."""

    managed: Managed
    odd: list[Unread]


def read(text: str) -> Stack:
    """What the exported stack manages; resources that it only reads or is about to delete are left out.

    Raises NotAnExportError.
    """
    stack = Stack({}, [])
    try:
        for row in _deployment(parsed(text)).get("resources") or []:
            kind = TYPES.get(row["type"])
            if kind and not row.get("external") and not row.get("delete"):
                _add(stack, kind, row)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAnExportError("is not the output of `pulumi stack export`") from None
    return stack


def scopes(managed: Managed) -> tuple[list[str], list[int]]:
    """The zones and the sub-applications of what is managed, each once."""
    zones = dict.fromkeys(identity.zone_id for identity in managed if isinstance(identity, LimitIdentity))
    sub_apps = dict.fromkeys(identity.sub_app_id for identity in managed if not isinstance(identity, LimitIdentity))
    return list(zones), list(sub_apps)


def _deployment(export: dict[str, Any]) -> dict[str, Any]:
    """The deployment of an export, whose form is one that is known. Raises NotAnExportError."""
    version, deployment = whole(export["version"]), export["deployment"]
    if version not in VERSIONS:
        known = " and ".join(map(str, VERSIONS))
        raise NotAnExportError(f"is an export of version {version}; versions {known} are read")
    return dict(deployment)


def _add(stack: Stack, kind: str, row: Mapping[str, Any]) -> None:
    try:
        identity = PARSERS[kind](row["id"])
        stack.managed[identity] = _value(of_either_face(row["outputs"]).get(VALUES.get(kind, "")))
    except InvalidIdError as error:
        stack.odd.append(Unread(f"{row['urn']} of the stack", str(error)))


def _value(value: object) -> int | None:
    """A number as the state has it. Raises ValueError."""
    return None if value is None or (isinstance(value, dict) and SECRET in value) else whole(value)
