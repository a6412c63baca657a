"""The report as JSON. Keys are only ever added; all are always there, null where they do not apply.

at: when it was read, ISO 8601 in UTC
read: the zones and sub-applications that were read
unread: `scope` and `reason` of what could not be
quotas: `id`, `sub_app_id`, `quota_type`, `token_digest` (12 hexadecimal digits, null without a token), `unit`, `limit`,
    `used`, `left`, `used_percent` (two decimals; 100 at a limit of 0 with usage), `stack_limit`, `standing`,
    `used_per_day` and `days_left` at that rate (two decimals; null without --forecast, or where it is never used up)
limits: `id`, `zone_id`, `domain_name`, `area`, `bandwidth_mbps`, `stack_bandwidth_mbps`, `standing`
tokens: `id`, `sub_app_id`, `token_digest`, `has_quota`, `standing`

`standing` is "managed", "drifted", "unmanaged" or "missing", and null without a stack. `limit` and `bandwidth_mbps` are
null where the service has none; what the stack says is null where it does not manage it or keeps the value secret.
"""

from __future__ import annotations

import json

from tc_resources.cli.reports.report import LimitStatus, QuotaStatus, Report, TokenStatus


def text(report: Report) -> str:
    """The report as JSON."""
    document = {
        "at": f"{report.at:%Y-%m-%dT%H:%M:%SZ}",
        "read": report.read,
        "unread": [unread._asdict() for unread in report.unread],
        "quotas": [_quota(quota) for quota in report.quotas],
        "limits": [_limit(limit) for limit in report.limits],
        "tokens": [_token(token) for token in report.tokens],
    }
    return json.dumps(document, indent=2)


def _quota(quota: QuotaStatus) -> dict[str, object]:
    return {
        "id": quota.id,
        **quota.identity._asdict(),
        "unit": quota.unit,
        "limit": quota.live,
        "used": quota.used,
        "left": quota.left,
        "used_percent": quota.percent and round(quota.percent, 2),
        "stack_limit": quota.stack,
        "standing": quota.standing,
        "used_per_day": quota.daily and round(quota.daily, 2),
        "days_left": quota.days_left and round(quota.days_left, 2),
    }


def _limit(limit: LimitStatus) -> dict[str, object]:
    return {
        "id": limit.id,
        **limit.identity._asdict(),
        "bandwidth_mbps": limit.live,
        "stack_bandwidth_mbps": limit.stack,
        "standing": limit.standing,
    }


def _token(token: TokenStatus) -> dict[str, object]:
    return {
        "id": token.id,
        **token.identity._asdict(),
        "has_quota": token.capped,
        "standing": token.standing,
    }
