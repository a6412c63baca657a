"""The keys that the emulator knows: whose each is, what it may do, and until when."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field

from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.policies import Policy

ACCOUNT_ID = "100000000001"
"""The account of the emulator's first key, and of any other that names none."""
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
class Key:
    """A key of `identity`; a temporary one has a token and ends. Without a policy it may do everything."""

    identity: Identity
    secret_key: str = field(repr=False)
    policy: Policy | None = None
    token: str | None = field(default=None, repr=False)
    expires_at: float = math.inf

    def check_token(self, sent: str | None, now: float) -> None:
        """Documented: the two codes. Assumed: which of a missing, a wrong and an expired token gets which."""
        if self.token and sent is None:
            raise ApiError("AuthFailure.SecretIdNotFound", "This secret id is known together with its token only.")
        if self.token and (sent != self.token or now >= self.expires_at):
            raise ApiError("AuthFailure.TokenFailure", "The token is wrong or has expired.")

    def check_permission(self, permission: str) -> None:
        """Raise ApiError unless this key may call `permission`, service:Action."""
        if self.policy:
            self.policy.check(permission)


@dataclass(frozen=True)
class TemporaryKey:
    """A key as it is handed out, good until the unix second `expires_at`."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    expires_at: int


class Keys:
    """All keys by their secret id, temporary ones too. They live as long as the emulator, whatever its state file."""

    def __init__(self) -> None:
        self._users = 0
        self._keys: dict[str, Key] = {}

    def get(self, secret_id: str) -> Key | None:
        return self._keys.get(secret_id)

    def put(self, secret_id: str, secret_key: str, account_id: str, policy: Policy | None) -> None:
        """The key of another user of the account. Documented: its ARN and type."""
        user_id = str(FIRST_USER + self._users)
        self._users += 1
        identity = Identity(account_id, f"qcs::cam:{account_id}:uin/{user_id}", user_id, user_id, "CAMUser")
        self._keys[secret_id] = Key(identity, secret_key, policy)

    def issue(self, identity: Identity, policy: Policy | None, until: int) -> TemporaryKey:
        """A new key that is good until this unix second."""
        key = TemporaryKey(f"AKID{secrets.token_hex(16)}", secrets.token_hex(16), secrets.token_hex(32), until)
        self._keys[key.secret_id] = Key(identity, key.secret_key, policy, key.token, until)
        return key
