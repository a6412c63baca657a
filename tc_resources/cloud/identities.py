"""What tells one limit and one quota from another. Light to import: programs need it too."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple


class LimitKey(NamedTuple):
    """A prefetch origin limit: one domain of a zone in one area."""

    zone_id: str
    domain_name: str
    area: str

    @property
    def id(self) -> str:
        """`zone#domain#area`, the id of the resource that manages it."""
        return "#".join(self)


class QuotaKey(NamedTuple):
    """An AIGC quota: one type of a sub-application, or one token's share of it, known by the token's digest."""

    sub_app_id: int
    quota_type: str
    token_digest: str | None = None

    @property
    def id(self) -> str:
        """`sub_app#type`, and with a token `#` and its digest: the id of the resource that manages it."""
        return "#".join(str(part) for part in self if part is not None)


@dataclass(frozen=True)
class QuotaAddress:
    """A quota as the service addresses it: the token goes into calls and nowhere else."""

    sub_app_id: int
    quota_type: str
    api_token: str | None = field(default=None, repr=False)

    @property
    def key(self) -> QuotaKey:
        """The identity, without the token."""
        return QuotaKey(self.sub_app_id, self.quota_type, self.api_token and digest(self.api_token))


def digest(token: str) -> str:
    """Twelve hexadecimal digits of a token's SHA-256: enough to tell two tokens apart, too few to find one."""
    return hashlib.sha256(token.encode()).hexdigest()[:12]
