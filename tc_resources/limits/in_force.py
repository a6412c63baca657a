"""What is in force now, for programs that read it and do not manage it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress
from tc_resources.limits.aigc_quota import AigcQuotaArgs
from tc_resources.limits.fields import check
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.services.quota_listing import QuotaRow

QUOTA = ("sub_app_id", "quota_type", "api_token")
"""What addresses a quota, in this order."""


def quota_address(given: Mapping[str, Any], argument: Callable[[str], str] = str) -> QuotaAddress:
    """The quota that these arguments name. Raises ConfigError."""
    return QuotaAddress(*_identity(AigcQuotaArgs, QUOTA, given, argument))


def limit_identity(given: Mapping[str, Any], argument: Callable[[str], str] = str) -> LimitIdentity:
    """The limit that these arguments name. Raises ConfigError."""
    return LimitIdentity(*_identity(PrefetchOriginLimitArgs, LimitIdentity._fields, given, argument))


def quota(client: Client, address: QuotaAddress) -> QuotaRow | None:
    """The quota, None where there is none. Raises CloudError."""
    from tc_resources.cloud.services.vod import AigcQuotas

    return AigcQuotas(client).get_certain(address)


def limit(client: Client, identity: LimitIdentity) -> int | None:
    """The bandwidth of the limit in Mbps, None where there is none. Raises CloudError."""
    from tc_resources.cloud.services.teo import PrefetchOriginLimits

    return PrefetchOriginLimits(client).get_certain(identity)


def arguments(inputs: type, given: Mapping[str, Any], argument: Callable[[str], str] = str) -> dict[str, Any]:
    """What a program gives, in normal form; what only a resource needs may be missing. Raises ConfigError."""
    normal, failures = check(inputs, given, (), argument)
    told = [(name, f"{argument(name)} {reason}" if name else reason) for name, reason in failures]
    wrong = [text for name, text in told if name in ("", *given)]
    if wrong:
        raise ConfigError("; ".join(wrong) + ".")
    return normal


def _identity(
    inputs: type, names: tuple[str, ...], given: Mapping[str, Any], argument: Callable[[str], str]
) -> list[Any]:
    normal = arguments(inputs, {**dict.fromkeys(names), **given}, argument)
    return [normal.get(name) for name in names]
