"""What exists, as a program would declare it.

A resource's name follows from its identity alone, so that it is the same in every run and form, whatever else exists:
domain, area and zone of a limit, and the parts of a quota's id, joined by dashes. No two identities have the same name:
a domain has no capitals, so the area ends it for certain, and the parts of a quota's id have no dashes; a token has
"token" in the place of a quota's type.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tc_resources import AigcApiToken, AigcQuota, PrefetchOriginLimit
from tc_resources.cli.listings import Listing
from tc_resources.cloud.identities import LimitIdentity, QuotaIdentity, TokenIdentity
from tc_resources.cloud.services.quota_listing import QuotaRow
from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits import fields


@dataclass(frozen=True)
class Found:
    """A limit, a quota or a token; `inputs` are in normal form and lack the token, of which only the digest is known.

    With `token_found`, a quota's token is found too.
    """

    resource: type[LimitResource]
    id: str
    name: str
    inputs: Mapping[str, Any]
    token_digest: str | None = None
    usage: int | None = None
    token_found: bool = False

    @property
    def is_token(self) -> bool:
        """Whether it is a token."""
        return self.resource is AigcApiToken

    @property
    def secret(self) -> str | None:
        """The key of the stack's config under which a program finds a quota's token; equal tokens have the same."""
        return f"apiToken-{self.token_digest}" if self.token_digest and not self.is_token else None

    @property
    def of_token(self) -> str | None:
        """The name of the found token that a quota is one of."""
        if not self.token_found or not self.token_digest:
            return None
        return TokenIdentity(self.inputs["sub_app_id"], self.token_digest).name

    @property
    def configured(self) -> bool:
        """Whether a program takes its token from the stack's config, where the token is not found itself."""
        return bool(self.secret and not self.of_token)

    @property
    def variable(self) -> str:
        """What a program calls a found token, or a quota's."""
        return f"token_{self.token_digest}"


@dataclass(frozen=True)
class Group:
    """What one zone (`scope` is a text) or one sub-application (a number) has, and what of it cannot be declared."""

    scope: str | int
    found: list[Found]
    refused: list[str] = field(default_factory=list)


def group(listing: Listing) -> Group:
    """What a listing shows, tokens first and then in the order of the names, each identity once."""
    limits = [limit(identity, bandwidth) for identity, bandwidth in listing.limits.items()]
    quotas = [quota(identity, row, listing.tokens) for identity, row in listing.quotas.items()]
    every = (*(token(*one) for one in listing.tokens.items()), *limits, *quotas)
    found = {one.name: one for one in every if isinstance(one, Found)}
    refused = [one for one in every if isinstance(one, str)]
    refused += [f"a row cannot be recognised: {form}." for form in listing.odd]
    ordered = sorted(found.values(), key=lambda one: (not one.is_token, one.name))
    return Group(listing.scope, ordered, sorted(refused))


def limit(identity: LimitIdentity, bandwidth: int) -> Found | str:
    """A limit, or why it cannot be declared."""
    props = {**identity._asdict(), "bandwidth": bandwidth}
    inputs, failures = fields.check(PrefetchOriginLimit.inputs, props)
    if failures:
        return _refusal(f"prefetch origin limit of {identity.domain_name} in {identity.area}", failures)
    normal = LimitIdentity(*(inputs[part] for part in LimitIdentity._fields))
    return Found(PrefetchOriginLimit, normal.id, normal.name, inputs)


def token(identity: TokenIdentity, addresses: Sequence[str] | None) -> Found | str:
    """A token, or why it cannot be declared."""
    props = {"sub_app_id": identity.sub_app_id, "ip_allow_list": None if addresses is None else list(addresses)}
    inputs, failures = fields.check(AigcApiToken.inputs, props)
    if failures:
        return _refusal(f"API token {identity.token_digest}", failures)
    return Found(AigcApiToken, identity.id, identity.name, inputs, identity.token_digest)


def quota(identity: QuotaIdentity, row: QuotaRow, tokens: Collection[TokenIdentity] = ()) -> Found | str:
    """A quota, or why it cannot be declared; `tokens` are those that are found."""
    props = {"sub_app_id": identity.sub_app_id, "quota_type": identity.quota_type, "quota_limit": row.limit}
    inputs, failures = fields.check(AigcQuota.inputs, props)
    if failures:
        return _refusal(f"{identity.quota_type} quota", failures)
    digest = identity.token_digest
    found = TokenIdentity(identity.sub_app_id, digest or "") in tokens
    return Found(AigcQuota, identity.id, identity.name, inputs, digest, row.usage, found)


def _refusal(title: str, failures: Iterable[fields.Failure]) -> str:
    return f"the {title} cannot be managed: {'; '.join(f'{name} {reason}' for name, reason in failures)}."
