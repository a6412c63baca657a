"""Tables as people are shown them, on a terminal and on a page; the reports fill them."""

from __future__ import annotations

from typing import NamedTuple

PLAIN = "plain"
"""The tone of a bar that says nothing of good or bad."""


class Cell(NamedTuple):
    """What a row shows in a column. `tone` is a level or a standing; `bar` is a bar's length in percent.

    `line` are the values of a small chart, one a day.
    """

    text: str = ""
    tone: str = ""
    number: bool = False
    bar: float | None = None
    line: tuple[int, ...] = ()

    @property
    def drawn(self) -> bool:
        """Whether it is a chart, which says nothing that the numbers do not."""
        return self.bar is not None or bool(self.line)


class Sheet(NamedTuple):
    """A table; each row has the same columns, by title.

    `dispensable` are the columns that a narrow terminal goes without, the first ones first. `scale` is what a full bar
    stands for. A page shows a `folded` one to whoever opens it: it is longer than all the others.
    """

    title: str
    rows: list[dict[str, Cell]]
    dispensable: tuple[str, ...] = ()
    scale: str = "100 %"
    folded: bool = False


def number(value: int | None) -> Cell:
    """A number, a dash for none."""
    return Cell("-" if value is None else f"{value:,}", number=True)


def percentage(value: float | None) -> str:
    """A percentage with one decimal, a dash for none."""
    return "-" if value is None else f"{value:,.1f}"
