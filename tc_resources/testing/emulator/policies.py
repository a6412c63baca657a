"""CAM policies: what a key may do, as users write it in JSON.

Documented: `version` 2.0, `statement`, `effect`, `action` as service:Action with or without "name/" before it, `*` for
any characters; deny wins, and what nothing allows is denied. Not emulated, and refused: conditions, and resources
other than all.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict


def listed(value: object) -> object:
    """A single text stands for a list of it."""
    return [value] if isinstance(value, str) else value


class Statement(BaseModel):
    """One effect on some actions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    effect: Literal["allow", "deny"]
    action: Annotated[list[str], BeforeValidator(listed)]
    resource: Annotated[list[Literal["*"]], BeforeValidator(listed)]

    def names(self, permission: str) -> bool:
        """Whether it is about `permission`, service:Action, to whatever effect."""
        return any(covers(pattern, permission) for pattern in self.action)


class Policy(BaseModel):
    """A whole document."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal["2.0"]
    statement: list[Statement]

    def allows(self, permission: str) -> bool:
        """Whether `permission`, service:Action, may be used."""
        effects = {statement.effect for statement in self.statement if statement.names(permission)}
        return effects == {"allow"}


def covers(pattern: str, permission: str) -> bool:
    """Whether the pattern of a policy, in which `*` is any text, is about this service:Action."""
    parts = pattern.removeprefix("name/").split("*")
    return re.fullmatch(".*".join(map(re.escape, parts)), permission) is not None
