"""Property names: `quota_limit` here and in the dynamic face's state, `quotaLimit` in the native one's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any


def camel_case(name: str) -> str:
    """A name of ours as the native face has it."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def snake_case(name: str) -> str:
    """A name of either face as it is here."""
    return re.sub("(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[0].lower()}", name)


def of_another_face(stored: Mapping[str, Any], spelling: Callable[[str], str]) -> bool:
    """Whether a face has stored this that spells names in another way."""
    return any(name != spelling(name) for name in stored)


def of_either_face(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What a face has stored, by the names that properties have here."""
    return {snake_case(name): value for name, value in stored.items()}
