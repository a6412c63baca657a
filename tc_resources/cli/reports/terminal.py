"""Tables in text: with colour and bars and no wider than it on a terminal, plain and never cut off elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tc_resources.cli.reports.report import Report
from tc_resources.cli.reports.sheets import sheets
from tc_resources.cli.reports.tables import Cell, Sheet

BAR = 12
"""Columns."""
LINE = 16
"""Columns at most."""
WORD = 12
"""Characters of a word that is never broken: a token's digest has as many, and ids, months and types have fewer."""
BLOCKS = "▁▂▃▄▅▆▇█"
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
    """Print the tables; where nothing could be read, nothing is said of what there is."""
    shown = sheets(report)
    print_sheets(shown)
    if not shown and (report.read or not report.unread):
        print("No quotas and no limits.")


def print_sheets(sheets: Sequence[Sheet]) -> None:
    """Print tables; a terminal that is too narrow for one gets it without its least columns, and is told so."""
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    for sheet in sheets:
        left_out = _left_out(sheet, console)
        console.print(_fitting(sheet, left_out, console))
        told = [title for title in left_out if not sheet.rows[0][title].drawn]
        if told:
            console.print(f"Not shown for want of room: {', '.join(told)}.", style="dim")


def _left_out(sheet: Sheet, console: Console) -> list[str]:
    """The columns to go without, as few as can be."""
    if not console.is_terminal:
        return [title for title, cell in sheet.rows[0].items() if cell.drawn]
    present = [title for title in sheet.dispensable if title in sheet.rows[0]]
    endless = console.options.update(max_width=PLAIN_WIDTH)
    for count in range(len(present)):
        if console.measure(_table(sheet, present[:count], True), options=endless).maximum <= console.width:
            return present[:count]
    return present


def _fitting(sheet: Sheet, left_out: Sequence[str], console: Console) -> Table:
    """The table without a broken word, where the terminal has the room for that and for whole numbers."""
    table = _table(sheet, left_out, console.is_terminal, WORD)
    endless = console.options.update(max_width=PLAIN_WIDTH)
    fits = console.measure(table, options=endless).minimum <= console.width
    return table if fits else _table(sheet, left_out, console.is_terminal)


def _table(sheet: Sheet, left_out: Sequence[str], boxed: bool, word: int = 1) -> Table:
    table = Table(
        title=sheet.title,
        title_justify="left",
        box=SIMPLE_HEAD if boxed else None,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    titles = [title for title in sheet.rows[0] if title not in left_out]
    for title in titles:
        texts = [row[title].text for row in sheet.rows]
        if sheet.rows[0][title].number:
            widest = max(map(len, texts))
            table.add_column(title, justify="right", no_wrap=True, min_width=widest)
        else:
            longest = max(len(word) for text in texts for word in text.split() or [""])
            table.add_column(title, overflow="fold", min_width=min(longest, word))
    for row in sheet.rows:
        table.add_row(*(_rendered(row[title]) for title in titles))
    return table


def _rendered(cell: Cell) -> RenderableType:
    colour = COLOURS[cell.tone]
    if cell.line:
        return Text(line(cell.line), style=colour, no_wrap=True)
    if cell.bar is None:
        return Text(cell.text, style=colour)
    return ProgressBar(100, cell.bar, BAR, complete_style=colour, finished_style=colour)


def line(values: Sequence[int]) -> str:
    """The values as blocks, the highest in full; where there are many, each block stands for the sum of some."""
    step = -(-len(values) // LINE)
    sums = [sum(values[start : start + step]) for start in range(0, len(values), step)]
    most = max(sums) or 1
    return "".join(" " if not value else BLOCKS[-(-value * len(BLOCKS) // most) - 1] for value in sums)
