"""What exists, whether anybody manages it or not: the ids by which it can be imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tc_resources.limits.names import of_either_face
from tc_resources.limits.session import Session
from tc_resources.native.protocol import Message, message
from tc_resources.native.tokens import KINDS
from tc_resources.native.values import received

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.identities import LimitIdentity, QuotaIdentity, TokenIdentity
    from tc_resources.cloud.services.listing import Listed, Odd

    Found = tuple[list[LimitIdentity] | list[QuotaIdentity] | list[TokenIdentity], tuple[Odd, ...]]


def answers(session: Session, request: Message) -> Iterator[Message]:
    """All of a type, in the zone or sub-application that the query names, or else in the whole account, by pages."""
    kind, query = KINDS[request.token], received(request.query)
    if query.unknown:
        yield message("ListResponse")(computed={})
        return
    ids = sorted(_ids(session, kind, of_either_face(query.known)))
    left = [(id_, name) for id_, name in ids if id_ > request.continuation_token]
    most = min((size for size in (request.limit, request.page_size) if size), default=len(left))
    for id_, name in left[:most]:
        yield message("ListResponse")(result={"id": id_, "name": name})
    more = left[most - 1][0] if most < len(left) else ""
    yield message("ListResponse")(continuation={"continuation_token": more})


def _ids(session: Session, kind: str, query: Mapping[str, Any]) -> list[tuple[str, str]]:
    with session.operation(kind):
        found, odd = READERS[kind](session.connect(), query)
    for row in odd:
        session.engine.notice(f"A row cannot be recognised and is not listed: {row.form}.")
    return [(identity.id, identity.name) for identity in found]


def _limits(client: Client, query: Mapping[str, Any]) -> Found:
    from tc_resources.cloud.services.teo import PrefetchOriginLimits

    service = PrefetchOriginLimits(client)
    zones = [query["zone_id"]] if "zone_id" in query else service.zones()
    listed = [service.all(zone) for zone in zones]
    if "zone_id" in query and not _shows(listed):
        service.demand_zone(query["zone_id"], "a limit")
    return [identity for zone in listed for identity in zone.rows], tuple(odd for zone in listed for odd in zone.odd)


def _quotas(client: Client, query: Mapping[str, Any]) -> Found:
    from tc_resources.cloud.services.vod import AigcQuotas

    service = AigcQuotas(client)
    sub_apps = [int(query["sub_app_id"])] if "sub_app_id" in query else service.sub_apps()
    listed = [service.all(sub_app) for sub_app in sub_apps]
    if "sub_app_id" in query and not _shows(listed):
        service.demand_sub_app(sub_apps[0], "a quota")
    return [identity for one in listed for identity in one.rows], tuple(odd for one in listed for odd in one.odd)


def _tokens(client: Client, query: Mapping[str, Any]) -> Found:
    from tc_resources.cloud.services.token_listing import TokenListing
    from tc_resources.cloud.services.vod import AigcQuotas

    service = AigcQuotas(client)
    sub_apps = [int(query["sub_app_id"])] if "sub_app_id" in query else service.sub_apps()
    listed = [TokenListing(client).all(sub_app) for sub_app in sub_apps]
    if "sub_app_id" in query and not _shows(listed):
        service.demand_sub_app(sub_apps[0], "an API token")
    return [identity for one in listed for identity in one.rows], tuple(odd for one in listed for odd in one.odd)


def _shows(listed: Iterable[Listed[Any, Any]]) -> bool:
    """Whether there is anything, recognised or not: the listing of another account's scope is empty."""
    return any(one.rows or one.odd for one in listed)


READERS: dict[str, Callable[[Client, Mapping[str, Any]], Found]] = {
    "prefetch_origin_limit": _limits,
    "aigc_quota": _quotas,
    "aigc_api_token": _tokens,
}
