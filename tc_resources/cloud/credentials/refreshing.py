"""The key of a role, which is taken when it is first needed and renewed before it expires."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.errors import CloudError, CredentialsError
from tc_resources.cloud.single_flight import SingleFlight

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.credentials.roles import Role

MARGIN = 300.0
"""Seconds before its end at which a key is renewed: what is under way with it ends in time, and two tries fit in."""
PAUSE = 30.0
"""Seconds between two renewals, whether they succeed or not."""
PATIENCE = 10.0
"""Seconds that a renewal may take from an operation that could go on with the old key."""

log = logging.getLogger(__name__)


class Renewal:
    """The current key of a role, safe under threads: one renews it, the others go on with the old while it lasts."""

    def __init__(self, role: Role, client: Client) -> None:
        self._role, self._client = role, client
        self._lock = threading.Lock()
        self._flight: SingleFlight[Credentials] = SingleFlight()
        self._key: Credentials | None = None
        self._due = 0.0

    def __repr__(self) -> str:
        return f"Renewal({self._role!r})"

    @property
    def source(self) -> str:
        """The role and how it is taken."""
        return self._role.source

    def current(self) -> Credentials:
        """The key that is in force now. A renewal that fails is no error while the old key lasts."""
        with self._lock:
            key, now = self._key, self._client.clock.now()
            # Not by its end alone: a clock that is ahead of it would take the role anew at every call.
            if key and now < self._due:
                return key
            lasts = _end(key) - now
            self._due = min(now + PAUSE, _end(key))  # the others go on meanwhile
        if not key or lasts <= 0:
            return self._taken_anew(key)
        try:
            with self._client.operation(min(PATIENCE, self._client.left())):
                return self._taken_anew(key)
        except CredentialsError as error:
            log.warning("Going on with the old key, which lasts for %.0f s. %s", lasts, error)
            return key

    def renew(self, refused: Credentials) -> bool:
        """Take another key where the service refuses the current one. Raises CredentialsError."""
        self._taken_anew(refused)
        return True

    def _taken_anew(self, old: Credentials | None) -> Credentials:
        try:
            return self._flight.do(lambda: self._take(old), self._client.left())
        except CloudError as error:
            raise CredentialsError(self.source, error) from None

    def _take(self, old: Credentials | None) -> Credentials:
        if self._key and self._key is not old:  # another thread was faster
            return self._key
        key = self._role.take(self._client)
        with self._lock:
            self._key = key
            self._due = max(_end(key) - MARGIN, self._client.clock.now() + PAUSE)
        return key


def _end(key: Credentials | None) -> float:
    return (key and key.expires_at) or 0.0
