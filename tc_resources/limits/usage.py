"""What an application of VOD has generated, for programs: read when it is asked for, and in nobody's state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from tc_resources.cloud.bill import MOST_BACK, Days, today
from tc_resources.cloud.identities import AIGC_TYPES
from tc_resources.cloud.parser import identifier
from tc_resources.limits.fields import MAX_WHOLE, Field, one_of, whole

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client


@dataclass(frozen=True, kw_only=True)
class UsageArgs:
    """What usage is asked for: that of a type in an application, or of one token's share, up to today."""

    sub_app_id: Annotated[int, Field(whole(1, MAX_WHOLE, "the id of a sub-application"), "ignored")]
    aigc_type: Annotated[str, Field(one_of(*AIGC_TYPES), "ignored")]
    days: Annotated[int, Field(whole(1, MOST_BACK, "days, today included"), "ignored")] = 30
    api_token: Annotated[str | None, Field(identifier, "ignored", secret=True)] = field(default=None, repr=False)


@dataclass(frozen=True)
class Usage:
    """What was generated, in images, seconds, tokens or others by the type, and in how many tasks.

    Days are those of the account's bill, UTC+8, such as 2026-11-26; those without usage are left out.
    """

    total: int
    tasks: int
    by_day: dict[str, int]
    by_model: dict[str, int]


def read(client: Client, asked: UsageArgs) -> Usage:
    """The usage of the days up to today. Raises CloudError, also where there is none and the account may be another."""
    from tc_resources.cloud.services.usage import AigcUsage
    from tc_resources.cloud.services.vod import AigcQuotas

    days = Days.until(today(client.clock.now()), asked.days)
    tasks, by_day, by_model = 0, Counter[str](), Counter[str]()
    for row in AigcUsage(client).read(asked.sub_app_id, asked.aigc_type, days, asked.api_token):
        tasks += row.tasks
        by_day[row.day.isoformat()] += row.amount
        by_model[row.model] += row.amount
    if not by_day:
        AigcQuotas(client).demand_sub_app(asked.sub_app_id, f"usage of {asked.aigc_type}")
    return Usage(by_day.total(), tasks, dict(sorted(by_day.items())), dict(sorted(by_model.items())))
