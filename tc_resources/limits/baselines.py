"""What a quota was capped at before this stack, and is to go back to: as one run comes to know it."""

from __future__ import annotations

import threading

from tc_resources.cloud.identities import QuotaIdentity
from tc_resources.limits.fields import MAX_WHOLE


class Baselines:
    """Of each quota, None where there was no other value, or none that can be told. Safe under threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stored: dict[QuotaIdentity, int | None] = {}
        self._taken: dict[QuotaIdentity, int | None] = {}

    def remember(self, quota: QuotaIdentity, baseline: int | None) -> None:
        """Note the baseline that the engine has stored, None as well: it is that of what replaces the resource."""
        with self._lock:
            self._stored[quota] = baseline

    def stored(self, quota: QuotaIdentity) -> bool:
        """Whether the engine has stored one, or that there is none."""
        with self._lock:
            return quota in self._stored

    def of(self, quota: QuotaIdentity, found: int | None, wanted: int) -> int | None:
        """The baseline of a quota that had the value `found`, None where nobody can tell, before `wanted` is set.

        Of one that the engine has stored it is the stored one, since `found` is this stack's own former value.
        """
        with self._lock:
            if quota in self._stored:
                return self._stored[quota]
        return None if found is None or found == wanted or found > MAX_WHOLE else found

    def take(self, quota: QuotaIdentity, baseline: int | None) -> None:
        """Note that this run has taken the quota over, and with which baseline."""
        with self._lock:
            self._taken[quota] = baseline

    def taken(self, quota: QuotaIdentity) -> int | None:
        """The baseline with which this run has taken the quota over, None where it has not, too."""
        with self._lock:
            return self._taken.get(quota)
