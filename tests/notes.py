"""What processes have noted on this machine of their writes, made older than it is."""

from __future__ import annotations

import os
from array import array

from tc_resources.cloud.identities import digest
from tc_resources.cloud.service_time import MOST_OFF
from tc_resources.cloud.transport.shared_file import PLACES

NOTES = PLACES[0] / f"tc-resources-{os.getuid()}"
"""Where the processes under test have them, whatever a test's own process is told."""


def age_writes(endpoint: str, seconds: float = MOST_OFF + 60) -> None:
    """Let all that was written there have been so some time ago, so that no listing can lag behind it any more; what
    was noted before there was an answer is noted for as late as it may be.
    """
    for path in NOTES.glob(f"*-{digest(endpoint)}-*"):
        numbers = array("d", path.read_bytes())
        numbers[0] -= seconds
        path.write_bytes(numbers.tobytes())


def forget_writes(endpoint: str) -> None:
    """Let there have been none: an emulator that had the port before may have been written to."""
    for path in NOTES.glob(f"*-{digest(endpoint)}-*"):
        path.unlink(missing_ok=True)
