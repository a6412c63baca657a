"""Listings of a zone or sub-application: read whole, known for a while, and shared by all that ask.

A row that a listing lacks may have slipped between two pages, be spelt in another way, or not show yet. So a listing
says for certain what is there, and of what is not only whether anything speaks against it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from tc_resources.cloud.errors import CloudError, ListingError
from tc_resources.cloud.parser import number

PAGE = 100
"""Rows a page, the most that both services give."""
MOST_ROWS = 10_000
"""Of a listing that is held; in a longer one each row is asked for by itself."""
MOST_SHOWN = 10 * MOST_ROWS
"""Of a listing that is shown, or looked through."""
FORMAT = "The listing is in another format than the API document's."

Identity = TypeVar("Identity", bound=Hashable)
Row = TypeVar("Row")
Fetch = Callable[[int, int], tuple[Any, Any]]


class Odd(NamedTuple):
    """A row that is in the document's format and cannot be recognised; `form` shows it, without a token.

    `about` is what it is known to be about, None where it may be about anything.
    """

    form: str
    about: Hashable = None


class OddRowError(ValueError):
    """A row is odd."""

    def __init__(self, form: str, about: Hashable = None) -> None:
        super().__init__(form)
        self.odd = Odd(form, about)


def unrecognised(odd: Sequence[Odd]) -> str:
    """Why there is doubt: a row that cannot be recognised, as it shows."""
    return f"The listing has a row that cannot be recognised: {odd[0].form}."


def pages(fetch: Fetch, most: int = MOST_ROWS) -> Iterator[dict[str, Any]]:
    """All rows of a listing; `fetch(offset, limit)` gives its total count and the rows of one page.

    Each page begins with the last row of the one before: where rows come or go meanwhile, that is another one. Raises
    ListingError there, where the count changes, and where there are more than `most`, which no repetition mends.
    """
    total, rows = _page(fetch, 0)
    if total > most:
        raise ListingError(f"The listing has {total} rows; {most} are read.", transient=False)
    yield from rows
    seen, last = len(rows), rows[-1:]
    while last and seen < total:
        now, rows = _page(fetch, seen - 1)
        if now != total or rows[:1] != last:
            raise ListingError(f"The listing of {total} rows changed while it was read.")
        yield from rows[1:]
        seen, last = seen + len(rows) - 1, rows[-1:] if rows[1:] else []
    if seen != total:
        raise ListingError(f"The listing counts {total} rows and shows {seen}.")


def _page(fetch: Fetch, offset: int) -> tuple[int, list[dict[str, Any]]]:
    total, rows = fetch(offset, PAGE)
    try:
        total = number(total)
    except ValueError:
        raise CloudError(FORMAT) from None
    if not isinstance(rows, list) or len(rows) > PAGE:
        raise CloudError(FORMAT)
    return total, rows


def by_identity(rows: Iterable[tuple[Identity, Row]]) -> dict[Identity, Row]:
    """The rows by their whole identity. Raises ListingError where two have the same one."""
    found: dict[Identity, Row] = {}
    for identity, row in rows:
        if identity in found:
            raise ListingError("The listing shows a row twice.")  # which one is the service's text
        found[identity] = row
    return found


def ids(rows: Iterable[dict[str, Any]], name: str, kind: Callable[[Any], Identity]) -> list[Identity]:
    """One column of a listing, each value once. Raises CloudError where a row lacks it."""
    try:
        return list(by_identity((kind(row[name]), None) for row in rows))
    except (KeyError, TypeError, ValueError):
        raise CloudError(f"The listing shows a row without {name}.") from None


@dataclass(frozen=True)
class Listed(Generic[Identity, Row]):
    """What a listing shows, since the unix second `at`."""

    rows: dict[Identity, Row]
    odd: tuple[Odd, ...] = ()
    error: ListingError | None = None
    """Why it could not be read whole, where it could not; then it has no rows."""
    at: float = field(default=0.0, compare=False)

    @property
    def shows(self) -> bool:
        """Whether it has anything."""
        return bool(self.rows or self.odd or self.error)

    def odd_about(self, about: Hashable) -> tuple[Odd, ...]:
        """The odd rows that may be about this."""
        return tuple(odd for odd in self.odd if odd.about in (None, about))


def listed(rows: Iterable[dict[str, Any]], parse: Callable[[dict[str, Any]], tuple[Identity, Row]]) -> Listed[Any, Any]:
    """What these rows are, by what `parse` makes of each; raises what it raises, but for OddRowError."""
    odd: list[Odd] = []

    def parsed() -> Iterator[tuple[Identity, Row]]:
        for row in rows:
            try:
                yield parse(row)
            except OddRowError as error:
                odd.append(error.odd)

    return Listed(by_identity(parsed()), tuple(odd))
