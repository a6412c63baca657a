"""STS 2018-08-13: who calls, and temporary keys for those who take a role, as they cross the wire.

The parameters, defaults, codes and answers are documented, in the vendor's SDK and command line, unless a docstring
says otherwise. So is that each action wants a region to be named; the code where none is, is assumed.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.keys import Identity, Keys, TemporaryKey
from tc_resources.testing.emulator.parameters import Parameters, parse
from tc_resources.testing.emulator.roles import Role, Roles

VERSION = "2018-08-13"
UNSIGNED = "AssumeRoleWithWebIdentity"
"""The action that may be called with `Authorization: SKIP`."""
USUAL_SECONDS = 7200
MOST_SECONDS = 43_200
SESSION = re.compile(r"[\w+=,.@-]{2,128}", re.ASCII)


class NoParameters(Parameters):
    pass


class AssumeParameters(Parameters):
    role_arn: str
    role_session_name: str
    duration_seconds: int | None = None

    def checked_seconds(self) -> int:
        """Assumed: the code for a session name in another form."""
        if not SESSION.fullmatch(self.role_session_name):
            raise ApiError("InvalidParameter.ParamError", "RoleSessionName has 2 to 128 letters, digits and =,.@_-.")
        seconds = USUAL_SECONDS if self.duration_seconds is None else self.duration_seconds
        if not 1 <= seconds <= MOST_SECONDS:
            raise ApiError("InvalidParameter.OverTimeError", f"DurationSeconds must be from 1 to {MOST_SECONDS}.")
        return seconds


class RoleParameters(AssumeParameters):
    external_id: str | None = None


class WebIdentityParameters(AssumeParameters):
    provider_id: str
    web_identity_token: str


class Sts:
    """The service as `caller` sees it, None where a request is not signed."""

    version = VERSION

    def __init__(self, keys: Keys, roles: Roles, caller: Identity | None) -> None:
        self._keys = keys
        self._roles = roles
        self._caller = caller
        self.actions = {
            "GetCallerIdentity": self.get_caller_identity,
            "AssumeRole": self.assume_role,
            UNSIGNED: self.assume_role_with_web_identity,
        }

    def get_caller_identity(self, params: dict[str, object], now: float) -> dict[str, object]:  # noqa: ARG002 - every action has it
        """Assumed: it takes a permission as every other action does."""
        parse(NoParameters, params)
        caller = self._signed()
        return {
            "Arn": caller.arn,
            "AccountId": caller.account_id,
            "UserId": caller.user_id,
            "PrincipalId": caller.principal_id,
            "Type": caller.type,
        }

    def assume_role(self, params: dict[str, object], now: float) -> dict[str, object]:
        """Assumed: any account may take a role, and the code for a wrong external id."""
        wanted = parse(RoleParameters, params)
        role = self._roles.get(wanted.role_arn)
        if role.external_id is not None and wanted.external_id != role.external_id:
            raise ApiError("UnauthorizedOperation", "The role asks for another ExternalId.")
        return self._session(role, wanted, self._signed().user_id, now)

    def assume_role_with_web_identity(self, params: dict[str, object], now: float) -> dict[str, object]:
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

    def _session(self, role: Role, wanted: AssumeParameters, principal_id: str, now: float) -> dict[str, object]:
        identity = role.identity(wanted.role_session_name, principal_id)
        key = self._keys.issue(identity, role.policy, int(now) + wanted.checked_seconds())
        return {"Credentials": key_as_sent(key), **expiry_as_sent(key)}


def key_as_sent(key: TemporaryKey) -> dict[str, object]:
    return {"TmpSecretId": key.secret_id, "TmpSecretKey": key.secret_key, "Token": key.token}


def expiry_as_sent(key: TemporaryKey) -> dict[str, object]:
    """Unix seconds, and ISO 8601 in UTC."""
    expiration = datetime.fromtimestamp(key.expires_at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"ExpiredTime": key.expires_at, "Expiration": expiration}
