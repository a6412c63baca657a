"""What there is to manage: limits in one zone, or quotas over sub-applications, all of one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TYPES = ("Image", "Video", "Text", "Text", "Text")
"""The quotas of a sub-application; each Text has a token of its own."""


@dataclass(frozen=True)
class Inputs:
    """The arguments of each resource, by their names in this package."""

    limits: list[dict[str, Any]]
    quotas: list[dict[str, Any]]

    def dealt(self, hands: int) -> list[Inputs]:
        """Shared out."""
        return [Inputs(self.limits[hand::hands], self.quotas[hand::hands]) for hand in range(hands)]


@dataclass(frozen=True)
class Workload:
    """So many limits, and the quotas of so many sub-applications."""

    limits: int = 0
    sub_apps: int = 0

    def __len__(self) -> int:
        return self.limits + self.sub_apps * len(TYPES)

    def __str__(self) -> str:
        return f"{self.limits} limits" if self.limits else f"{len(self)} quotas of {self.sub_apps} sub-applications"

    def inputs(self, value: int) -> Inputs:
        """All of them, with `value` as their bandwidth or quota."""
        limits = [
            {"zone_id": "zone-1", "domain_name": f"w{number}.example.com", "area": "Overseas", "bandwidth": value}
            for number in range(self.limits)
        ]
        quotas = [
            _quota(sub_app, number, value) for sub_app in range(1, self.sub_apps + 1) for number in range(len(TYPES))
        ]
        return Inputs(limits, quotas)


def _quota(sub_app: int, number: int, value: int) -> dict[str, Any]:
    token = {"api_token": f"token-{number}"} if TYPES[number] == "Text" else {}
    return {"sub_app_id": sub_app, "quota_type": TYPES[number], "quota_limit": value, **token}
