"""A JSON array with a row a line: `type`, `name`, `id` and the inputs.

Of a token also its `token_digest`; of a quota that of its token, and `usage`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TextIO

from tc_resources import AigcQuota
from tc_resources.cli.discovery.found import Found, Group


def write(groups: Iterable[Group], out: TextIO) -> None:
    """The array, as its rows come."""
    write_array((_row(found) for group in groups for found in group.found), out)
    out.write("\n")


def write_array(rows: Iterable[dict[str, Any]], out: TextIO) -> None:
    """An array of `rows`, which are not held."""
    out.write("[")
    separator = "\n"
    for row in rows:
        out.write(f"{separator}  {json.dumps(row)}")
        separator = ",\n"
    out.write("\n]")


def _row(found: Found) -> dict[str, Any]:
    row = {"type": found.resource.__name__, "name": found.name, "id": found.id, **found.inputs}
    if found.resource is AigcQuota:
        row |= {"token_digest": found.token_digest, "usage": found.usage}
    return {**row, "token_digest": found.token_digest} if found.is_token else row
