"""What applications of VOD have generated with AI, by type, model, token and day.

Source: "DescribeAigcUsageData" of VOD's API documents, version 2018-07-17. An answer may
show days around those that were asked for, as the document's own example does, and intervals of 5 minutes where a day
or less was: what is told here are whole days, each once. There are no pages but of single requests, which are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

from tc_resources.cloud.action import Action
from tc_resources.cloud.bill import ZONE, Days
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError
from tc_resources.cloud.parser import number
from tc_resources.cloud.services.vod import VERSION

USAGE = Action("vod", VERSION, "DescribeAigcUsageData")
LAST_SECOND = time(23, 59, 59)


class DailyUsage(NamedTuple):
    """What one model generated in a day of the bill, in images, seconds, tokens or others by the type, in `tasks`."""

    day: date
    model: str
    tasks: int
    amount: int


class AigcUsage:
    """The usage of one account."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, sub_app_id: int, aigc_type: str, days: Days, api_token: str | None = None) -> Iterator[DailyUsage]:
        """What was generated in these days, of all or of one token; days without usage are left out.

        One window of 90 days is held at a time. Raises the errors of a call, and CloudError for another format.
        """
        of: dict[str, object] = {"SubAppId": sub_app_id, "AigcType": aigc_type}
        if api_token:
            of["APIKey"] = api_token
        for window in days.windows():
            answer = self._client.call(USAGE, {**of, **between(window)})
            yield from _daily(_rows(answer, window))


def between(days: Days) -> dict[str, object]:
    """The parameters that ask for these days."""
    start = datetime.combine(days.first, time.min, ZONE)
    return {"StartTime": start.isoformat(), "EndTime": datetime.combine(days.last, LAST_SECOND, ZONE).isoformat()}


def _rows(answer: dict[str, Any], days: Days) -> Iterator[DailyUsage]:
    try:
        for item in answer.get("AigcUsageDataSet") or ():
            for row in item["DataSet"] or ():
                day = datetime.fromisoformat(row["Time"].replace("Z", "+00:00")).astimezone(ZONE).date()
                if days.first <= day <= days.last:
                    yield DailyUsage(day, _model(item["Specification"]), number(row["Count"]), number(row["Usage"]))
    except (KeyError, TypeError, AttributeError, ValueError):
        raise _format_error(USAGE) from None


def _model(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no model")
    return "".join(sign if sign.isprintable() else " " for sign in value)


def _daily(rows: Iterable[DailyUsage]) -> Iterator[DailyUsage]:
    """Each day of each model once, by model and day, without those in which nothing happened."""
    tasks: Counter[tuple[str, date]] = Counter()
    amounts: Counter[tuple[str, date]] = Counter()
    for row in rows:
        tasks[row.model, row.day] += row.tasks
        amounts[row.model, row.day] += row.amount
    for model, day in sorted(amounts):
        if tasks[model, day] or amounts[model, day]:
            yield DailyUsage(day, model, tasks[model, day], amounts[model, day])


def _format_error(action: Action) -> CloudError:
    return CloudError(f"{action} answered in another format than the API document's.")
