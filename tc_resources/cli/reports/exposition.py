"""The report in Prometheus' text exposition format, such as its node exporter's textfile collector takes.

What could not be read has `tencentcloud_scope_read` 0 and no other sample, so an alert can tell it from what is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from tc_resources.cli.reports.report import LimitStatus, QuotaStatus, Report

MBPS = 1_000_000
"""Bits per second, Prometheus' unit."""
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Sample(NamedTuple):
    """A value with its labels; None is left out."""

    labels: dict[str, object]
    value: float | None


def text(report: Report) -> str:
    """The report as gauges."""
    return "\n".join(chain.from_iterable(_families(report)))


def _families(report: Report) -> Iterator[Iterator[str]]:
    quotas, limits = report.quotas, report.limits
    rows = (*quotas, *limits, *report.tokens)
    yield _gauge("aigc_quota_limit", "Cap, in the label unit.", (Sample(_quota(row), row.live) for row in quotas))
    yield _gauge("aigc_quota_used", "Used of the cap.", (Sample(_quota(row), row.used) for row in quotas))
    yield _gauge("aigc_quota_left", "Left of the cap.", (Sample(_quota(row), row.left) for row in quotas))
    yield _gauge(
        "aigc_quota_used_ratio",
        "Used part of the cap; with a cap of 0 it is 1 once anything is used.",
        (Sample(_quota(row), None if row.percent is None else row.percent / 100) for row in quotas),
    )
    yield _gauge(
        "aigc_quota_days_left",
        "Days until the cap is used up by the usage of the last days; no sample where that is not known, or never.",
        (Sample(_quota(row), row.days_left) for row in quotas),
    )
    yield _gauge(
        "prefetch_origin_limit_bits_per_second",
        "Bandwidth that a prefetch may take from the origin.",
        (Sample(_limit(row), None if row.live is None else row.live * MBPS) for row in limits),
    )
    yield _gauge(
        "aigc_token_has_quota",
        "Whether an API token has a quota.",
        (Sample(token.identity._asdict(), int(token.capped)) for token in report.tokens if token.live),
    )
    yield _gauge(
        "stack_standing",
        "1 for how service and stack agree: managed, drifted, unmanaged or missing.",
        (Sample({"id": row.id, "standing": row.standing.value}, 1) for row in rows if row.standing),
    )
    yield _gauge(
        "scope_read",
        "Whether a zone or sub-application could be read.",
        [
            *(Sample({"scope": scope}, 1) for scope in report.read),
            *(Sample({"scope": unread.scope}, 0) for unread in report.unread),
        ],
    )


def _quota(quota: QuotaStatus) -> dict[str, object]:
    return {**quota.identity._asdict(), "token_digest": quota.identity.token_digest or "", "unit": quota.unit}


def _limit(limit: LimitStatus) -> dict[str, object]:
    return limit.identity._asdict()


def _gauge(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP tencentcloud_{name} {meaning}"
    yield f"# TYPE tencentcloud_{name} gauge"
    for labels, value in samples:
        if value is not None:
            told = ",".join(f'{label}="{str(text).translate(ESCAPES)}"' for label, text in labels.items())
            yield f"tencentcloud_{name}{{{told}}} {value}"
