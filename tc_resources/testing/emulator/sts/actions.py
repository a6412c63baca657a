"""The actions on identities and roles, from the wire to the emulator's credentials and back.

The codes are documented, in the vendor's SDK and command line, unless a docstring says otherwise. So is that each
action wants a region to be named; the code where none is, is assumed.
"""

from __future__ import annotations

from tc_resources.testing.emulator.credentials import CredentialsStore, Identity
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.parameters import parse
from tc_resources.testing.emulator.service import Params
from tc_resources.testing.emulator.sts import answers
from tc_resources.testing.emulator.sts.models import Role, Roles
from tc_resources.testing.emulator.sts.parameters import (
    AssumeParameters,
    NoParameters,
    RoleParameters,
    WebIdentityParameters,
)

UNSIGNED = "AssumeRoleWithWebIdentity"
"""The action that may be called with `Authorization: SKIP`."""


class Sts:
    """The service as `caller` sees it, None where a request is not signed."""

    version = "2018-08-13"

    def __init__(self, store: CredentialsStore, roles: Roles, caller: Identity | None) -> None:
        self._store = store
        self._roles = roles
        self._caller = caller
        self.actions = {
            "GetCallerIdentity": self.get_caller_identity,
            "AssumeRole": self.assume_role,
            UNSIGNED: self.assume_role_with_web_identity,
        }

    def get_caller_identity(self, params: Params, now: float) -> Params:  # noqa: ARG002 - every action has it
        """Assumed: it takes a permission as every other action does."""
        parse(NoParameters, params)
        return answers.identity(self._signed())

    def assume_role(self, params: Params, now: float) -> Params:
        """Assumed: any account may take a role, and the code for a wrong external id."""
        wanted = parse(RoleParameters, params)
        role = self._roles.get(wanted.role_arn)
        if role.external_id is not None and wanted.external_id != role.external_id:
            raise ApiError("UnauthorizedOperation", "The role asks for another ExternalId.")
        return self._session(role, wanted, self._signed().user_id, now)

    def assume_role_with_web_identity(self, params: Params, now: float) -> Params:
        """Assumed: a wrong provider and a wrong token get the same code."""
        wanted = parse(WebIdentityParameters, params)
        role = self._roles.get(wanted.role_arn)
        if wanted.provider_id != role.provider_id or wanted.web_identity_token not in role.web_identity_tokens:
            raise ApiError("InvalidParameter.WebIdentityTokenError", "The role does not trust this token.")
        return self._session(role, wanted, role.account_id, now)

    def _signed(self) -> Identity:
        """Only the unsigned action has no caller, and it does not ask."""
        if self._caller is None:
            raise ApiError("AuthFailure.InvalidAuthorization", "This action has to be signed.")
        return self._caller

    def _session(self, role: Role, wanted: AssumeParameters, principal_id: str, now: float) -> Params:
        identity = role.identity(wanted.role_session_name, principal_id)
        issued = self._store.issue(identity, role.policy, int(now) + wanted.checked_seconds())
        return {"Credentials": answers.credentials(issued), **answers.expiry(issued)}
