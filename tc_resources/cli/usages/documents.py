"""Usage for programs: JSON and CSV, written as it comes, and the config of stacks/ that the suggestions make.

JSON is one object whose keys are only ever added. `at`, `from`, `to`: when it was read, and the days. `usage`: rows of
`sub_app_id`, `aigc_type`, `unit` (null where it is not known), `model`, `token_digest` (null for what no listed token
accounts for), `day`, `tasks`, `used`. `read`, `unread` (`scope` and `reason`). `uncovered`: types that no quota covers.
`suggestions`, null unless asked for: `sub_app_id`, `quota_type`, `token_digest`, `unit`, `month`, `highest`,
`head_room_percent`, `sum`, `cap`. Days and months are those of the bill, UTC+8.
"""

from __future__ import annotations

import csv
import json
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TextIO

import yaml

from tc_resources.cli.discovery.stack_config import PROJECT
from tc_resources.cli.usages.reading import Used
from tc_resources.cli.usages.suggestions import Suggestion
from tc_resources.cloud.identities import UNITS

Fields = dict[str, Any]
COLUMNS = ("sub_app_id", "aigc_type", "unit", "model", "token_digest", "day", "tasks", "used")
CAPS = ("sub_app_id", "quota_type", "token_digest", "unit", "month", "highest", "head_room_percent", "sum", "cap")


def used_fields(used: Used) -> Fields:
    """One row of usage."""
    unit = UNITS.get(used.aigc_type)
    values = (used.sub_app_id, used.aigc_type, unit, used.model, used.token_digest, used.day.isoformat())
    return dict(zip(COLUMNS, (*values, used.tasks, used.amount), strict=True))


def cap_fields(one: Suggestion) -> Fields:
    """One suggestion."""
    return dict(zip(CAPS, (*one.identity, one.unit, *one[1:], one.exact, one.cap), strict=True))


def write_json(head: Fields, usage: Iterable[Used], tail: Iterator[Fields], out: TextIO) -> None:
    """The object: what is known before the rows, the rows, and what is known once they are out."""
    out.write(json.dumps(head, indent=2).removesuffix("\n}") + ',\n  "usage": [')
    separator = ""
    for used in usage:
        out.write(f"{separator}\n    {json.dumps(used_fields(used))}")
        separator = ","
    rest = json.dumps(next(tail), indent=2).removeprefix("{\n")
    out.write(f"{separator and chr(10) + '  '}],\n{rest}\n")


def write_csv(columns: Iterable[str], rows: Iterable[Fields], out: TextIO) -> None:
    """A line of titles, and one for each row."""
    lines = csv.DictWriter(out, list(columns), lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows)


def write_config(found: Iterable[Suggestion], out: TextIO, project: str = PROJECT) -> None:
    """The applications of a stack of the program in stacks/, each quota with its cap and by the month."""
    applications: dict[int, Fields] = {}
    for one in found:
        sub_app_id = one.identity.sub_app_id
        entry = {"name": str(sub_app_id), "subAppId": sub_app_id, "quotas": {}, "periods": {}}
        _add(applications.setdefault(sub_app_id, entry), one)
    text = yaml.safe_dump(list(applications.values()), sort_keys=False, default_flow_style=None, width=1000)
    body = textwrap.indent(text, "    ") if applications else ""
    out.write(f"config:\n  {project}:applications:{'' if applications else ' []'}\n{body}")


def secret(one: Suggestion) -> str:
    """The key of the stack's config for a token, the same as `discover` gives it."""
    return f"apiToken-{one.identity.token_digest}"


def _add(entry: Fields, one: Suggestion) -> None:
    if one.identity.token_digest:
        name = f"token-{one.identity.token_digest}"
        token = {"name": name, "limit": one.cap, "secret": secret(one), "period": "monthly"}
        entry.setdefault("tokens", []).append(token)
    else:
        entry["quotas"][one.identity.quota_type] = one.cap
        entry["periods"][one.identity.quota_type] = "monthly"


def moment(at: datetime) -> str:
    """ISO 8601 in UTC."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
