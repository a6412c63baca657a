"""What a stack manages, from the output of `pulumi stack export`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tc_resources.cloud.identities import LimitKey, QuotaKey

Key = LimitKey | QuotaKey
Managed = Mapping[Key, int | None]
"""The limits (in Mbps) and the caps of a stack's state; None where the state holds the value as a secret."""

QUOTA = "pulumi-python:dynamic/tc_resources:AigcQuota"
LIMIT = "pulumi-python:dynamic/tc_resources:PrefetchOriginLimit"
VALUES = {QUOTA: "quota_limit", LIMIT: "bandwidth"}


class NotAnExportError(Exception):
    """The text is not what `pulumi stack export` writes."""


def managed(text: str) -> Managed:
    """What the exported stack manages; resources that it only reads or is about to delete are left out."""
    try:
        resources = json.loads(text)["deployment"].get("resources") or []
        ours = [row for row in resources if row["type"] in VALUES and not row.get("external") and not row.get("delete")]
        return {_key(row["type"], row["id"]): _value(row) for row in ours}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAnExportError from None


def scopes(managed: Managed) -> tuple[list[str], list[int]]:
    """The zones and the sub-applications of what is managed, each once."""
    zones = dict.fromkeys(key.zone_id for key in managed if isinstance(key, LimitKey))
    return list(zones), list(dict.fromkeys(key.sub_app_id for key in managed if isinstance(key, QuotaKey)))


def _key(type_: str, id_: str) -> Key:
    scope, *rest = id_.split("#")
    return LimitKey(scope, *rest) if type_ == LIMIT else QuotaKey(int(scope), *rest)


def _value(row: Mapping[str, Any]) -> int | None:
    value = row["outputs"][VALUES[row["type"]]]
    return None if isinstance(value, dict) else int(value)
