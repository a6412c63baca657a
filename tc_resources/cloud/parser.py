"""Values in their normal form: those of a row, taken for what the API documents say that they are, and names.

Anything else is a ValueError, whose text says what it must be.
"""

from __future__ import annotations

MAX_NUMBER = 2**64 - 1
"""The documents' uint64."""
MAX_LENGTH = 255
DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))
"""The dots of other scripts, which part labels as ours does (RFC 3490)."""


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


def identifier(value: object) -> str:
    """An id or a token of the service: printable, without blanks or `#`, which parts a resource's id."""
    if not isinstance(value, str) or not value:
        raise ValueError("must be a text that is not empty")
    if "#" in value or not value.isprintable() or any(sign.isspace() for sign in value):
        raise ValueError("must have no blanks, no # and no control characters")
    return value


def domain(value: object) -> str:
    """A domain name as DNS has it: A-labels in lower case, without a trailing dot."""
    labels = [_ascii(label).lower() for label in identifier(value).translate(DOTS).removesuffix(".").split(".")]
    name = ".".join(labels)
    if len(name) > 253 or not all(0 < len(label) <= 63 and _is_label(label) for label in labels):
        raise ValueError("must be a domain name such as www.example.com")
    return name


def _ascii(label: str) -> str:
    if label.isascii():
        return label
    import idna  # which few programs need

    try:
        return idna.encode(label, uts46=True).decode()
    except idna.IDNAError:
        raise ValueError("must be a domain name such as www.example.com") from None


def _is_label(label: str) -> bool:
    return all((sign.isascii() and sign.isalnum()) or sign in "-_*" for sign in label)
