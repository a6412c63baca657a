"""The results as a chart: seconds of each operation, by contender, with their spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from bench.cases import MANY, SIXTY, SIXTY_FAR
from bench.results import Results
from bench.summary import Summary, summaries

SHOWN = tuple(map(str, (SIXTY, SIXTY_FAR, MANY)))
COLOURS = {
    "floor": "#9aa0a6",
    "dynamic": "#1a73e8",
    "native": "#0b3d91",
    "naive": "#f29900",
    "terraform": "#7b42bc",
    "bridged": "#c5221f",
    "tccli": "#188038",
}
WIDTH, LABELS, BAR, GAP, HEAD = 860, 190, 15, 9, 58
"""Pixels: of the chart, left of its bars, of a bar, between two groups of bars, above a panel."""
ROOM = 90
"""Pixels right of the longest bar, for its figure."""


def chart(results: Results) -> str:
    """An SVG with a panel for each of SHOWN that was measured."""
    rows = [row for row in summaries(results.measurements) if row.case in SHOWN]
    panels, top = [], 34
    for case in dict.fromkeys(row.case for row in rows):
        panel, top = _panel(case, [row for row in rows if row.case == case], top)
        panels.append(panel)
    size = f"{results.machine['cores']} cores, {results.machine['memory']}, {results.machine['cpu']}"
    body = "\n".join(panels)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 10}" font-family="sans-serif" \
font-size="12" fill="#202124">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="12" y="22">Seconds, median and spread, on {escape(size)}</text>
{body}
</svg>
"""


def _panel(case: str, rows: Sequence[Summary], top: int) -> tuple[str, int]:
    """A case's bars below `top`, and where they end."""
    scale = (WIDTH - LABELS - ROOM) / max(row.slowest for row in rows)
    parts = [f'<text x="12" y="{top + 24}" font-size="14" font-weight="bold">{case}</text>', *_legend(rows, top + 42)]
    y = top + HEAD
    for operation in dict.fromkeys(row.operation for row in rows):
        group = [row for row in rows if row.operation == operation]
        middle = y + BAR * len(group) / 2 + 4
        parts.append(f'<text x="{LABELS - 10}" y="{middle:.0f}" text-anchor="end">{operation}</text>')
        for row in group:
            parts.append(_bar(row, y, scale))
            y += BAR
        y += GAP
    return "\n".join(parts), y


def _legend(rows: Sequence[Summary], y: int) -> Iterator[str]:
    for number, name in enumerate(dict.fromkeys(row.contender for row in rows)):
        x = LABELS + number * 90
        yield f'<rect x="{x}" y="{y - 10}" width="11" height="11" fill="{COLOURS[name]}"/>'
        yield f'<text x="{x + 16}" y="{y}">{name}</text>'


def _bar(row: Summary, y: int, scale: float) -> str:
    fastest, end, slowest = (LABELS + seconds * scale for seconds in (row.fastest, row.seconds, row.slowest))
    middle = y + (BAR - 2) / 2
    return (
        f'<rect x="{LABELS}" y="{y}" width="{end - LABELS:.1f}" height="{BAR - 2}" fill="{COLOURS[row.contender]}"/>'
        f'<path d="M{fastest:.1f} {middle}H{slowest:.1f}" stroke="#202124"/>'
        f'<text x="{slowest + 5:.1f}" y="{y + BAR - 4}" font-size="11">{row.seconds:.1f}</text>'
    )
