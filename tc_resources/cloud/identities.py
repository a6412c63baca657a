"""What tells one limit, quota or token from another, and the ids that say so. Light to import: programs need it too."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from tc_resources.cloud.errors import CloudError
from tc_resources.cloud.parser import domain, identifier

LIMITS, QUOTAS, TOKENS = "limit", "quota", "token"
"""The kinds of settings, as a machine's notes of its writes name them."""
AREAS = ("Overseas", "MainlandChina")
UNITS = {"Image": "images", "Video": "seconds", "Text": "tokens"}
"""What a quota of each type counts."""
QUOTA_TYPES = tuple(UNITS)
AIGC_TYPES = (*QUOTA_TYPES, "Audio", "SceneAigcVideo", "SceneAigcImage", "SceneAigcTime")
"""What usage is told of. A quota caps the first three alone; of 3D there is neither usage nor a quota."""
_TOKEN_ID = re.compile("([1-9][0-9]{0,15})#([0-9a-f]{12})")
_QUOTA_ID = re.compile("([1-9][0-9]{0,15})#(Image|Video)|([1-9][0-9]{0,15})#(Text)(?:#([0-9a-f]{12}))?")


class InvalidIdError(CloudError):
    """An id that no resource of its kind can have, without what may be a token in it; `form` is what they have."""

    def __init__(self, resource_id: str, form: str) -> None:
        super().__init__(f'"{resource_id}" is not an id of this kind of resource; it has the form {form}.')


class LimitIdentity(NamedTuple):
    """A prefetch origin limit: one domain of a zone in one area."""

    zone_id: str
    domain_name: str
    area: str

    @property
    def id(self) -> str:
        """`zone#domain#area`, the id of the resource that manages it."""
        return "#".join(self)

    @property
    def name(self) -> str:
        """What a resource is called that manages it, where nobody gives another name: no other identity has it."""
        return f"{self.domain_name}-{self.area}-{self.zone_id}"

    @classmethod
    def parse(cls, resource_id: str) -> LimitIdentity:
        """What an id says, however its domain is spelt. Raises InvalidIdError."""
        try:
            zone_id, domain_name, area = resource_id.split("#")
            if area not in AREAS:
                raise ValueError(area)
            return cls(identifier(zone_id), domain(domain_name), area)
        except ValueError:
            form = "zone_id#domain_name#area, as in zone-3abcj8tqd#www.example.com#Overseas"
            raise InvalidIdError(resource_id, form) from None


class QuotaIdentity(NamedTuple):
    """An AIGC quota: one type of a sub-application, or one token's share of it, known by the token's digest."""

    sub_app_id: int
    quota_type: str
    token_digest: str | None = None

    @property
    def id(self) -> str:
        """`sub_app#type`, and with a token `#` and its digest: the id of the resource that manages it."""
        return "#".join(str(part) for part in self if part is not None)

    @property
    def name(self) -> str:
        """What a resource is called that manages it, where nobody gives another name: no other identity has it."""
        return self.id.replace("#", "-")

    @classmethod
    def parse(cls, resource_id: str) -> QuotaIdentity:
        """What an id says. Raises InvalidIdError, which shows nothing that may be a token."""
        found = _QUOTA_ID.fullmatch(resource_id)
        if not found:
            without_token = re.sub("(#[^#]*#).+", r"\1***", resource_id, flags=re.DOTALL)
            form = "sub_app_id#quota_type, as in 200000004#Image or, with a token's digest, 200000004#Text#1a7674eb4ee7"
            raise InvalidIdError(without_token, form)
        return cls(int(found[1] or found[3]), found[2] or found[4], found[5])


@dataclass(frozen=True)
class QuotaAddress:
    """A quota as the service addresses it: the token goes into calls and nowhere else."""

    sub_app_id: int
    quota_type: str
    api_token: str | None = field(default=None, repr=False)

    @property
    def identity(self) -> QuotaIdentity:
        """What tells it from others, without the token."""
        return QuotaIdentity(self.sub_app_id, self.quota_type, self.api_token and digest(self.api_token))


class TokenIdentity(NamedTuple):
    """An API token of a sub-application, known by its digest."""

    sub_app_id: int
    token_digest: str

    @property
    def id(self) -> str:
        """`sub_app#digest`, the id of the resource that manages it."""
        return f"{self.sub_app_id}#{self.token_digest}"

    @property
    def name(self) -> str:
        """What a resource is called that manages it, where nobody gives another name: no other identity has it."""
        return f"{self.sub_app_id}-token-{self.token_digest}"

    @classmethod
    def parse(cls, resource_id: str) -> TokenIdentity:
        """What an id says. Raises InvalidIdError, which shows nothing that may be a token."""
        found = _TOKEN_ID.fullmatch(resource_id)
        if not found:
            without_token = re.sub("#.+", "#***", resource_id, flags=re.DOTALL)
            form = "sub_app_id#digest, as in 200000004#1a7674eb4ee7: 12 digits of the token's SHA-256"
            raise InvalidIdError(without_token, form)
        return cls(int(found[1]), found[2])


@dataclass(frozen=True)
class TokenAddress:
    """A token as the service addresses it: it goes into calls and into the state's secrets, and nowhere else."""

    sub_app_id: int
    api_token: str = field(repr=False)

    @property
    def identity(self) -> TokenIdentity:
        """What tells it from others, without the token."""
        return TokenIdentity(self.sub_app_id, digest(self.api_token))


def digest(token: str) -> str:
    """Twelve hexadecimal digits of a token's SHA-256: enough to tell two tokens apart, too few to find one."""
    return hashlib.sha256(token.encode()).hexdigest()[:12]
