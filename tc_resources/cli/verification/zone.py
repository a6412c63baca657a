"""The zone and the domain that limits are tried on: what is free of somebody's limits, and which cap does no harm."""

from __future__ import annotations

from tc_resources.cli.verification.findings import Findings, UnmeasuredError
from tc_resources.cli.verification.limits import Limits, identity
from tc_resources.cloud.identities import AREAS

HARMLESS_MBPS = 10_000
"""No prefetch is slowed down by this cap or a larger one."""
MOST_LIMITS, ROOM = 100, 10
"""Limits that an account may have, and those that must be left for this."""
MADE_UP = "tc-resources-verify.invalid"
"""A domain that nobody can have."""
NO_ROOM = "NotSupportPrefetchOriginLimitArea"
"""How codes end that say that a zone or domain does not serve an area."""


class Zone:
    """What the questions on limits work on. `domain` is in its normal form."""

    def __init__(self, limits: Limits, domain: str, findings: Findings) -> None:
        self.limits, self.domain, self.findings = limits, domain, findings
        self.areas: list[str] = []
        """Those without a limit; what tells most comes first."""
        self.taken: list[str] = []
        self.cap: int | None = None
        """The largest bandwidth of the account, if it does no harm."""
        self.refusal = ""
        """Why nothing more can be tried, if so."""
        self.unknown_accepted = False

    def survey(self) -> None:
        """See which areas are free, at this look and those before.

        Raises CloudError, and UnmeasuredError where a row cannot be told.
        """
        self.refusal = ""
        found = self.limits.rows()
        alone = self.limits.rows(domain_name=self.domain)
        self.taken += [area for domain, area in map(identity, [*found, *alone]) if domain == self.domain]
        self.areas = [area for area in sorted(AREAS) if area not in self.taken]
        if not self.areas:
            self.refusal = "there is a limit already"
        if len(found) > MOST_LIMITS - ROOM:
            self.refuse("the zone has almost as many limits as an account may")

    def refuse(self, why: str) -> None:
        """Try nothing more."""
        self.areas, self.refusal = [], why

    def narrow(self, area: str, code: str) -> None:
        """Leave out an area in which a limit was refused. Raises UnmeasuredError where none is left."""
        self.areas.remove(area)
        self.refusal = f"a limit in {area} was refused: {code}"
        self.area()

    def area(self) -> str:
        """The area to try. Raises UnmeasuredError where there is none."""
        if not self.areas:
            raise UnmeasuredError(self.refusal)
        return self.areas[0]

    def harmless(self) -> int:
        """The cap to try. Raises UnmeasuredError where there is none."""
        if self.cap is None:
            raise UnmeasuredError("no bandwidth is known that is taken and does no harm")
        return self.cap

    def begin(self) -> tuple[str, int]:
        """The area and the cap to try, once no listing shows anything there. Raises UnmeasuredError."""
        area, cap = self.area(), self.harmless()
        self.limits.lag.settle()
        if self.limits.areas(self.domain).intersection(self.areas):
            raise UnmeasuredError("somebody has set a limit meanwhile")
        return area, cap
