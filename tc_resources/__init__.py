"""Tencent Cloud limits as Pulumi resources: AIGC quotas, their API tokens, and the origin bandwidth of prefetches.

`AigcApiToken` is a token by which an application of VOD generates text; `AigcQuota` caps what an application may
generate with AI, `PrefetchOriginLimit` the bandwidth that an EdgeOne prefetch may draw from an origin; `Provider` is an
account, for programs that manage several; `get_quota` and
`get_limit` read what is in force without managing it, `get_usage` what was used; `current_period` names the month.

**Credentials** come from the stack's config (`tc-resources:`), then from the environment, in the order that
`tc_resources.cloud.credentials` lists; they are resolved in the provider's process and never lie in state or in a
pickle. **Preview** asks the service, where it can, what an up would be refused: another value that is there, a cap
below what is used. It writes nothing. **Diff** compares what a field's description says, for certain, and never asks.
**Read** returns nothing only where the service definitely has nothing; an unclear answer is an error and never drops a
resource. A **delete** of what the same run declares under another name is left out, and said.

**Limits.** Pulumi shows what a dynamic provider fails with as text, and cannot cancel it. The API has no owner of a
setting: two stacks that declare one setting both manage it.

Rooms: `cloud` speaks to Tencent Cloud and knows of no Pulumi, `limits` says what a resource means, `dynamic` is the
face of Python programs, `cli` the command, `testing` what tests need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tc_resources.dynamic.aigc_api_token import AigcApiToken
    from tc_resources.dynamic.aigc_quota import AigcQuota
    from tc_resources.dynamic.functions import current_period, get_limit, get_quota, get_usage
    from tc_resources.dynamic.instance import Provider
    from tc_resources.dynamic.prefetch_origin_limit import PrefetchOriginLimit

__all__ = [
    "AigcApiToken",
    "AigcQuota",
    "PrefetchOriginLimit",
    "Provider",
    "current_period",
    "get_limit",
    "get_quota",
    "get_usage",
]

_ROOMS = {
    "AigcApiToken": "aigc_api_token",
    "AigcQuota": "aigc_quota",
    "PrefetchOriginLimit": "prefetch_origin_limit",
    "Provider": "instance",
    "current_period": "functions",
    "get_limit": "functions",
    "get_quota": "functions",
    "get_usage": "functions",
}


def __getattr__(name: str) -> Any:
    """A public name, when it is first used: who imports a part of the core loads no Pulumi (PEP 562)."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"tc_resources.dynamic.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
