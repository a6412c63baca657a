"""The CAM policies of the documents, and their table of permissions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

PAGE = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8")

Policy = dict[str, Any]

READING, MANAGING = (
    json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if "statement" in json.loads(block)
)


def permissions(policy: Policy) -> list[str]:
    """What a policy allows."""
    return [action for statement in policy["statement"] for action in statement["action"]]


def without(policy: Policy, permission: str) -> Policy:
    """The policy, but for one of its permissions."""
    (statement,) = policy["statement"]
    actions = [action for action in statement["action"] if action != permission]
    assert len(actions) == len(statement["action"]) - 1
    return {**policy, "statement": [{**statement, "action": actions}]}


def needed_for(permission: str) -> str:
    """What the table says that a permission is needed for."""
    (row,) = (line for line in PAGE.splitlines() if line.startswith("| ") and f"`{permission}`" in line)
    return row.split("|")[2]


def named(text: str) -> set[str]:
    """The permissions that a text names."""
    return set(re.findall(r"\b(?:teo|vod|sts):[A-Z]\w+", text))
