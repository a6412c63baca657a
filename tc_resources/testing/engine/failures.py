"""Check failures in the words of the real engine, which prints values as Go does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.plugin import Failure
from tc_resources.testing.engine.resource import Resource


def describe(failure: Failure, resource: Resource) -> str:
    """One line. A value is printed, secret or not, unless the failure names no property."""
    about = f"{resource.type} resource '{resource.name}'"
    if not failure.property:
        return f"{about} has a problem: {failure.reason}"
    value = _go(resource.inputs.get(failure.property))
    return f"{about}: property {failure.property} value {value} has a problem: {failure.reason}"


def _go(value: Any) -> str:
    if wire.is_secret(value):
        return f"{{&{{{_go(value['value'])}}}}}"
    if value == wire.UNKNOWN:
        return "{{{}}}"
    if isinstance(value, list):
        return f"{{[{' '.join(_go(item) for item in value)}]}}"
    if isinstance(value, dict):
        return f"{{map[{' '.join(f'{key}:{_go(value[key])}' for key in sorted(value))}]}}"
    if isinstance(value, bool):
        return f"{{{str(value).lower()}}}"
    return f"{{{'<nil>' if value is None else _go_number(value) if isinstance(value, int | float) else value}}}"


def _go_number(value: float) -> str:
    """The shortest digits that mean this number, with an exponent beyond six digits before the point."""
    number = Decimal(repr(value)).normalize()
    if number and not -4 <= number.adjusted() < 6:
        return f"{value:.{len(number.as_tuple().digits) - 1}e}"
    return f"{number:f}"
