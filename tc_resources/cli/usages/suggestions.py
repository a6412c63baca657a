"""How large a monthly cap of each quota should be: so much above its highest month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tc_resources.cli.usages.tally import Tally
from tc_resources.cloud.bill import MOST_BACK, Days
from tc_resources.cloud.identities import UNITS, QuotaIdentity
from tc_resources.limits.fields import MAX_WHOLE


class Suggestion(NamedTuple):
    """A cap, and the sum that leads to it: `highest` was generated in `month`, of which `head_room` percent more."""

    identity: QuotaIdentity
    month: str
    highest: int
    head_room: int

    @property
    def unit(self) -> str:
        """What is counted."""
        return UNITS[self.identity.quota_type]

    @property
    def exact(self) -> int:
        """The highest month and its head-room, not rounded."""
        return -(-self.highest * (100 + self.head_room) // 100)

    @property
    def cap(self) -> int:
        """The same, rounded up to two digits."""
        step: int = 10 ** max(0, len(str(self.exact)) - 2)
        return min(MAX_WHOLE, -(-self.exact // step) * step)


def suggestions(tally: Tally, head_room: int) -> Iterator[Suggestion]:
    """One for each quota that would have had usage, by its id."""
    for identity, months in sorted(tally.months.items(), key=lambda item: item[0].id):
        # Of two months alike the earlier one.
        month = max(sorted(months), key=months.__getitem__)
        if months[month]:
            yield Suggestion(identity, month, months[month], head_room)


def whole_months(days: Days, today: date) -> Days:
    """The days, and those before them in the first one's month, as far as the service knows them."""
    return Days(max(days.first.replace(day=1), Days.until(today, MOST_BACK).first), days.last)
