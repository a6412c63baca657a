"""The limits of one zone, as this command reads and writes them: each write has its mark in the journal."""

from __future__ import annotations

from copy import copy
from typing import Any

from tc_resources.cli.verification.answers import Call, rows
from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cli.verification.journal import Journal, Mark
from tc_resources.cli.verification.lag import Lag
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import Outcome, ServiceError
from tc_resources.cloud.parser import domain as normal
from tc_resources.cloud.services.teo import DESCRIBE, MODIFY

LEAST_MBPS = 100
FORMS_OF_AREAS = {"overseas": "Overseas", "mainlandchina": "MainlandChina", "mainland": "MainlandChina"}


class Limits:
    """Bandwidths are in Mbps. The methods raise CloudError, and UnmeasuredError for rows that cannot be read."""

    def __init__(self, call: Call, clock: Clock, journal: Journal, zone_id: str) -> None:
        self.lag = Lag(clock)
        self.zone_id = zone_id
        self._call, self._clock, self._journal = call, clock, journal

    def of(self, zone_id: str) -> Limits:
        """Those of another zone, whose listing lags as this one does."""
        other = copy(self)
        other.zone_id = zone_id
        return other

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self._clock.sleep(seconds)

    def rows(self, **filters: str) -> list[dict[str, Any]]:
        """The listing; a filter's name has an underscore in the place of a hyphen."""
        named = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
        params = {"ZoneId": self.zone_id, **({"Filters": named} if named else {})}
        return list(rows(self._call, DESCRIBE, params, "Limits"))

    def areas(self, domain: str) -> set[str]:
        """Where this domain has a limit, by the whole listing or by one of the domain alone."""
        found = map(identity, [*self.rows(), *self.rows(domain_name=domain)])
        return {area for name, area in found if name == normal(domain)}

    def row(self, domain: str, area: str) -> dict[str, Any] | None:
        """The first row of this domain and area, however they are spelt."""
        return next((row for row in self.rows() if identity(row) == (normal(domain), area)), None)

    def turn_on(self, domain: str, area: str, bandwidth: int) -> None:
        """Set a limit."""
        mark = Mark("limit", self.zone_id, domain, area)
        new = self._journal.note(mark, bandwidth)
        try:
            self._modify(mark, bandwidth, "on")
        except ServiceError as error:
            if new and error.outcome is Outcome.REFUSED:
                self._journal.forget(mark)
            raise

    def turn_off(self, domain: str, area: str, bandwidth: int = LEAST_MBPS) -> None:
        """Delete a limit of this run, or ask what deleting an absent one answers."""
        self.remove(Mark("limit", self.zone_id, domain, area), bandwidth)

    def remove(self, mark: Mark, bandwidth: int = LEAST_MBPS) -> None:
        """Delete what a mark tells of."""
        self._modify(mark, bandwidth, "off")
        self._journal.forget(mark)

    def shown(self, mark: Mark) -> list[int]:
        """The bandwidths that the listing shows where the mark is."""
        wanted = (normal(mark.name), mark.part)
        return [row["Bandwidth"] for row in self.rows() if identity(row) == wanted]

    def _modify(self, mark: Mark, bandwidth: int, enabled: str) -> None:
        address = {"ZoneId": mark.scope, "DomainName": mark.name, "Area": mark.part}
        with self.lag.writing():
            self._call(MODIFY, {**address, "Bandwidth": bandwidth, "Enabled": enabled})


def identity(row: dict[str, Any]) -> tuple[str, str]:
    """The domain and the area of a row in their normal forms. Raises UnmeasuredError where they cannot be told."""
    try:
        return normal(row["DomainName"]), FORMS_OF_AREAS[row["Area"].lower()]
    except (KeyError, AttributeError, ValueError):
        raise UnmeasuredError("the listing shows a row whose domain or area cannot be told") from None
