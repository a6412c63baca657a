"""How long quotas last, by the usage of the last days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import cache

from tc_resources.cli.listings import THREADS, Unread
from tc_resources.cli.reports.report import QuotaStatus, Report
from tc_resources.cli.words import told
from tc_resources.cloud.bill import Days, today
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError
from tc_resources.cloud.identities import digest
from tc_resources.cloud.services.token_listing import TokenListing
from tc_resources.cloud.services.usage import AigcUsage

Tokens = Callable[[int], Mapping[str, str]]


def with_forecast(client: Client, report: Report, count: int) -> Report:
    """The report with the daily usage of each quota that is in force, in the `count` whole days before today."""
    usage = AigcUsage(client)
    days = Days.until(today(client.clock.now()) - timedelta(days=1), count)
    listing = TokenListing(client)
    tokens = cache(lambda sub_app_id: {digest(token): token for token in listing.tokens(sub_app_id)})

    def of(quota: QuotaStatus) -> QuotaStatus | Unread:
        if quota.live is None:
            return quota
        try:
            return replace(quota, daily=_amount(usage, quota, days, tokens) / count)
        except CloudError as error:
            return Unread(f"the daily usage of {quota.id}", told(error))

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(of, report.quotas))
    unread = [one for one in found if isinstance(one, Unread)]
    quotas = [before if isinstance(one, Unread) else one for before, one in zip(report.quotas, found, strict=True)]
    return replace(report, quotas=quotas, unread=[*report.unread, *unread])


def _amount(usage: AigcUsage, quota: QuotaStatus, days: Days, tokens: Tokens) -> int:
    sub_app_id, quota_type, token_digest = quota.identity
    token = tokens(sub_app_id).get(token_digest) if token_digest else None
    if token_digest and not token:
        raise CloudError("The sub-application does not list its API token: it is gone, or newer than half a minute.")
    return sum(row.amount for row in usage.read(sub_app_id, quota_type, days, token))
