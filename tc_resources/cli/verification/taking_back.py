"""Taking back what runs have made: this one, and one before it that was killed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tc_resources.cli.verification.answers import Call, refusal
from tc_resources.cli.verification.application import HARMLESS_QUOTA
from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cli.verification.journal import Entry, Journal, JournalError, Mark
from tc_resources.cli.verification.lag import PATIENCE
from tc_resources.cli.verification.limits import Limits
from tc_resources.cli.verification.quotas import Quotas
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import CloudError
from tc_resources.cloud.identities import digest

TRIES = 3
PAUSE = 2.0
"""Seconds between two tries."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Remover:
    """Deletes what the journal has marks of, through the listings given or, elsewhere, through its own."""

    def __init__(self, call: Call, clock: Clock, journal: Journal, token: str | None) -> None:
        self._call, self._clock, self._journal, self._token = call, clock, journal, token
        self._known: dict[str | int, Limits | Quotas] = {}
        self.stays: list[str] = []
        """What was not taken back since it may be somebody else's, a line each."""

    def use(self, listing: Limits | Quotas) -> None:
        """Rely on what this one knows of its lag."""
        self._known[listing.zone_id if isinstance(listing, Limits) else listing.sub_app_id] = listing

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
        known = digest(self._token) if self._token else None
        return [mark for mark in self._journal.entries if mark.kind == "quota" and mark.part not in (None, known)]

    def heal(self) -> None:
        """Delete what a killed run has left, and nothing that somebody else has set since: that is in `stays`.

        Raises CloudError and UnmeasuredError where nobody can tell what is there; the marks are kept.
        """
        for mark, entry in list(self._journal.entries.items()):
            # Before that, the listing may not show what was made last.
            self._clock.sleep(max(0.0, min(PATIENCE, entry.at + PATIENCE - self._clock.now())))
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
            if mark.kind == "quota" and not entry.ours and self._spare(mark, entry):
                return
            listing = self._listing(mark)
            if refusal(lambda: listing.remove(mark)) and _gone(listing, mark):
                self._journal.forget(mark)
        except (CloudError, UnmeasuredError, JournalError):
            return

    def _listing(self, mark: Mark) -> Limits | Quotas:
        known = self._known.get(mark.scope)
        if known is None:
            kinds = (self._call, self._clock, self._journal)
            known = (
                Limits(*kinds, mark.scope) if isinstance(mark.scope, str) else Quotas(*kinds, mark.scope, self._token)
            )
            self._known[mark.scope] = known
        return known


def left(mark: Mark) -> str:
    """The line that says that something may be there still."""
    return f"May be left: the {mark}. The next run takes it back."


def _gone(listing: Limits | Quotas, mark: Mark) -> bool:
    listing.lag.settle()
    return not listing.shown(mark)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Signals that come inside count at the end: the first interrupts then."""
    came: list[int] = []
    in_main = threading.current_thread() is threading.main_thread()
    before = {number: signal.signal(number, lambda got, _: came.append(got)) for number in SIGNALS} if in_main else {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM interrupts as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
