"""One run of one operation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """What one operation took. `memory` is the bytes of the largest provider process, `state` those of a resource."""

    case: str
    contender: str
    repetition: int
    operation: str
    seconds: float
    calls: int
    throttled: int
    memory: int | None
    state: float | None
