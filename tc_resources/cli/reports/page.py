"""A report as one HTML page that loads nothing: style and charts are inside, light or dark as its reader has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from tc_resources.cli.listings import Unread
from tc_resources.cli.reports.report import HIGH, Report, Standing
from tc_resources.cli.reports.sheets import sheets
from tc_resources.cli.reports.tables import Cell, Sheet

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{intro}</p>
{body}
</main>
</body>
</html>"""


def text(report: Report) -> str:
    """The report as a page."""
    figures = {"Quotas": len(report.quotas), f"Above {HIGH} %": len(report.above(HIGH)), "Limits": len(report.limits)}
    if report.compared:
        figures |= {standing.value.capitalize(): report.count(standing) for standing in Standing}
    intro = f"{len(report.read)} zones and sub-applications, as of {report.at:%Y-%m-%d %H:%M:%S} UTC."
    return document("Tencent Cloud quotas and limits", intro, figures, report.unread, sheets(report))


def document(
    title: str,
    intro: str,
    figures: Mapping[str, int],
    unread: Sequence[Unread],
    sheets: Iterable[Sheet],
    notes: Iterable[str] = (),
) -> str:
    """A page with figures on cards, what could not be read, notes and tables; all that it is given is shown as text."""
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    said = (f"<p>{escape(note)}</p>" for note in notes)
    body = "\n".join([_cards(figures), _unread(unread), *said, *map(_table, sheets)])
    return PAGE.format(title=escape(title), intro=escape(intro), style=style, body=body)


def _cards(figures: Mapping[str, int]) -> str:
    cards = (f"<div><dt>{escape(name)}</dt><dd>{figure:,}</dd></div>" for name, figure in figures.items())
    return f"<dl>{''.join(cards)}</dl>"


def _unread(unread: Sequence[Unread]) -> str:
    items = (f"<li>Reading {escape(row.scope)} failed. {escape(row.reason)}</li>" for row in unread)
    return f'<ul class="unread">{"".join(items)}</ul>' if unread else ""


def _table(sheet: Sheet) -> str:
    head = "".join(
        f"<th{_class(title, cell)}>{_head(title, cell, sheet)}</th>" for title, cell in sheet.rows[0].items()
    )
    rows = "\n".join(f"<tr>{''.join(_cell(*shown, sheet) for shown in row.items())}</tr>" for row in sheet.rows)
    table = f"""<div class="scroll" tabindex="0"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>"""
    if sheet.folded:
        table = f"<details><summary>Show all: {len(sheet.rows):,}</summary>\n{table}\n</details>"
    return f"<section>\n<h2>{escape(sheet.title)}</h2>\n{table}\n</section>"


def _head(title: str, cell: Cell, sheet: Sheet) -> str:
    """A bar's column has a scale in the place of a title."""
    if cell.bar is None:
        return escape(title)
    return f'<span class="scale"><span>0</span><span>{escape(sheet.scale)}</span></span>'


def _cell(title: str, cell: Cell, sheet: Sheet) -> str:
    if cell.bar is not None:
        title = f"to {sheet.scale}"
        content = f'<div class="bar {cell.tone}" aria-hidden="true"><i style="width: {cell.bar:.1f}%"></i></div>'
    elif cell.line:
        content = _line(cell.line)
    else:
        content = f'<span class="tone {cell.tone}">{escape(cell.text)}</span>' if cell.tone else escape(cell.text)
    return f'<td{_class(title, cell)} data-title="{escape(title)}">{content}</td>'


def _line(values: Sequence[int]) -> str:
    """One bar a value, the highest in full."""
    most = max(values) or 1
    bars = "".join(
        f'<rect x="{place}" y="{100 - 100 * value / most:.1f}" width=".8" height="{100 * value / most:.1f}"/>'
        for place, value in enumerate(values)
    )
    box = f'viewBox="0 0 {len(values)} 100" preserveAspectRatio="none"'
    return f'<svg class="line" {box} role="img" aria-label="highest: {most:,}">{bars}</svg>'


def _class(title: str, cell: Cell) -> str:
    if cell.drawn:
        return ' class="chart"'
    names = ["number"] * cell.number + ["standing"] * (title == "Standing")
    return f' class="{" ".join(names)}"' if names else ""
