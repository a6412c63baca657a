"""The credentials that the emulator knows: whose they are, what they may do, and until when."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.policies import Policy

ACCOUNT_ID = "100000000001"
"""The account of the emulator's first credentials, and of any others that name none."""
FREE = "GetCallerIdentity"
"""The action that may need no permission."""
FIRST_USER = 200_000_000_001


@dataclass(frozen=True)
class Identity:
    """Who calls, in the words of GetCallerIdentity."""

    account_id: str
    arn: str
    user_id: str
    principal_id: str
    type: str


@dataclass(frozen=True)
class Credentials:
    """Those of `identity`; temporary ones have a token and end. Without a policy they may do everything."""

    identity: Identity
    secret_key: str = field(repr=False)
    policy: Policy | None = None
    token: str | None = field(default=None, repr=False)
    expires_at: float = math.inf

    def check_token(self, sent: str | None, now: float, behaviour: Behaviour) -> None:
        """Documented: the two codes. Which of a missing, a wrong and an expired token gets which is open."""
        if self.token and sent is None:
            raise ApiError(behaviour.missing_token, "This secret id is known together with its token only.")
        if self.token and (sent != self.token or now >= self.expires_at):
            raise ApiError(behaviour.wrong_token, "The token is wrong or has expired.")

    def check_permission(self, service: str, action: str, behaviour: Behaviour) -> None:
        """Raise ApiError unless these may call the action."""
        if action == FREE and not behaviour.identity_permission:
            return
        if self.policy and not self.policy.allows(f"{service}:{action}"):
            denials = {"teo": behaviour.teo_denial, "vod": behaviour.vod_denial}
            code = denials.get(service, "AuthFailure.UnauthorizedOperation")
            raise ApiError(code, f"The policy of this key does not allow {service}:{action}.")


@dataclass(frozen=True)
class TemporaryCredentials:
    """Credentials as they are handed out, good until the unix second `expires_at`."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    expires_at: int


class CredentialsStore:
    """All credentials by their secret id, temporary ones too.

    They live as long as the emulator, whatever its state file.
    """

    def __init__(self) -> None:
        self._users = 0
        self._known: dict[str, Credentials] = {}

    def get(self, secret_id: str) -> Credentials | None:
        """None where nobody has this id; expired ones are still known."""
        return self._known.get(secret_id)

    def put(self, secret_id: str, secret_key: str, account_id: str, policy: Policy | None) -> None:
        """Those of another user of the account. Documented: its ARN and type."""
        user_id = str(FIRST_USER + self._users)
        self._users += 1
        identity = Identity(account_id, f"qcs::cam:{account_id}:uin/{user_id}", user_id, user_id, "CAMUser")
        self._known[secret_id] = Credentials(identity, secret_key, policy)

    def issue(self, identity: Identity, policy: Policy | None, until: int) -> TemporaryCredentials:
        """New ones that are good until this unix second."""
        issued = TemporaryCredentials(
            f"AKID{secrets.token_hex(16)}", secrets.token_hex(16), secrets.token_hex(32), until
        )
        self._known[issued.secret_id] = Credentials(identity, issued.secret_key, policy, issued.token, until)
        return issued
