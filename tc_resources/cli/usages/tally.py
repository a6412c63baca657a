"""Sums of usage by type, model, token, day and month: as large as what they tell apart, however much is added."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from tc_resources.cli.usages.reading import Used
from tc_resources.cloud.identities import AIGC_TYPES, QUOTA_TYPES, QuotaIdentity


@dataclass
class Sum:
    """What was generated, and in how many tasks."""

    tasks: int = 0
    amount: int = 0

    def add(self, used: Used) -> None:
        """One more."""
        self.tasks += used.tasks
        self.amount += used.amount


@dataclass(frozen=True)
class Tally:
    """The sums so far."""

    types: dict[tuple[int, str], Sum] = field(default_factory=lambda: defaultdict(Sum))
    """By application and type."""
    daily: dict[tuple[int, str], Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    models: dict[tuple[str, str], Sum] = field(default_factory=lambda: defaultdict(Sum))
    """By type and model."""
    tokens: dict[tuple[int, str, str | None], Sum] = field(default_factory=lambda: defaultdict(Sum))
    """By application, type and the token's digest."""
    days: dict[tuple[date, str], Sum] = field(default_factory=lambda: defaultdict(Sum))
    """By day and type."""
    months: dict[QuotaIdentity, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By what a quota would cap."""

    def add(self, used: Used) -> None:
        """One more."""
        sub_app_id, aigc_type = used.sub_app_id, used.aigc_type
        self.types[sub_app_id, aigc_type].add(used)
        self.daily[sub_app_id, aigc_type][used.day] += used.amount
        self.models[aigc_type, used.model].add(used)
        self.tokens[sub_app_id, aigc_type, used.token_digest].add(used)
        self.days[used.day, aigc_type].add(used)
        if aigc_type in QUOTA_TYPES:
            self._add_month(QuotaIdentity(sub_app_id, aigc_type), used)
        if aigc_type == "Text" and used.token_digest:
            self._add_month(QuotaIdentity(sub_app_id, aigc_type, used.token_digest), used)

    def _add_month(self, identity: QuotaIdentity, used: Used) -> None:
        self.months[identity][f"{used.day:%Y-%m}"] += used.amount

    @property
    def uncovered(self) -> list[str]:
        """The types with usage that no quota covers."""
        used = {aigc_type for (_, aigc_type), sum_ in self.types.items() if sum_.amount or sum_.tasks}
        return [aigc_type for aigc_type in AIGC_TYPES if aigc_type in used and aigc_type not in QUOTA_TYPES]

    def of_type(self, aigc_type: str) -> int:
        """All that was generated of a type."""
        return sum(sum_.amount for (_, other), sum_ in self.types.items() if other == aigc_type)
