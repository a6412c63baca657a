"""The report as one HTML page that loads nothing: style and charts are inside, light or dark as its reader has it."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from tc_resources.cli.reports.report import HIGH, Report, Standing
from tc_resources.cli.reports.sheets import Cell, Sheet, sheets

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Tencent Cloud quotas and limits</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>Tencent Cloud quotas and limits</h1>
<p>{read} zones and sub-applications, as of {at:%Y-%m-%d %H:%M:%S} UTC.</p>
{body}
</main>
</body>
</html>"""


def text(report: Report) -> str:
    """The report as a page."""
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    body = "\n".join([_summary(report), _unread(report), *map(_table, sheets(report))])
    return PAGE.format(style=style, at=report.at, read=len(report.read), body=body)


def _summary(report: Report) -> str:
    figures = {"Quotas": len(report.quotas), f"Above {HIGH} %": len(report.above(HIGH)), "Limits": len(report.limits)}
    if report.compared:
        figures |= {standing.value.capitalize(): report.count(standing) for standing in Standing}
    cards = (f"<div><dt>{name}</dt><dd>{figure:,}</dd></div>" for name, figure in figures.items())
    return f"<dl>{''.join(cards)}</dl>"


def _unread(report: Report) -> str:
    items = (f"<li>Reading {escape(row.scope)} failed. {escape(row.reason)}</li>" for row in report.unread)
    return f'<ul class="unread">{"".join(items)}</ul>' if report.unread else ""


def _table(sheet: Sheet) -> str:
    head = "".join(f"<th{_class(cell)}>{title}</th>" for title, cell in sheet.rows[0].items())
    rows = "\n".join(f"<tr>{''.join(_cell(*shown) for shown in row.items())}</tr>" for row in sheet.rows)
    return f"""<section>
<h2>{sheet.title}</h2>
<div class="scroll"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>
</section>"""


def _cell(title: str, cell: Cell) -> str:
    if cell.bar is not None:
        content = f'<div class="bar {cell.tone}" aria-hidden="true"><i style="width: {cell.bar:.1f}%"></i></div>'
    else:
        content = f'<span class="tone {cell.tone}">{escape(cell.text)}</span>' if cell.tone else escape(cell.text)
    return f'<td{_class(cell)} data-title="{title}">{content}</td>'


def _class(cell: Cell) -> str:
    if cell.bar is not None:
        return ' class="chart"'
    return ' class="number"' if cell.number else ""
