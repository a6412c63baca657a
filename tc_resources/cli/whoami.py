"""`tc-resources whoami`: as whom the services would be called, and what they would allow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from tc_resources.cli import permissions
from tc_resources.cli.ending import fail
from tc_resources.cli.listings import connect
from tc_resources.cli.permissions import ALLOWED, DENIED, UNCLEAR, Answer
from tc_resources.cli.words import told
from tc_resources.cloud.account_guard import Accounts
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import AccountError, CloudError
from tc_resources.cloud.transport.endpoint import SITES

REFUSED, NOBODY = 1, 2
"""Exit codes, as documented for the command."""
COLOURS = {ALLOWED: "green", DENIED: "red", UNCLEAR: "yellow"}
WIDE = 200
"""Columns where no terminal sets a width."""


class Format(str, Enum):
    """A form of the answer."""

    TABLE = "table"
    JSON = "json"


def run(
    format_: Annotated[Format, typer.Option("--format", help="Form of the answer.")] = Format.TABLE,
) -> None:
    """Show where the key comes from, whose it is, and what it may do.

    \b
    Each permission is tried with a request that changes nothing:
    allowed  the service did it, or refused it for another reason
    denied   the CAM policy of the user or role does not allow it
    unclear  no answer, or one that says nothing of the permission

    A policy that names single zones or sub-applications shows as denied for
    writes, which are tried on ones that do not exist.

    Where allowed accounts are set and the key is not known to be of one of
    them, nothing but its account is asked for.

    The key comes from the environment, as for all commands. Secrets are never
    shown, and of the secret id its beginning and end.

    \b
    Examples:
      tc-resources whoami
      tc-resources whoami --format json

    \b
    Exit codes:
      0  all is allowed
      1  some is denied or unclear, or the account is not an allowed one
      2  wrong use, no credentials, or no answer to them
    """
    client = connect()
    try:
        facts, first = _facts(client)
    except CloudError as error:
        fail(told(error), NOBODY)
    refusal = _refusal(client, facts["account_id"], first)
    found = [first] if refusal else [first, *permissions.answers(client)]
    if format_ is Format.JSON:
        print(json.dumps({**facts, "permissions": [answer._asdict() for answer in found]}, indent=2))
    else:
        _show(facts, found)
    if refusal:
        fail(refusal, REFUSED)
    lacking = [answer for answer in found if answer.answer != ALLOWED]
    if lacking:
        fail("\n".join(_told(lacking)), REFUSED)


def _facts(client: Client) -> tuple[dict[str, str | None], Answer]:
    caller, answer = permissions.caller(client)
    target, accounts = client.target, client.guard.accounts
    account_id = caller.account_id if caller else None
    return {
        "source": client.source,
        "secret_id": shortened(client.secret_id),
        "account_id": account_id,
        "allowed_account_ids": ", ".join(sorted(accounts.allowed)) or None,
        "forbidden_account_ids": ", ".join(sorted(accounts.forbidden)) or None,
        "account_verdict": _verdict(account_id, accounts) if accounts else None,
        "arn": caller.arn if caller else None,
        "type": caller.type if caller else None,
        "site": target if target in SITES else None,
        "endpoint": None if target in SITES else target,
    }, answer


def _verdict(account_id: str | None, accounts: Accounts) -> str:
    if account_id is None:
        return UNCLEAR
    return ALLOWED if accounts.admit(account_id) else DENIED


def _refusal(client: Client, account_id: str | None, answer: Answer) -> str | None:
    """Why nothing more may be asked, None where it may."""
    if account_id is None and client.guard.accounts:
        return told(client.guard.untold(CloudError(f"{answer.permission} answered {answer.code}.")))
    try:
        client.guard.demand(account_id or "")
    except AccountError as error:
        return told(error)
    return None


def shortened(secret_id: str) -> str:
    """The first and the last four characters of a secret id, and of one that has not many more the first alone."""
    return f"{secret_id[:4]}…{secret_id[-4:]}" if len(secret_id) >= 12 else f"{secret_id[:4]}…"


def _show(facts: Mapping[str, str | None], found: Sequence[Answer]) -> None:
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDE
    table_of_facts = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value:
            table_of_facts.add_row(name.replace("_", " "), value)
    code = Column("code", overflow="fold")
    table = Table("permission", "answer", code, box=SIMPLE_HEAD if console.is_terminal else None, pad_edge=False)
    for answer in found:
        table.add_row(*(part or "" for part in answer), style=COLOURS[answer.answer])
    console.print(table_of_facts, table, sep="\n\n")


def _told(lacking: Sequence[Answer]) -> Iterator[str]:
    denied, unclear = (
        ", ".join(answer.permission for answer in lacking if answer.answer == wanted) for wanted in (DENIED, UNCLEAR)
    )
    if denied:
        yield f"Denied: {denied}. To allow it, add it to the CAM policy of the user or role whose key is used."
    if unclear:
        yield f"Unclear: {unclear}."
