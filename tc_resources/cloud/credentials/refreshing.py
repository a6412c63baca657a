"""The credentials of a role, which are taken when they are first needed and again before they expire."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.errors import CloudError, CredentialsError
from tc_resources.cloud.single_flight import SingleFlight

MARGIN = 300.0
"""Seconds before their end at which credentials are taken anew: two tries fit in, and what is under way ends."""
PAUSE = 30.0
"""Seconds between two refreshes, whether they succeed or not."""
PATIENCE = 10.0
"""Seconds that a refresh may take from an operation that could go on with the old credentials."""

log = logging.getLogger(__name__)


class Refreshing:
    """The current credentials of a role, safe under threads: one takes them, the others go on with the old meanwhile.

    `source` says which role and how it is taken; `take` takes it. Raises CloudError.
    """

    def __init__(self, source: str, take: Callable[[], Credentials], deadline: Deadline, clock: Clock) -> None:
        self.source = source
        self._take_role, self._deadline, self._clock = take, deadline, clock
        self._lock = threading.Lock()
        self._flight: SingleFlight[Credentials] = SingleFlight()
        self._credentials: Credentials | None = None
        self._due = 0.0

    def __repr__(self) -> str:
        return f"Refreshing({self.source!r})"

    def current(self) -> Credentials:
        """Those that are in force now. A refresh that fails is no error while the old ones last."""
        with self._lock:
            held, now = self._credentials, self._clock.now()
            # Not by their end alone: a clock that is ahead of it would take the role anew at every call.
            if held and now < self._due:
                return held
            lasts = _end(held) - now
            self._due = min(now + PAUSE, _end(held))  # the others go on meanwhile
        if not held or lasts <= 0:
            return self._taken_anew(held)
        try:
            with self._deadline.within(min(PATIENCE, self._deadline.left)):
                return self._taken_anew(held)
        except CredentialsError as error:
            log.warning("Going on with the old key, which lasts for %.0f s. %s", lasts, error)
            return held

    def refresh(self, refused: object) -> bool:
        """Take others where the service refuses the current ones. Raises CredentialsError."""
        self._taken_anew(refused)
        return True

    def _taken_anew(self, old: object) -> Credentials:
        try:
            return self._flight.do(lambda: self._take(old), self._deadline.left)
        except CloudError as error:
            raise CredentialsError(self.source, error) from None

    def _take(self, old: object) -> Credentials:
        if self._credentials and self._credentials is not old:  # another thread was faster
            return self._credentials
        taken = self._take_role()
        with self._lock:
            self._credentials = taken
            self._due = max(_end(taken) - MARGIN, self._clock.now() + PAUSE)
        return taken


def _end(credentials: Credentials | None) -> float:
    return (credentials and credentials.expires_at) or 0.0
