"""The days of the account's bill: those of UTC+8, in which the service counts usage too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

ZONE = timezone(timedelta(hours=8))
MOST_BACK = 365
"""Days that statistics go back, today included."""
MOST_AT_ONCE = 90
"""Days that one call is told of."""


def today(now: float) -> date:
    """The day of the bill at these unix seconds."""
    return datetime.fromtimestamp(now, ZONE).date()


@dataclass(frozen=True)
class Days:
    """The days from one to another, both included."""

    first: date
    last: date

    @classmethod
    def until(cls, last: date, count: int) -> Days:
        """So many days, up to this one."""
        return cls(last - timedelta(days=count - 1), last)

    @property
    def count(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.count))

    def windows(self) -> list[Days]:
        """The same days in as few parts as can be asked for, of like length."""
        parts = -(-self.count // MOST_AT_ONCE)
        bounds = [self.count * part // parts for part in range(parts + 1)]
        day = self.first
        return [Days(day + timedelta(days=begin), day + timedelta(days=end - 1)) for begin, end in pairwise(bounds)]
