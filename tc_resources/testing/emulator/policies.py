"""CAM policies: what a key may do, as users write it in JSON.

Documented: `version` 2.0, `statement`, `effect`, `action` as service:Action with or without "name/" before it, `*` for
any characters; deny wins, and what nothing allows is denied. Not emulated, and refused: conditions, and resources
other than all.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from tc_resources.testing.emulator.errors import ApiError

# Documented: both codes, the first in the error table of the service. Assumed: which service answers which.
DENIALS = {"teo": "UnauthorizedOperation.CamUnauthorized"}
ANY_OTHER_DENIAL = "AuthFailure.UnauthorizedOperation"


def listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Statement(BaseModel):
    """One effect on some actions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    effect: Literal["allow", "deny"]
    action: Annotated[list[str], BeforeValidator(listed)]
    resource: Annotated[list[Literal["*"]], BeforeValidator(listed)]

    def names(self, permission: str) -> bool:
        return any(covers(pattern, permission) for pattern in self.action)


class Policy(BaseModel):
    """A whole document."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal["2.0"]
    statement: list[Statement]

    def check(self, permission: str) -> None:
        """Raise ApiError unless `permission`, service:Action, is allowed."""
        effects = {statement.effect for statement in self.statement if statement.names(permission)}
        if effects != {"allow"}:
            code = DENIALS.get(permission.partition(":")[0], ANY_OTHER_DENIAL)
            raise ApiError(code, f"The policy of this key does not allow {permission}.")


def covers(pattern: str, permission: str) -> bool:
    parts = pattern.removeprefix("name/").split("*")
    return re.fullmatch(".*".join(map(re.escape, parts)), permission) is not None
