"""The roles of CAM that can be taken."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from tc_resources.testing.emulator.credentials import Identity
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.policies import Policy

ARN = re.compile(r"qcs::cam::uin/(?P<account_id>[0-9]+):roleName/(?P<name>[\w-]+)")
FIRST_ID = 4_611_686_018_427_387_904


@dataclass(frozen=True)
class Role:
    """A role: what it may do, and what those must show who take it."""

    account_id: str
    name: str
    role_id: str
    policy: Policy | None
    external_id: str | None
    provider_id: str
    web_identity_tokens: Collection[str] = field(repr=False)

    def identity(self, session: str, principal_id: str) -> Identity:
        """Who calls in a session of it, taken by `principal_id`. Documented: ARN, type and user id."""
        arn = f"qcs::sts:{self.account_id}:assumed-role/{self.role_id}"
        return Identity(self.account_id, arn, f"{self.role_id}:{session}", principal_id, "CAMRole")


class Roles:
    """All roles, by their ARN."""

    def __init__(self) -> None:
        self._roles: dict[str, Role] = {}

    def put(
        self,
        arn: str,
        policy: Policy | None,
        external_id: str | None,
        provider_id: str,
        web_identity_tokens: Collection[str],
    ) -> None:
        """Add a role or change it. Raises ValueError for another form of ARN."""
        parts = ARN.fullmatch(arn)
        if parts is None:
            raise ValueError(f"A role is named like qcs::cam::uin/100000000001:roleName/deploy, not {arn}.")
        known = self._roles.get(arn)
        role_id = known.role_id if known else str(FIRST_ID + len(self._roles))
        given = (policy, external_id, provider_id, web_identity_tokens)
        self._roles[arn] = Role(parts["account_id"], parts["name"], role_id, *given)

    def get(self, arn: str) -> Role:
        """Documented: the code for a role that is not there."""
        if arn not in self._roles:
            raise ApiError("ResourceNotFound.RoleNotFound", "There is no such role.")
        return self._roles[arn]

    def by_name(self) -> dict[str, Role]:
        """The roles that a machine has: all. A real one has one."""
        return {role.name: role for role in self._roles.values()}
