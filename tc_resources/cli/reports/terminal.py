"""The report as tables: with colour and bars on a terminal, plain and never cut off elsewhere."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tc_resources.cli.reports.report import Report
from tc_resources.cli.reports.sheets import Cell, Sheet, sheets

BAR = 12
"""Columns."""
PLAIN_WIDTH = 10_000
"""Columns, more than any row needs."""
COLOURS = {
    "": "",
    "plain": "blue",
    "fine": "green",
    "high": "yellow",
    "full": "red",
    "managed": "green",
    "drifted": "yellow",
    "unmanaged": "cyan",
    "missing": "red",
}


def show(report: Report) -> None:
    """Print the tables."""
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    shown = sheets(report)
    for sheet in shown:
        console.print(_table(sheet, console.is_terminal))
    if not shown:
        console.print("No quotas and no limits.")


def _table(sheet: Sheet, bars: bool) -> Table:
    table = Table(title=sheet.title, title_justify="left", box=SIMPLE_HEAD if bars else None, pad_edge=False)
    titles = [title for title, cell in sheet.rows[0].items() if bars or cell.bar is None]
    for title in titles:
        table.add_column(title, justify="right" if sheet.rows[0][title].number else "left", overflow="fold")
    for row in sheet.rows:
        table.add_row(*(_rendered(row[title]) for title in titles))
    return table


def _rendered(cell: Cell) -> RenderableType:
    colour = COLOURS[cell.tone]
    if cell.bar is None:
        return Text(cell.text, style=colour)
    return ProgressBar(100, cell.bar, BAR, complete_style=colour, finished_style=colour)
