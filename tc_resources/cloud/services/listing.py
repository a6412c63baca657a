"""Listings of a zone or sub-application: read whole, once an operation, and shared by all that ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tc_resources.cloud.errors import CloudError, ListingError
from tc_resources.cloud.parser import number

PAGE = 100
"""Rows a page, the most that both services give."""
MAX_PAGES = 100
FORMAT = "The listing is in another format than the API document's."

Identity = TypeVar("Identity", bound=Hashable)
Row = TypeVar("Row")


def pages(fetch: Callable[[int, int], tuple[Any, Any]]) -> Iterator[dict[str, Any]]:
    """All rows of a listing; `fetch(offset, limit)` gives its total count and the rows of one page.

    Raises ListingError where the count changes on the way: a row may have slipped between two pages.
    """
    total, rows = _page(fetch, 0)
    yield from rows
    seen = len(rows)
    while rows and seen < total and seen < PAGE * MAX_PAGES:
        now, rows = _page(fetch, seen)
        if now != total:
            raise ListingError(f"The listing changed from {total} to {now} rows while it was read.")
        yield from rows
        seen += len(rows)
    if seen != total:
        raise ListingError(f"The listing counts {total} rows and shows {seen}.")


def _page(fetch: Callable[[int, int], tuple[Any, Any]], offset: int) -> tuple[int, list[dict[str, Any]]]:
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
class Reading(Generic[Row]):
    """What a listing says of one row (None: it has none), and since when that is known, in unix seconds."""

    row: Row | None
    at: float


class Listings(Generic[Identity, Row]):
    """What is known of each scope (a zone, a sub-application): read once, however many threads ask at once."""

    def __init__(self, read: Callable[[Any], dict[Identity, Row]], now: Callable[[], float]) -> None:
        self._read, self._now = read, now
        self._lock = threading.Lock()
        self._known: dict[Hashable, Future[tuple[dict[Identity, Row], float]]] = {}

    def get(self, scope: Hashable, identity: Identity) -> Reading[Row]:
        """The row of `identity`."""
        rows, at = self._reading(scope)
        return Reading(rows.get(identity), at)

    def all(self, scope: Hashable) -> dict[Identity, Row]:
        """All rows of a scope."""
        return dict(self._reading(scope)[0])

    def known(self) -> set[Identity]:
        """The keys of all scopes that have been read so far."""
        with self._lock:
            done = [future.result()[0] for future in self._known.values() if future.done()]
            return set().union(*done)

    def _reading(self, scope: Hashable) -> tuple[dict[Identity, Row], float]:
        """Threads that waited for a reading that failed share its error; the next one reads anew."""
        with self._lock:
            future = self._known.get(scope)
            ours = future is None
            if future is None:
                future = self._known[scope] = Future()
        if ours:
            self._fill(scope, future)
        return future.result()

    def get_fresh(self, scope: Hashable, identity: Identity) -> Reading[Row]:
        """The row of `identity` as a new reading shows it."""
        at = self._now()
        row = self._read(scope).get(identity)
        self.put(scope, identity, row)
        return Reading(row, at)

    def put(self, scope: Hashable, identity: Identity, row: Row | None) -> None:
        """Note our own write: the row is now `row`, or gone."""
        with self._lock:
            future = self._known.get(scope)
            if future is None or not future.done():
                return
            rows, _ = future.result()
            if row is None:
                rows.pop(identity, None)
            else:
                rows[identity] = row

    def _fill(self, scope: Hashable, future: Future[tuple[dict[Identity, Row], float]]) -> None:
        try:
            at = self._now()
            future.set_result((self._read(scope), at))
        except BaseException as error:  # noqa: BLE001 - handed to all that wait for it
            with self._lock:
                self._known.pop(scope, None)
            future.set_exception(error)
