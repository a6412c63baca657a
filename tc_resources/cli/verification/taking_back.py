"""Taking back what runs have made: this one, and one before it that was killed."""

from __future__ import annotations

from typing import Any

from tc_resources.cli.verification.answers import Call, refusal
from tc_resources.cli.verification.application import HARMLESS_QUOTA
from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cli.verification.journal import PENDING, Entry, Journal, JournalError, Mark
from tc_resources.cli.verification.limits import Limits
from tc_resources.cli.verification.quotas import Quotas
from tc_resources.cli.verification.signals import undisturbed
from tc_resources.cli.verification.tokens import Tokens
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import CloudError
from tc_resources.cloud.identities import digest

Listing = Limits | Quotas | Tokens

TRIES = 3
PAUSE = 2.0
"""Seconds between two tries."""


class Remover:
    """Deletes what the journal has marks of, through the listings given or else through its own."""

    def __init__(self, call: Call, clock: Clock, journal: Journal, token: str | None) -> None:
        self._clock, self._journal, self._token = clock, journal, token
        self._listings: dict[str, Any] = {
            "limit": Limits(call, clock, journal, ""),
            "quota": Quotas(call, clock, journal, 0, token),
            "token": Tokens(call, clock, journal, 0),
        }
        self.stays: list[str] = []
        """What was not taken back since it may be somebody else's, a line each."""

    def use(self, kind: str, listing: Listing) -> None:
        """Rely on what this one knows of its lag."""
        self._listings[kind] = listing

    def take_back(self) -> list[Mark]:
        """Delete everything, whatever signals come; returns what may be left."""
        with undisturbed():
            for number in range(TRIES):
                if number:
                    self._clock.sleep(PAUSE)
                for mark in reversed(list(self._journal.entries)):
                    self._remove(mark)
                if not self._journal.entries:
                    break
            return list(self._journal.entries)

    def strangers(self) -> list[Mark]:
        """The marks of quotas of other tokens than this run's."""
        known = {None, digest(self._token) if self._token else None, *self._journal.made}
        return [mark for mark in self._journal.entries if mark.kind == "quota" and mark.part not in known]

    def heal(self) -> None:
        """Delete what a killed run has left, and nothing that somebody else has set since: that is in `stays`.

        Raises CloudError and UnmeasuredError where nobody can tell what is there; the marks are kept.
        """
        for mark, entry in list(self._journal.entries.items()):
            # Before that, the listing may not show what was made last.
            patience = self._listing(mark).lag.patience
            self._clock.sleep(max(0.0, min(patience, entry.at + patience - self._clock.now())))
            self._spare(mark, entry)
        self.take_back()

    def _spare(self, mark: Mark, entry: Entry) -> bool:
        """Forget a mark where somebody else's setting is or may be; returns whether it is so."""
        foreign = self._foreign(mark, entry)
        if foreign:
            self.stays.append(f"Not touched: the {mark}, {foreign}.")
            self._journal.forget(mark)
        return bool(foreign)

    def _foreign(self, mark: Mark, entry: Entry) -> str:
        """Why what is there may be somebody else's, an empty text where it is ours or nothing is there."""
        listing = self._listing(mark)
        if isinstance(listing, Tokens):
            new = listing.new_since(mark) if mark.name == PENDING else []
            return f"which may be {' or '.join(new)}: delete it if nobody else has made it" if new else ""
        if isinstance(listing, Quotas) and listing.is_made(mark):
            return ""
        if isinstance(listing, Quotas) and not entry.ours:
            # Creating is refused where there is one: what succeeds is ours, and nothing was there.
            self._journal.note(mark, HARMLESS_QUOTA)
            if not refusal(lambda: listing.probe(mark, HARMLESS_QUOTA)):
                self._journal.note(mark, HARMLESS_QUOTA, ours=True)
                return ""
            listing.lag.settle()
        shown = listing.shown(mark)
        if set(shown) & set(entry.values) or (not shown and (entry.ours or isinstance(listing, Limits))):
            return ""
        return f"which is {shown[0]} by now" if shown else "if there is one: the listing shows none"

    def _remove(self, mark: Mark) -> None:
        """Delete it, or see that it is gone."""
        try:
            entry = self._journal.entries[mark]
            if mark.kind != "limit" and not entry.ours and self._spare(mark, entry):
                return
            if mark.kind == "token" and any(other.part == digest(mark.name) for other in self._journal.entries):
                return  # its quota needs it, and comes first
            listing = self._listing(mark)
            if refusal(lambda: listing.remove(mark)) and _gone(listing, mark, entry):
                self._journal.forget(mark)
        except (CloudError, UnmeasuredError, JournalError):
            return

    def _listing(self, mark: Mark) -> Listing:
        listing: Listing = self._listings[mark.kind].of(mark.scope)
        if isinstance(listing, Quotas):
            for token in self._journal.made.values():
                listing.know(token)
        return listing


def left(mark: Mark) -> str:
    """The line that says that something may be there still."""
    return f"May be left: the {mark}. The next run takes it back."


def _gone(listing: Listing, mark: Mark, entry: Entry) -> bool:
    listing.lag.settle()
    return not set(listing.shown(mark)) & set(entry.values)
