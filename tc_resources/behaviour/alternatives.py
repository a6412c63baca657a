"""What a property may be: one of some values, or a number of a range."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal, cast, get_args

Standing = Literal["documented", "assumed", "measured"]


@dataclass(frozen=True)
class Choice:
    """One of these values."""

    values: tuple[object, ...]

    def admits(self, value: object) -> bool:
        """True is not 1 here, and 1 not 1.0."""
        return any(value == known and type(value) is type(known) for known in self.values)

    def drawn(self, random: Random) -> object:
        """Any of them, all as likely."""
        return random.choice(self.values)

    def __str__(self) -> str:
        return ", ".join(map(text, self.values))


@dataclass(frozen=True)
class Range:
    """A number from `least` to `most`, a whole one or any; where it is `optional`, or None."""

    least: float
    most: float
    whole: bool
    optional: bool

    def admits(self, value: object) -> bool:
        """A bool is no number here, and a whole number does wherever any does."""
        if value is None:
            return self.optional
        fitting = isinstance(value, int if self.whole else (int, float)) and not isinstance(value, bool)
        return fitting and self.least <= cast("float", value) <= self.most

    def drawn(self, random: Random) -> object:
        """Any of the range, all as likely; where it may be None, that is half of the draws."""
        if self.optional and random.random() < 0.5:
            return None
        return random.randint(int(self.least), int(self.most)) if self.whole else random.uniform(self.least, self.most)

    def __str__(self) -> str:
        return f"{'none, or ' if self.optional else ''}{self.least} to {self.most}"


@dataclass(frozen=True)
class Documented:
    """Says of a field what it means, and that the vendor's documents give its default; the bounds are of a number."""

    meaning: str
    least: float = 0
    most: float = 0
    standing: Standing = "documented"


@dataclass(frozen=True)
class Assumed(Documented):
    """Says of a field what it means, and that nobody has seen its default proved."""

    standing: Standing = "assumed"


@dataclass(frozen=True)
class Property:
    """A property of the services, what it may be, and how well its default is known."""

    name: str
    meaning: str
    alternatives: Choice | Range
    default: object
    standing: Standing


def property_of(name: str, default: object, annotation: object) -> Property:
    """The property that a field is, by its annotation: a type, and Documented or Assumed."""
    kind, told = get_args(annotation)
    return Property(name, told.meaning, _alternatives(kind, told), default, told.standing)


def text(value: object) -> str:
    """A value as tables and messages show it."""
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _alternatives(kind: object, told: Documented) -> Choice | Range:
    if kind is bool:
        return Choice((False, True))
    kinds = get_args(kind) or (kind,)
    if int in kinds or float in kinds:
        return Range(told.least, told.most, float not in kinds, type(None) in kinds)
    return Choice(tuple(value for part in kinds for value in (get_args(part) or (part,))))
