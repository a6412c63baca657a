"""How the account of a case behaves where nothing is documented: drawn by chance, and what may be read there."""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Any

from tc_resources.behaviour.alternatives import Range
from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.cli.verification import measuring
from tests.model.things import ODD, Identity, LimitIdentity, QuotaIdentity, Service

LAG = 20.0
"""Seconds for which a listing may show what was."""
MOST = 400
"""What an account may have for its largest Mbps or cap."""
NUMBERS: dict[str, tuple[object, ...]] = {
    "limit_lag": (0.0, LAG),
    "quota_lag": (0.0, LAG),
    "most_bandwidth": (None, MOST),
    "most_quota": (None, MOST),
    "shuffle_seed": (0, 7, 4711),
}
"""The alternatives of what may be any number."""
RARE = {"area_form", "type_form", "token_form", "tokens_listed", "most_bandwidth", "least_quota"}
"""What makes so many operations fail that little else would be seen, were it drawn as often as the rest."""
OFTEN = {"existing_limit", "limit_lag", "quota_lag"}
"""What almost all that was ever lost has needed, and mostly together."""


UNDRAWN = {"token_filter", *(name for question in measuring.TOKENS for name in question.names)}
"""token_filter is documented, and where it is not so, nobody can tell a token's quota from the application's own. The
programs here declare no tokens.
"""


def alternatives(name: str) -> tuple[object, ...]:
    """What the property of this name is drawn from."""
    known = next(known for known in Behaviour.fields() if known.name == name)
    return NUMBERS[name] if isinstance(known.alternatives, Range) else known.alternatives.values


def drawn(seed: int) -> dict[str, Any]:
    """A way to behave, as the properties that are not as by default."""
    random = Random(seed)
    chosen = {
        known.name: random.choice(alternatives(known.name))
        for known in Behaviour.fields()
        if known.name not in UNDRAWN and random.random() < chance(known.name)
    }
    return {
        known.name: chosen[known.name]
        for known in Behaviour.fields()
        if chosen.get(known.name, known.default) != known.default
    }


def chance(name: str) -> float:
    """That the property of this name is drawn at all."""
    return 1.0 if name in OFTEN else 0.2 if name in RARE else 0.6


def choices(behaviour: Behaviour) -> dict[str, object]:
    """What each property is."""
    return {known.name: getattr(behaviour, known.name) for known in Behaviour.fields()}


def lag(behaviour: Behaviour, identity: Identity) -> float:
    """Seconds for which the listing may show it as it was."""
    return behaviour.limit_lag if isinstance(identity, LimitIdentity) else behaviour.quota_lag


def doubtful(behaviour: Behaviour, identity: Identity, there: Collection[Identity]) -> bool:
    """Whether a row that is there may be its own, and cannot be recognised."""
    if isinstance(identity, LimitIdentity):
        rows = {row[:2] for row in there if isinstance(row, LimitIdentity)}
        return identity[:2] in rows if behaviour.area_form != "documented" else ODD in there and identity[:2] == ODD[:2]
    if not any(row[:2] == identity[:2] for row in there if isinstance(row, QuotaIdentity)):
        return False
    return behaviour.type_form != "documented" or ambiguous(behaviour, identity)


def ambiguous(behaviour: Behaviour, identity: Identity) -> bool:
    """Whether another quota's row looks like its own."""
    if isinstance(identity, LimitIdentity) or identity.quota_type != "Text" or behaviour.token_form != "absent":
        return False
    return identity.api_token is None


def unlisted(behaviour: Behaviour, identity: Identity, service: Service) -> bool:
    """Whether the listing may lack it although it is there."""
    if isinstance(identity, LimitIdentity) or identity not in service:
        return False
    zero = service[identity].value == 0 and not (behaviour.zero_quotas_listed and behaviour.zero_quotas_found)
    return zero or (identity.api_token is not None and behaviour.tokens_listed == "own")


def unfound(behaviour: Behaviour, identity: Identity, service: Service) -> bool:
    """Whether no reading at all shows it."""
    if isinstance(identity, LimitIdentity) or identity not in service or service[identity].value:
        return False
    if identity.api_token is None:
        return not behaviour.zero_quotas_listed
    told = behaviour.token_form == "whole" and behaviour.type_form == "documented"
    shown = behaviour.zero_quotas_listed and behaviour.tokens_listed == "all" and told
    return not (shown or behaviour.zero_quotas_found)


def refused(behaviour: Behaviour, identity: Identity, value: int, usage: int = 0) -> tuple[str, ...]:
    """The codes with which the service does not take a value where so much is used; none where it takes it."""
    if isinstance(identity, LimitIdentity):
        above = behaviour.most_bandwidth is not None and value > behaviour.most_bandwidth
        return ("InvalidParameter.PrefetchOriginLimitBandwidthTooLarge",) if above else ()
    most = behaviour.most_quota
    if value < behaviour.least_quota or (most is not None and value > most):
        return (behaviour.refused_quota, *exists(behaviour))
    if value < usage and behaviour.below_usage != "accepted":
        return (behaviour.below_usage, *exists(behaviour))
    return ()


def exists(behaviour: Behaviour) -> tuple[str, ...]:
    """The codes that a quota which is there may bring about in its creation."""
    known = behaviour.existing_quota
    return ("InvalidParameterValue",) if known.endswith("_text") else (known,)


def absences(behaviour: Behaviour) -> tuple[str, ...]:
    """The codes of writes to a quota that is not there."""
    return behaviour.absent_quota_modify, behaviour.absent_quota_delete
