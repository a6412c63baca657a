"""What the model speaks of: settings at the service, resources in a program, and resources in a stack's state."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, TypeVar

Row = TypeVar("Row")


class Loss(AssertionError):  # noqa: N818 - what the runs count
    """A setting was lost, or anything else that the model rules out."""


class LimitIdentity(NamedTuple):
    """What tells one prefetch limit from another."""

    zone_id: str
    domain_name: str
    area: str

    @property
    def kind(self) -> str:
        return "PrefetchOriginLimit"

    @property
    def id(self) -> str:
        return f"{self.zone_id}#{self.domain_name}#{self.area}"


class QuotaIdentity(NamedTuple):
    """What tells one quota from another."""

    sub_app_id: int
    quota_type: str
    api_token: str | None = None

    @property
    def kind(self) -> str:
        return "AigcQuota"

    @property
    def id(self) -> str:
        digest = f"#{hashlib.sha256(self.api_token.encode()).hexdigest()[:12]}" if self.api_token else ""
        return f"{self.sub_app_id}#{self.quota_type}{digest}"


Identity = LimitIdentity | QuotaIdentity


class Setting(NamedTuple):
    """What the service has: a limit's Mbps, or a quota's cap and what is used of it."""

    value: int
    usage: int = 0


Service = dict[Identity, Setting]


@dataclass(frozen=True)
class Declared:
    """A resource as the program declares it; `instance` None is the default provider, `former` names are aliases."""

    VALUE: ClassVar[dict[str, str]] = {"PrefetchOriginLimit": "bandwidth", "AigcQuota": "quota_limit"}

    name: str
    identity: Identity
    value: int
    adopt: bool = False
    allow_below_usage: bool = False
    reset_limit: int | None = None
    period: str | None = None
    instance: str | None = None
    former: tuple[str, ...] = ()
    late: bool = False
    """Whether it waits for something slow, and is declared after all that does not."""
    applied: bool = False
    """Whether what is late is declared only once there is all that is not."""
    face: str = "dynamic"
    moved: bool = False
    """Whether aliases say that it was the other face's."""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others of a stack: a URN has its type."""
        return self.name, self.face

    @property
    def aliases(self) -> list[tuple[str, str]]:
        """The names and faces under which it is looked for, its own first."""
        faces = [self.face, *(face for face in FACES if self.moved and face != self.face)]
        return [(name, face) for face in faces for name in (self.name, *self.former)]

    def row(self) -> dict[str, Any]:
        """As the program takes it. Domains are written as people do: with any letters, in any case, with a last dot."""
        arguments = {**self.identity._asdict(), self.VALUE[self.identity.kind]: self.value, "adopt": self.adopt}
        if isinstance(self.identity, LimitIdentity):
            arguments["domain_name"] = f"{self.identity.domain_name.encode().decode('idna').capitalize()}."
        else:
            arguments |= {"allow_below_usage": self.allow_below_usage, "reset_limit": self.reset_limit}
            arguments["period"] = self.period
        return {
            "kind": self.identity.kind,
            "name": self.name,
            "arguments": arguments,
            "instance": self.instance,
            "aliases": self.aliases[1:],
            "late": self.late,
            "applied": self.applied,
            "face": self.face,
        }


@dataclass(frozen=True)
class Managed:
    """A resource in the stack's state; one that is `leaving` was replaced and waits for its deletion."""

    name: str
    identity: Identity
    value: int
    reset_limit: int | None = None
    period: str | None = None
    baseline: int | None = None
    leaving: bool = False
    face: str = "dynamic"

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others of a stack, unless one of them is leaving."""
        return self.name, self.face


FACES = ("dynamic", "native")
TYPES = {"dynamic": "pulumi-python:dynamic/tc_resources", "native": "tc-resources:index"}
"""How the types of each face's resources begin."""
PACKAGES = {"dynamic": "pulumi-python", "native": "tc-resources"}
TOKENS = ("token-of-chat", "token-of-search", "token-of-others")
OURS: tuple[Identity, ...] = (
    LimitIdentity("zone-1", "a.example.com", "Overseas"),
    LimitIdentity("zone-1", "a.example.com", "MainlandChina"),
    LimitIdentity("zone-1", "xn--bcher-kva.example.com", "Overseas"),
    LimitIdentity("zone-2", "a.example.com", "Overseas"),
    QuotaIdentity(1, "Image"),
    QuotaIdentity(2, "Image"),
    QuotaIdentity(2, "Video"),
    QuotaIdentity(1, "Text"),
    QuotaIdentity(1, "Text", TOKENS[0]),
    QuotaIdentity(1, "Text", TOKENS[1]),
)
"""What programs declare, and others set now and then."""
THEIRS: dict[Identity, Setting] = {
    LimitIdentity("zone-1", "c.example.com", "Overseas"): Setting(300),
    LimitIdentity("zone-2", "a.example.com", "MainlandChina"): Setting(700),
    QuotaIdentity(1, "Video"): Setting(33, usage=3),
    QuotaIdentity(2, "Text"): Setting(44),
    QuotaIdentity(1, "Text", TOKENS[2]): Setting(55, usage=60),
}
"""What no program ever declares, in the same zones and sub-applications."""
SHIFTING = tuple(LimitIdentity("zone-1", f"shift-{number}.example.com", "Overseas") for number in range(8))
"""What others make and end all the time, so that the pages of a listing shift while they are read."""
ODD = LimitIdentity("zone-1", "a.example.com", "Global")
"""A row of an area that there is none of, where the programs' own domains are."""
UNSEEN = {*SHIFTING, ODD}
"""Whatever becomes of them, it is none of ours."""


def chosen(rows: Sequence[Row], pick: int) -> Row:
    """By a number that may be larger than there are rows."""
    return rows[pick % len(rows)]
