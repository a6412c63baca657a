"""What exists, as a program would declare it.

A resource's name follows from its identity alone, so that it is the same in every run and form, whatever else exists:
domain, area and zone of a limit, and the parts of a quota's id, joined by dashes. No two identities have the same name:
a domain has no capitals, so the area ends it for certain, and the parts of a quota's id have no dashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tc_resources import AigcQuota, PrefetchOriginLimit
from tc_resources.cli.listings import Listing
from tc_resources.cloud.identities import LimitIdentity, QuotaIdentity
from tc_resources.cloud.services.quota_listing import QuotaRow
from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits import fields


@dataclass(frozen=True)
class Found:
    """A limit or a quota; `inputs` are in normal form and lack the token, of which only the digest is known."""

    resource: type[LimitResource]
    id: str
    name: str
    inputs: Mapping[str, Any]
    token_digest: str | None = None
    usage: int | None = None

    @property
    def secret(self) -> str | None:
        """The key of the stack's config under which a program finds the token; equal tokens have the same."""
        return self.token_digest and f"apiToken-{self.token_digest}"


@dataclass(frozen=True)
class Group:
    """What one zone (`scope` is a text) or one sub-application (a number) has, and what of it cannot be declared."""

    scope: str | int
    found: list[Found]
    refused: list[str] = field(default_factory=list)


def group(listing: Listing) -> Group:
    """What a listing shows, in the order of the names, each identity once."""
    limits = [limit(identity, bandwidth) for identity, bandwidth in listing.limits.items()]
    quotas = [quota(identity, row) for identity, row in listing.quotas.items()]
    found = {one.name: one for one in (*limits, *quotas) if isinstance(one, Found)}
    refused = [one for one in (*limits, *quotas) if isinstance(one, str)]
    refused += [f"a row cannot be recognised: {form}." for form in listing.odd]
    return Group(listing.scope, [found[name] for name in sorted(found)], sorted(refused))


def limit(identity: LimitIdentity, bandwidth: int) -> Found | str:
    """A limit, or why it cannot be declared."""
    props = {**identity._asdict(), "bandwidth": bandwidth}
    inputs, failures = fields.check(PrefetchOriginLimit.inputs, props)
    if failures:
        return _refusal(f"prefetch origin limit of {identity.domain_name} in {identity.area}", failures)
    normal = LimitIdentity(*(inputs[part] for part in LimitIdentity._fields))
    return Found(PrefetchOriginLimit, normal.id, normal.name, inputs)


def quota(identity: QuotaIdentity, row: QuotaRow) -> Found | str:
    """A quota, or why it cannot be declared."""
    props = {"sub_app_id": identity.sub_app_id, "quota_type": identity.quota_type, "quota_limit": row.limit}
    inputs, failures = fields.check(AigcQuota.inputs, props)
    if failures:
        return _refusal(f"{identity.quota_type} quota", failures)
    return Found(AigcQuota, identity.id, identity.name, inputs, identity.token_digest, row.usage)


def _refusal(title: str, failures: Iterable[fields.Failure]) -> str:
    return f"the {title} cannot be managed: {'; '.join(f'{name} {reason}' for name, reason in failures)}."
