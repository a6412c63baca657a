"""How a broken variant is made: a name that the package has is given another meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MUTANTS: dict[str, Callable[[], None]] = {}


def mutant(change: Callable[[], None]) -> Callable[[], None]:
    """Keep the variant under the name of the function that makes it."""
    MUTANTS[change.__name__] = change
    return change


def patch(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put in the place of what `owner` itself defines what `make` makes of it. Raises KeyError where it does not."""
    found = vars(owner)[name]
    setattr(owner, name, make(found))


def instead(owner: Any, name: str, value: Any) -> None:
    """As `patch`, whatever was there."""
    patch(owner, name, lambda _: value)
