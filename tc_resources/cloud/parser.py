"""The values of a row, taken for what the API documents say that they are; anything else is a ValueError."""

from __future__ import annotations

MAX_NUMBER = 2**64 - 1
"""The documents' uint64."""
MAX_LENGTH = 255


def number(value: object) -> int:
    """A whole number from 0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_NUMBER:
        raise ValueError("no whole number")
    return value


def optional_number(value: object) -> int:
    """A whole number from 0, which is 0 where there is none."""
    return 0 if value is None else number(value)


def token(value: object) -> str | None:
    """A token, None where there is none."""
    if value is not None and not isinstance(value, str):
        raise ValueError("no token")
    return value or None


def name(value: object) -> str:
    """A name or an id: short, printable, and without the `#` that parts a resource's id."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_LENGTH or "#" in value or not value.isprintable():
        raise ValueError("no name")
    return value
