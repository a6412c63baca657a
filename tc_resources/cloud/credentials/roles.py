"""Roles, which are taken by a request to STS: with a key, or with a token that says who we are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tc_resources.cloud import parser
from tc_resources.cloud.credentials.credentials import Credentials, is_plain
from tc_resources.cloud.errors import ConfigError, TransportError
from tc_resources.cloud.files import json_object, read, text_of
from tc_resources.cloud.services import sts
from tc_resources.cloud.transport.signing import TC3, Unsigned

if TYPE_CHECKING:
    from tc_resources.cloud.requester import Requester

SESSION_NAME = "tc-resources"
DURATION = 7200
MAX_DURATION = 43_200
"""Seconds; the service gives a key of a role for twelve hours at most."""
PROVIDER_ID = "OIDC"


class Role(ABC):
    """A role, whose keys are temporary."""

    @property
    @abstractmethod
    def source(self) -> str:
        """The role and how it is taken, for errors."""

    @property
    def principal(self) -> str:
        """Who calls: what the service counts the calls of. Its keys have new ids."""
        return self.source

    @abstractmethod
    def take(self, requester: Requester) -> Credentials:
        """A new key. Raises CloudError."""


@dataclass(frozen=True)
class AssumedRole(Role):
    """A role that is taken with the key of `base`."""

    base: Credentials | Role
    arn: str
    session_name: str = SESSION_NAME
    duration: int = DURATION
    external_id: str | None = field(default=None, repr=False)

    @property
    def source(self) -> str:
        """The role and the key."""
        return f"the role {self.arn}, taken with the key from {self.base.source}"

    def take(self, requester: Requester) -> Credentials:
        """A new key, by AssumeRole."""
        credentials = self.base.take(requester) if isinstance(self.base, Role) else self.base
        params = _params(self.arn, self.session_name, self.duration)
        if self.external_id:
            params["ExternalId"] = self.external_id
        answer = requester.send(sts.ASSUME_ROLE, params, TC3(credentials, requester.clock.now))
        return temporary(answer.get("Credentials"), answer, self.source)


@dataclass(frozen=True)
class WebIdentityRole(Role):
    """A role that is taken with the token of an identity provider, which renews it in a file."""

    token_file: Path
    arn: str
    provider_id: str = PROVIDER_ID
    session_name: str = SESSION_NAME
    duration: int = DURATION

    @property
    def source(self) -> str:
        """The role and the token's file."""
        return f"the role {self.arn}, taken with the token in {self.token_file}"

    def take(self, requester: Requester) -> Credentials:
        """A new key, by AssumeRoleWithWebIdentity."""
        identity = {"ProviderId": self.provider_id, "WebIdentityToken": self._token()}
        params = {**_params(self.arn, self.session_name, self.duration), **identity}
        unsigned = Unsigned(self.source, requester.clock.now)
        answer = requester.send(sts.ASSUME_ROLE_WITH_WEB_IDENTITY, params, unsigned)
        return temporary(answer.get("Credentials"), answer, self.source)

    def _token(self) -> str:
        """The file is the token itself, or JSON with `web_identity_token` as the vendor's Terraform provider has it."""
        content = read(self.token_file)
        if content is None:
            raise ConfigError(f"{self.token_file}, whose token is to be shown for the role {self.arn}, does not exist.")
        text = content.strip()
        if text.startswith("{"):
            text = text_of(self.token_file, json_object(self.token_file, text), "web_identity_token")
        if not text or not is_plain(text):
            raise ConfigError(f"There is no token in {self.token_file}, which is to be shown for the role {self.arn}.")
        return text


def _params(arn: str, session_name: str, duration: int) -> dict[str, object]:
    return {"RoleArn": arn, "RoleSessionName": session_name, "DurationSeconds": duration}


def temporary(key: Any, answer: Mapping[str, Any], source: str) -> Credentials:
    """A temporary key as STS and the metadata service write it. Raises TransportError where it is none."""
    try:
        secret_id, secret_key, token = (key[name] for name in ("TmpSecretId", "TmpSecretKey", "Token"))
        if not all(value and is_plain(value) for value in (secret_id, secret_key, token)):
            raise ValueError
        return Credentials(secret_id, secret_key, token, source, float(parser.number(answer["ExpiredTime"])))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise TransportError(f"What came as the key of {source} is none.") from None
