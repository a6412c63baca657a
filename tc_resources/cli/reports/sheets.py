"""What people are shown of a report on what is in force: tables of quotas, of limits, and of tokens to look at."""

from __future__ import annotations

from tc_resources.cli.reports.report import LimitStatus, QuotaStatus, Report, Status, TokenStatus
from tc_resources.cli.reports.tables import PLAIN, Cell, Sheet, number, percentage

DISPENSABLE = ("Chart", "Left", "Used", "Stack", "Used %")


def sheets(report: Report) -> list[Sheet]:
    """The tables that have rows."""
    tokens = any(quota.identity.token_digest for quota in report.quotas)
    forecast = any(quota.daily is not None for quota in report.quotas)
    most = max((limit.live or 0 for limit in report.limits), default=0)
    quotas = Sheet("AIGC quotas", [_quota(quota, tokens, forecast) for quota in report.quotas], DISPENSABLE)
    limits = [_limit(limit, most) for limit in report.limits]
    uncapped = Sheet("Uncapped API tokens", [_token(token) for token in report.uncapped])
    shown = (quotas, Sheet("Prefetch origin limits", limits, DISPENSABLE, f"{most:,} Mbps"), uncapped)
    return [sheet for sheet in shown if sheet.rows]


def _quota(quota: QuotaStatus, tokens: bool, forecast: bool) -> dict[str, Cell]:
    percent = quota.percent
    tone = "" if percent is None else quota.level.value
    return {
        "Sub-app": Cell(str(quota.identity.sub_app_id)),
        "Quota": Cell(f"{quota.identity.quota_type} ({quota.unit})"),
        **({"Token": Cell(quota.identity.token_digest or "")} if tokens else {}),
        "Chart": Cell(tone=tone, bar=min(100.0, percent or 0.0)),
        "Used %": Cell(percentage(percent), tone, number=True),
        "Used": number(quota.used),
        "Left": number(quota.left),
        "Limit": number(quota.live),
        **({"Lasts": Cell(quota.lasts)} if forecast else {}),
        **_beside(quota),
    }


def _limit(limit: LimitStatus, most: int) -> dict[str, Cell]:
    return {
        "Zone": Cell(limit.identity.zone_id),
        "Domain": Cell(limit.identity.domain_name),
        "Area": Cell(limit.identity.area),
        "Chart": Cell(tone=PLAIN, bar=100 * (limit.live or 0) / (most or 1)),
        "Mbps": number(limit.live),
        **_beside(limit),
    }


def _token(token: TokenStatus) -> dict[str, Cell]:
    standing = token.standing
    return {
        "Sub-app": Cell(str(token.identity.sub_app_id)),
        "Token": Cell(token.identity.token_digest),
        **({"Standing": Cell(standing.value, standing.value)} if standing else {}),
    }


def _beside(status: Status) -> dict[str, Cell]:
    standing = status.standing
    return {"Stack": number(status.stack), "Standing": Cell(standing.value, standing.value)} if standing else {}
