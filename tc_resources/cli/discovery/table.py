"""Tables for people; they hold all rows until the end, for the widths of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table

from tc_resources import AigcQuota, PrefetchOriginLimit
from tc_resources.cli.discovery.found import Found, Group
from tc_resources.cloud.identities import UNITS

LIMITS = ("Zone", "Domain", "Area", "Mbps")
TOKENS = ("Sub-application", "API token's digest", "IP addresses")
QUOTAS = ("Sub-application", "Type", "Token's digest", "Limit", "Used", "Unit")
WIDE = 200
"""Columns where no terminal sets a width; longer lines are folded."""


def write(groups: Iterable[Group], out: TextIO) -> None:
    """A table of limits, one of tokens and one of quotas, each only where there are any."""
    found = [one for group in groups for one in group.found]
    limits = [_limit(one) for one in found if one.resource is PrefetchOriginLimit]
    tokens = [_token(one) for one in found if one.is_token]
    quotas = [_quota(one) for one in found if one.resource is AigcQuota]
    console = Console(file=out, width=None if out.isatty() else WIDE)
    for columns, rows in ((LIMITS, limits), (TOKENS, tokens), (QUOTAS, quotas)):
        if rows:
            console.print(_table(columns, rows))


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table()
    for column in columns:
        table.add_column(column, justify="right" if column in ("Mbps", "Limit", "Used") else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _limit(found: Found) -> list[str]:
    return [str(value) for value in found.inputs.values()]


def _token(found: Found) -> list[str]:
    addresses = found.inputs.get("ip_allow_list") or ["any"]
    return [str(found.inputs["sub_app_id"]), found.token_digest or "", ", ".join(addresses)]


def _quota(found: Found) -> list[str]:
    sub_app_id, quota_type, limit = found.inputs.values()
    used = "" if found.usage is None else str(found.usage)
    return [str(sub_app_id), quota_type, found.token_digest or "", str(limit), used, UNITS[quota_type]]
