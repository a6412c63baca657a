"""What is in force and, beside a stack, who manages it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from tc_resources.cli.listings import Listing, Unread
from tc_resources.cli.reports.stack import Identity, Managed
from tc_resources.cli.words import told
from tc_resources.cloud.identities import UNITS, LimitIdentity, QuotaIdentity, TokenIdentity

HIGH = 80
"""Percent."""
YEAR = 365
"""Days."""


class Standing(str, Enum):
    """How the service and a stack's state agree about a limit or quota."""

    MANAGED = "managed"
    DRIFTED = "drifted"
    UNMANAGED = "unmanaged"
    MISSING = "missing"

    @classmethod
    def of(cls, identity: Identity, live: int | None, managed: Managed) -> Standing:
        """Only the state has it, only the service, both, or both with another value."""
        if live is None:
            return cls.MISSING
        if identity not in managed:
            return cls.UNMANAGED
        return cls.MANAGED if managed[identity] in (live, None) else cls.DRIFTED


class Level(str, Enum):
    """How much of a cap is used."""

    FINE = "fine"
    HIGH = "high"
    FULL = "full"


@dataclass(frozen=True)
class Status:
    """A value as the service has it (None: it has none) and as the stack's state has it (None: not, or secret)."""

    identity: Identity
    live: int | None
    stack: int | None = None
    standing: Standing | None = None
    """None where no stack is compared."""

    @property
    def id(self) -> str:
        """The id of the resource that manages it."""
        return self.identity.id


@dataclass(frozen=True)
class LimitStatus(Status):
    """The bandwidth of a prefetch origin limit, in Mbps."""

    identity: LimitIdentity


@dataclass(frozen=True)
class QuotaStatus(Status):
    """The cap of an AIGC quota and what is used of it, in `unit`."""

    identity: QuotaIdentity
    used: int | None = None
    daily: float | None = None
    """What was used a day, lately; None where nobody asked, or it could not be read."""

    @property
    def unit(self) -> str:
        """What is counted."""
        return UNITS.get(self.identity.quota_type, "")

    @property
    def left(self) -> int | None:
        """What may still be used: 0 where more than the cap is used already."""
        return None if self.live is None else max(0, self.live - (self.used or 0))

    @property
    def percent(self) -> float | None:
        """How much of the cap is used. A cap of 0, the off switch, is at 100 once anything is used, else at 0."""
        if self.live is None:
            return None
        used = self.used or 0
        return 100 * used / self.live if self.live else 100.0 * bool(used)

    @property
    def level(self) -> Level:
        """High above `HIGH` percent, full where nothing is left of a cap that was used."""
        percent = self.percent or 0
        if percent >= 100:
            return Level.FULL
        return Level.HIGH if percent > HIGH else Level.FINE

    @property
    def days_left(self) -> float | None:
        """In how many days it is used up at that rate; None where it never is, or that is not known."""
        if self.left is None or self.daily is None:
            return None
        if self.left == 0:
            return 0.0
        return self.left / self.daily if self.daily else None

    @property
    def lasts(self) -> str:
        """The same in words."""
        days = self.days_left
        if self.left is None or self.daily is None:
            return "-"
        if days is None or days > YEAR:
            return "> 1 year" if self.daily else "unused"
        return "used up" if not days else f"{days:.0f} days" if days >= 1.5 else "1 day" if days >= 1 else "< 1 day"


@dataclass(frozen=True)
class TokenStatus(Status):
    """An API token; `live` is 1 where the service has it. `capped` says whether it has a quota."""

    identity: TokenIdentity
    capped: bool = False


@dataclass(frozen=True)
class Report:
    """What was found at one moment. `compared` says whether beside a stack, `read` which scopes were read."""

    at: datetime
    compared: bool = False
    read: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    quotas: list[QuotaStatus] = field(default_factory=list)
    limits: list[LimitStatus] = field(default_factory=list)
    tokens: list[TokenStatus] = field(default_factory=list)

    @property
    def uncapped(self) -> list[TokenStatus]:
        """The tokens without a quota."""
        return [token for token in self.tokens if not token.capped]

    def above(self, percent: float) -> list[QuotaStatus]:
        """The quotas of which more than `percent` is used."""
        return [quota for quota in self.quotas if quota.percent is not None and quota.percent > percent]

    def standing(self, *standings: Standing) -> list[Status]:
        """The quotas, limits and tokens that have one of these standings."""
        return [status for status in (*self.quotas, *self.limits, *self.tokens) if status.standing in standings]

    def count(self, standing: Standing) -> int:
        """How many quotas, limits and tokens have this standing."""
        return len(self.standing(standing))


def compiled(at: datetime, unread: Iterable[Unread], listings: Iterable[Listing], managed: Managed | None) -> Report:
    """The report of what was read beside what a stack manages in the same zones and sub-applications."""
    report = Report(at, compared=managed is not None, unread=list(unread))
    for listing in listings:
        if listing.error:
            report.unread.append(Unread(listing.title, told(listing.error)))
        else:
            report.read.append(listing.title)
            if listing.token_error:
                report.unread.append(Unread(f"the API tokens of {listing.title}", told(listing.token_error)))
            report.unread.extend(Unread(f"a row of {listing.title}", f"It shows as {form}.") for form in listing.odd)
            _add(report, listing, managed)
    return report


def _add(report: Report, listing: Listing, managed: Managed | None) -> None:
    declared = {identity for identity in managed or () if identity[0] == listing.scope}
    if listing.token_error:
        declared = {identity for identity in declared if not isinstance(identity, TokenIdentity)}
    every: set[Identity] = {*listing.quotas, *listing.limits, *listing.tokens, *declared}
    for identity in sorted(every, key=lambda identity: identity.id):
        if isinstance(identity, TokenIdentity):
            compared = _compared(identity, 1 if identity in listing.tokens else None, managed)
            capped = any(quota.token_digest == identity.token_digest for quota in listing.quotas)
            report.tokens.append(TokenStatus(identity, *compared, capped))
        elif isinstance(identity, QuotaIdentity):
            row = listing.quotas.get(identity)
            compared = _compared(identity, row and row.limit, managed)
            report.quotas.append(QuotaStatus(identity, *compared, row and row.usage))
        else:
            report.limits.append(LimitStatus(identity, *_compared(identity, listing.limits.get(identity), managed)))


def _compared(
    identity: Identity, live: int | None, managed: Managed | None
) -> tuple[int | None, int | None, Standing | None]:
    if managed is None:
        return live, None, None
    return live, managed.get(identity), Standing.of(identity, live, managed)
