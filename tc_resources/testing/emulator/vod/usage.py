"""What the applications of an account have generated, and the statistics that are made of it.

Documented: 365 days back, 90 days at a time, by day, and by 5 minutes where a day or less is asked for. As the vendor's
example shows, each model has a row for each day, days without usage and the day before the first one included. Assumed:
the codes of refusals, and that a future moment is no mistake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.service import Params
from tc_resources.testing.emulator.vod import tables

ZONE = timezone(timedelta(hours=8))
"""That of the statistics' days."""
BACK, SPAN = timedelta(days=365), timedelta(days=90)
DAY, MINUTES = timedelta(days=1), timedelta(minutes=5)
OUT_OF_BOUNDS = "InvalidParameterValue"


@dataclass(frozen=True)
class Usage:
    """What one or more tasks of an application generated at a moment: images, seconds, tokens or others by the type."""

    sub_app_id: int
    aigc_type: str
    model: str
    at: datetime
    amount: int
    tasks: int = 1
    api_token: str | None = field(default=None, repr=False)


class Usages:
    """What the action on statistics works on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, usage: Usage) -> None:
        """Note usage, behind the API's back."""
        row = (usage.sub_app_id, usage.aigc_type, usage.model, usage.api_token or "", usage.at.timestamp())
        with self._database.transaction() as db:
            db.execute(tables.PUT_USAGE, (*row, usage.tasks, usage.amount))

    def shown(
        self, sub_app_id: int, aigc_type: str, api_tokens: Sequence[str], between: tuple[datetime, datetime], now: float
    ) -> list[Params]:
        """The statistics of each model. Raises ApiError where too much or too old ones are asked for."""
        _check(*between, datetime.fromtimestamp(now, ZONE))
        step = DAY if between[1] - between[0] > DAY else MINUTES
        begin = _begin(between[0].astimezone(ZONE), step)
        sums: dict[str, dict[datetime, tuple[int, int]]] = defaultdict(dict)
        for model, token, at, tasks, amount in self._rows(sub_app_id, aigc_type, begin, between[1]):
            if not api_tokens or token in api_tokens:
                interval = begin + (datetime.fromtimestamp(at, ZONE) - begin) // step * step
                before = sums[model].get(interval, (0, 0))
                sums[model][interval] = before[0] + tasks, before[1] + amount
        intervals = list(_intervals(begin, between[1], step))
        return [_item(model, intervals, found) for model, found in sums.items()]

    def _rows(
        self, sub_app_id: int, aigc_type: str, begin: datetime, end: datetime
    ) -> list[tuple[str, str, float, int, int]]:
        with self._database.transaction() as db:
            told = (sub_app_id, aigc_type, begin.timestamp(), end.timestamp())
            return db.execute(tables.USAGE, told).fetchall()


def _check(start: datetime, end: datetime, now: datetime) -> None:
    if end < start:
        raise ApiError(OUT_OF_BOUNDS, "EndTime must not be before StartTime.")
    if end - start > SPAN:
        raise ApiError(OUT_OF_BOUNDS, "The time span must not exceed 90 days.")
    if now - start > BACK:
        raise ApiError(OUT_OF_BOUNDS, "StartTime must be within the last 365 days.")


def _begin(start: datetime, step: timedelta) -> datetime:
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - DAY if step == DAY else midnight + (start - midnight) // step * step


def _intervals(begin: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    while begin <= end:
        yield begin
        begin += step


def _item(model: str, intervals: Sequence[datetime], sums: dict[datetime, tuple[int, int]]) -> Params:
    rows = [(interval, *sums.get(interval, (0, 0))) for interval in intervals]
    shown = [{"Time": at.isoformat(), "Count": tasks, "Usage": amount} for at, tasks, amount in rows]
    return {"Specification": model, "DataSet": shown}
