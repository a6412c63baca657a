"""Numbers in files that other programs have written."""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str | bytes) -> Any:
    """What JSON says. Raises ValueError, also for NaN, Infinity and what is nested without an end."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def whole(value: object) -> int:
    """A whole number, however it is written. Raises ValueError for what is none, such as 1e999 or true."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("it is no whole number")


def _refuse(constant: str) -> None:
    raise ValueError(f"JSON has no {constant}")
