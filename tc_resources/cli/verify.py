"""`tc-resources verify`: how the services behave where their documents leave it open, measured on an account."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tc_resources.behaviour.alternatives import text
from tc_resources.cli.ending import fail
from tc_resources.cli.listings import connect
from tc_resources.cli.output import create
from tc_resources.cli.verification.findings import Findings
from tc_resources.cli.verification.journal import Journal, JournalError
from tc_resources.cli.verification.run import Run, Subjects
from tc_resources.cli.verification.signals import interruptible
from tc_resources.cli.words import told
from tc_resources.cloud.action import Action
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError, ServiceError
from tc_resources.cloud.parser import domain as normal
from tc_resources.cloud.services import sts, tokens

LEFT, MISUSED = 1, 2
"""Exit codes, as documented for the command."""
WIDE = 200
"""Columns where no terminal sets a width."""


class Format(str, Enum):
    """A form of the report."""

    TABLE = "table"
    JSON = "json"


def run(
    zone: Annotated[str | None, typer.Option(help="The zone to try limits in, such as zone-3abcj8tqd.")] = None,
    domain: Annotated[str | None, typer.Option(help="A domain of that zone.")] = None,
    sub_app: Annotated[int | None, typer.Option(min=1, help="The sub-application to try quotas on.")] = None,
    token: Annotated[
        str | None, typer.Option(envvar="TC_RESOURCES_TOKEN", help="One of its API tokens, for what concerns tokens.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="Form of the answer.")] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option(help="Write it as JSON to this file, too, which must not exist yet.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Begin without asking.")] = False,
    allow_zero: Annotated[
        bool, typer.Option("--allow-zero", help="Try quotas of 0 as well, which stop what they are on for a moment.")
    ] = False,
    allow_tokens: Annotated[
        bool, typer.Option("--allow-tokens", help="Make and delete an API token of the sub-application as well.")
    ] = False,
    journal: Annotated[Path | None, typer.Option(help="The file that notes what has to be taken back.")] = None,
) -> None:
    """Measure on this account what the API documents leave open, and take everything back.

    It sets limits and quotas where there are none, so high that they stop
    nothing, and deletes them. What has a limit or a quota already is left
    alone. Nobody else should set any of them meanwhile. What it will write it
    says first, and asks.

    The report says of each property whether it is measured; the emulator
    takes it with --behaviour.

    \b
    Examples:
      tc-resources verify --zone zone-3abcj8tqd --domain www.example.com --sub-app 200000004
      tc-resources verify --sub-app 200000004 --yes --output report.json

    \b
    Exit codes:
      0    everything is taken back, and the report is complete
      1    something may be left or could not be asked, each a line on standard error
      2    wrong use, nobody said yes, or no account
      130  stopped by Ctrl-C or SIGTERM, and everything taken back
    """
    if (zone is None) != (domain is None) or not (zone or sub_app):
        fail("Say what to measure on: --zone and --domain, or --sub-app, or all three.", MISUSED)
    if not yes and not answerable():
        fail("Nobody can be asked here, since standard input is no terminal: say --yes to begin.", MISUSED)
    if output and output.exists():
        fail(f"{output} is there already, and is not written over.", MISUSED)
    subjects = Subjects(zone, _normal(domain), sub_app, token, allow_zero, allow_tokens)
    client = connect()
    path = journal or _journal(client)
    with ExitStack() as stack:
        try:
            stack.enter_context(interruptible())
            held = stack.enter_context(Journal(path, client.clock.now))
            run = Run(partial(_send, client), client.clock, held, subjects, _progress)
            troubles = _measured(run, yes=yes)
        except JournalError as error:
            fail(str(error), LEFT)
    _write(run.findings, format_, output)
    if troubles:
        fail("\n".join(troubles), LEFT)


def _send(client: Client, action: Action, params: Mapping[str, object]) -> dict[str, Any]:
    """The answer; to make a token once more makes another."""
    send = client.call_once if action == tokens.CREATE else client.call
    return send(action, params)


def answerable() -> bool:
    """Whether anybody can say yes."""
    return sys.stdin.isatty()


def _measured(run: Run, *, yes: bool) -> list[str]:
    """What troubled the run, a line each."""
    if run.strangers():
        fail(f"A run that was killed has left {run.strangers()}. Say the same --token, to take it back.", MISUSED)
    if run.leftovers():
        _confirm(f"A run that was killed may have left {run.leftovers()}. This is taken back first.", yes=yes)
    try:
        if refusal := run.heal():
            fail(refusal, LEFT)
        _confirm(run.plan(), yes=yes)
        return run.measure()
    except KeyboardInterrupt:
        print(*run.left(), sep="\n", file=sys.stderr)
        raise


def _normal(domain: str | None) -> str:
    try:
        return normal(domain) if domain else ""
    except ValueError as error:
        fail(f"--domain {error}.", MISUSED)


def _journal(client: Client) -> Path:
    """Where the marks of this account lie."""
    try:
        account = sts.caller(client.call).account_id
    except ServiceError as error:
        if not error.denied:
            fail(told(error), MISUSED)
        account = client.secret_id
    except CloudError as error:
        fail(told(error), MISUSED)
    name = hashlib.sha256(f"{client.target} {account}".encode()).hexdigest()[:12]
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return folder / "tc-resources" / f"verify-{name}.json"


def _confirm(plan: str, *, yes: bool) -> None:
    print(plan, file=sys.stderr)
    if not yes and not typer.confirm("Begin?", err=True):
        fail("Nothing was written.", MISUSED)


def _progress(names: Sequence[str]) -> None:
    print(f"Measuring {', '.join(names)}.", file=sys.stderr)


def _write(findings: Findings, format_: Format, output: Path | None) -> None:
    report = findings.report()
    document = json.dumps(report, indent=2)
    if format_ is Format.JSON:
        print(document)
    else:
        _show(report)
    if output:
        with create(output) as file:
            file.write(f"{document}\n".encode())


def _show(report: Mapping[str, Mapping[str, Any]]) -> None:
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDE
    box = SIMPLE_HEAD if console.is_terminal else None
    table = Table("property", "value", "standing", "note", box=box, pad_edge=False)
    for name, row in report.items():
        table.add_row(name, text(row["value"]), row["standing"], row.get("note", ""))
    console.print(table)
