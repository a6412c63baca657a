"""`tc-resources status`: what is in force, how much of it is used, and who manages it."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from tc_resources.cli.ending import fail
from tc_resources.cli.forecast import with_forecast
from tc_resources.cli.listings import All, Selection, SubApps, Zones, connect, everything, existing, read
from tc_resources.cli.reports import document, exposition, page, terminal
from tc_resources.cli.reports import stack as export
from tc_resources.cli.reports.report import Report, Standing, compiled
from tc_resources.cli.reports.stack import Managed, NotAnExportError, Stack, scopes
from tc_resources.cli.reports.tables import percentage
from tc_resources.cloud.client import Client

UNREAD, MISUSED, ABOVE, STANDING = 1, 2, 3, 4
"""Exit codes, as documented for the command."""
UNWANTED = {standing.value: standing for standing in Standing if standing is not Standing.MANAGED}


class Format(str, Enum):
    """A form of the report."""

    TABLE = "table"
    JSON = "json"
    PROMETHEUS = "prometheus"
    HTML = "html"


TEXTS = {Format.JSON: document.text, Format.PROMETHEUS: exposition.text, Format.HTML: page.text}


def run(
    zone: Zones = None,
    sub_app: SubApps = None,
    all_: All = False,
    stack: Annotated[
        str | None,
        typer.Option(metavar="FILE|-", help="Compare with the output of `pulumi stack export`; - is stdin."),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="Form of the answer.")] = Format.TABLE,
    fail_above: Annotated[
        float | None, typer.Option(min=0, metavar="PERCENT", help="Exit with 3 if more of any quota is used.")
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(metavar="STANDINGS", help="Exit with 4 if any has one of these, such as drifted,missing."),
    ] = None,
    forecast: Annotated[
        int | None,
        typer.Option(min=1, max=90, metavar="DAYS", help="Say how long each quota lasts, by the last so many days."),
    ] = None,
) -> None:
    """Show how much of each quota is used, and the bandwidth of each limit.

    \b
    table       for people: colour and bars on a terminal
    json        an object whose keys only ever grow
    prometheus  text exposition format, as a textfile collector takes it
    html        a page of its own, with charts

    With --stack, what is there is shown beside the stack's state: managed,
    drifted (with another value), unmanaged (not in the state) or missing (only
    there). Its zones and sub-applications are read if no others are named.

    With --forecast, each quota has how long it lasts if it is used as in the whole
    days before today: one more call a quota, of the usage that is billed.

    A quota of 0, the off switch, counts as 100 % used once anything was used,
    else as 0 %.

    \b
    Examples:
      tc-resources status --all --fail-above 80
      tc-resources status --zone zone-3abcj8tqd --format html > status.html
      pulumi stack export | tc-resources status --stack -
      tc-resources status --stack FILE --fail-on drifted,missing,unmanaged

    The key comes from TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY.
    Tokens appear as a digest.

    \b
    Exit codes:
      0  all was read
      1  some could not be read, each a line on standard error; the rest is shown
      2  wrong use, or nothing could be read
      3  a quota is above --fail-above, whatever else could not be read
      4  one has a standing of --fail-on, and none is above --fail-above
    """
    standings = _standings(fail_on, stack)
    named = bool(zone or sub_app)
    if (all_ and named) or not (all_ or named or stack):
        fail("Say what to read: --zone and --sub-app, or --all, or --stack.", MISUSED)
    exported = _exported(stack) if stack else None
    declared = exported and exported.managed
    client = connect()
    selection = _selection(client, zone or [], sub_app or [], all_, declared or {})
    listings = read(client, selection) if all_ else existing(client, read(client, selection))
    unread = [*selection.unread, *(exported.odd if exported else ())]
    report = compiled(datetime.now(timezone.utc), unread, listings, declared)
    if forecast:
        report = with_forecast(client, report, forecast)
    if format_ is Format.TABLE:
        terminal.show(report)
    else:
        print(TEXTS[format_](report), flush=True)
    _end(report, fail_above, standings)


def _standings(fail_on: str | None, stack: str | None) -> list[Standing]:
    if fail_on is None:
        return []
    if not stack:
        fail("--fail-on goes with --stack: without a stack there are no standings.", MISUSED)
    try:
        return [UNWANTED[name.strip()] for name in fail_on.split(",")]
    except KeyError:
        fail(f"--fail-on has standings with commas between them, of {', '.join(UNWANTED)}.", MISUSED)


def _exported(stack: str) -> Stack:
    name = "stdin" if stack == "-" else stack
    try:
        return export.read(sys.stdin.read() if stack == "-" else Path(stack).read_text(encoding="utf-8"))
    except OSError as error:
        fail(f"{stack} cannot be read: {error.strerror}.", MISUSED)
    except UnicodeDecodeError:
        fail(f"{name} is not the output of `pulumi stack export`.", MISUSED)
    except NotAnExportError as error:
        fail(f"{name} {error}.", MISUSED)


def _selection(client: Client, zones: list[str], sub_apps: list[int], all_: bool, declared: Managed) -> Selection:
    if all_:
        return everything(client)
    return Selection(zones, sub_apps) if zones or sub_apps else Selection(*scopes(declared))


def _end(report: Report, fail_above: float | None, standings: list[Standing]) -> None:
    for unread in report.unread:
        print(f"Reading {unread.scope} failed. {unread.reason}", file=sys.stderr)
    found = report.standing(*standings)
    if found:
        named = ", ".join(f"{status.id} ({status.standing.value})" for status in found if status.standing)
        print(f"Not as in the stack: {named}.", file=sys.stderr)
    above = report.above(fail_above) if fail_above is not None else []
    if above:
        fail(f"Above {fail_above:g} %: {', '.join(f'{row.id} ({percentage(row.percent)} %)' for row in above)}.", ABOVE)
    if found:
        raise typer.Exit(STANDING)
    if report.unread:
        raise typer.Exit(UNREAD if report.read else MISUSED)
