"""What people are shown of a report, on a terminal and on a page: a table of quotas and one of limits."""

from __future__ import annotations

from typing import NamedTuple

from tc_resources.cli.reports.report import LimitStatus, QuotaStatus, Report, Status

PLAIN = "plain"
"""The tone of a bar that says nothing of good or bad."""


class Cell(NamedTuple):
    """What a row shows in a column. `tone` is a level or a standing; `bar` is a bar's length in percent."""

    text: str = ""
    tone: str = ""
    number: bool = False
    bar: float | None = None


class Sheet(NamedTuple):
    """A table; each row has the same columns, by title."""

    title: str
    rows: list[dict[str, Cell]]


def sheets(report: Report) -> list[Sheet]:
    """The tables that have rows."""
    tokens = any(quota.identity.token_digest for quota in report.quotas)
    most = max((limit.live or 0 for limit in report.limits), default=0)
    quotas = Sheet("AIGC quotas", [_quota(quota, tokens) for quota in report.quotas])
    limits = Sheet("Prefetch origin limits", [_limit(limit, most) for limit in report.limits])
    return [sheet for sheet in (quotas, limits) if sheet.rows]


def _quota(quota: QuotaStatus, tokens: bool) -> dict[str, Cell]:
    percent = quota.percent
    tone = "" if percent is None else quota.level.value
    return {
        "Sub-app": Cell(str(quota.identity.sub_app_id)),
        "Quota": Cell(f"{quota.identity.quota_type} ({quota.unit})"),
        **({"Token": Cell(quota.identity.token_digest or "")} if tokens else {}),
        "Chart": Cell(tone=tone, bar=min(100.0, percent or 0.0)),
        "Used %": Cell(percentage(percent), tone, number=True),
        "Used": _number(quota.used),
        "Left": _number(quota.left),
        "Limit": _number(quota.live),
        **_beside(quota),
    }


def _limit(limit: LimitStatus, most: int) -> dict[str, Cell]:
    return {
        "Zone": Cell(limit.identity.zone_id),
        "Domain": Cell(limit.identity.domain_name),
        "Area": Cell(limit.identity.area),
        "Chart": Cell(tone=PLAIN, bar=100 * (limit.live or 0) / (most or 1)),
        "Mbps": _number(limit.live),
        **_beside(limit),
    }


def _beside(status: Status) -> dict[str, Cell]:
    standing = status.standing
    return {"Stack": _number(status.stack), "Standing": Cell(standing.value, standing.value)} if standing else {}


def _number(value: int | None) -> Cell:
    return Cell("-" if value is None else f"{value:,}", number=True)


def percentage(value: float | None) -> str:
    """A percentage with one decimal, a dash for none."""
    return "-" if value is None else f"{value:,.1f}"
