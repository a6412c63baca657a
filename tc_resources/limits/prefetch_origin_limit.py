"""PrefetchOriginLimit: the bandwidth that a prefetch may draw from an origin.

Source: "ModifyPrefetchOriginLimit" of EdgeOne's API documents, version 2022-09-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pulumi

from tc_resources.cloud.identities import LimitKey
from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits.fields import Failure, Field, domain, flag, identifier, identity, load, one_of, whole
from tc_resources.limits.handler import ConflictError, Handler, State, UnknownIdError

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.services.teo import PrefetchOriginLimits

Area = Literal["Overseas", "MainlandChina"]
ROOM = 100
"""Limits that an account has room for, unless Tencent Cloud has granted more."""


@dataclass(frozen=True, kw_only=True)
class PrefetchOriginLimitArgs:
    """The inputs; `PrefetchOriginLimit` says what each means."""

    zone_id: Annotated[str, Field(identifier, "replaces")]
    domain_name: Annotated[str, Field(domain, "replaces")]
    area: Annotated[str, Field(one_of("Overseas", "MainlandChina"), "replaces")]
    bandwidth: Annotated[int, Field(whole(100, 100_000, "Mbps"), "updates")]
    adopt: Annotated[bool, Field(flag, "ignored")] = False

    @property
    def key(self) -> LimitKey:
        """What tells this limit from others."""
        return LimitKey(self.zone_id, self.domain_name, self.area)


class PrefetchOriginLimit(LimitResource, module="tc_resources", name="PrefetchOriginLimit"):
    """A cap on the bandwidth that EdgeOne may draw from an origin while it prefetches.

    Deleting it sends Enabled=off: prefetches are not limited any more. A change of zone, domain or area replaces it.
    An account has room for 100 limits, and the feature is in beta: the account must be on its allow list.
    """

    kind = "prefetch_origin_limit"
    inputs = PrefetchOriginLimitArgs

    zone_id: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    area: pulumi.Output[str]
    bandwidth: pulumi.Output[int]
    adopt: pulumi.Output[bool]

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        zone_id: pulumi.Input[str],
        domain_name: pulumi.Input[str],
        area: pulumi.Input[Area],
        bandwidth: pulumi.Input[int],
        adopt: pulumi.Input[bool] = False,
    ) -> None:
        """Declare the limit of one domain in one area.

        zone_id: the EdgeOne zone, such as "zone-3abcj8tqd".
        domain_name: the accelerated domain; upper case and a trailing dot make no difference.
        area: "Overseas" (everywhere but the Chinese mainland) or "MainlandChina".
        bandwidth: Mbps, a whole number from 100 to 100000.
        adopt: overwrite a limit that is there with another value when this resource is created.
        """
        props = {
            "zone_id": zone_id,
            "domain_name": domain_name,
            "area": area,
            "bandwidth": bandwidth,
            "adopt": adopt,
        }
        super().__init__(name, props, opts)


class PrefetchOriginLimitHandler(Handler[PrefetchOriginLimitArgs, "PrefetchOriginLimits"]):
    """What the engine's operations mean for a limit: "on" makes or changes it, "off" deletes it."""

    inputs = PrefetchOriginLimitArgs

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._planned: set[LimitKey] = set()

    def open(self, client: Client) -> PrefetchOriginLimits:
        """The limits of the account that `client` is connected to."""
        from tc_resources.cloud.services.teo import PrefetchOriginLimits

        return PrefetchOriginLimits(client)

    def id(self, args: PrefetchOriginLimitArgs) -> str:
        """`zone#domain#area`."""
        return args.key.id

    def title(self, resource_id: str) -> str:
        """The limit by its domain, area and zone."""
        key = _key(resource_id)
        return f"prefetch origin limit of {key.domain_name} in {key.area} ({key.zone_id})"

    def preflight(self, args: PrefetchOriginLimitArgs, old: Mapping[str, Any]) -> list[Failure]:
        """A limit with another value that is there; a notice where an account has no room for a new one."""
        return [] if old else self.lookout.ask(args.zone_id, lambda: self._foresee(args))

    def _foresee(self, args: PrefetchOriginLimitArgs) -> list[Failure]:
        found = self.service.get(args.key)
        if found is None:
            self._count(args)
        if found is None or found == args.bandwidth or args.adopt:
            return []
        return [Failure("bandwidth", str(self._conflict(args, found)))]

    def _count(self, args: PrefetchOriginLimitArgs) -> None:
        self._planned.add(args.key)
        number = len(self.service.known() | self._planned)
        if number > ROOM:
            # No refusal: more room may have been granted, or a limit that this one replaces may go first.
            self.notice(
                args,
                f"would be limit number {number} of the account, which has room for {ROOM} unless more was granted. "
                "Delete one, ask for more in a ticket, or let what it replaces go first: delete_before_replace=True.",
            )

    @staticmethod
    def _conflict(args: PrefetchOriginLimitArgs, found: int) -> ConflictError:
        return ConflictError(f"{found} Mbps", f"{args.bandwidth} Mbps")

    def create(self, args: PrefetchOriginLimitArgs) -> State:
        """Turn the limit on; the same one is taken over, another is refused or, with adopt, overwritten."""
        found = self.service.get(args.key)
        if found == args.bandwidth:
            self.notice(args, f"was there already with {found} Mbps and is managed here now.")
            return asdict(args)
        if found is not None and not args.adopt:
            raise self._conflict(args, found)
        self.service.turn_on(args.key, args.bandwidth, overwrite=args.adopt)
        return asdict(args)

    def read(self, resource_id: str, state: Mapping[str, Any]) -> State | None:
        """The bandwidth in force, from the listing of the zone."""
        key = _key(resource_id)
        found = self.service.get(key)
        return None if found is None else {"adopt": False, **state, **key._asdict(), "bandwidth": found}

    def update(self, args: PrefetchOriginLimitArgs, old: Mapping[str, Any]) -> State:  # noqa: ARG002 - the new one is whole
        """Turn the limit on with the new bandwidth, which also brings back one that is gone."""
        self.service.turn_on(args.key, args.bandwidth, overwrite=True)
        return asdict(args)

    def delete(self, state: Mapping[str, Any]) -> None:
        """Turn the limit off."""
        args = load(PrefetchOriginLimitArgs, state)
        self.service.turn_off(args.key, args.bandwidth)


def _key(resource_id: str) -> LimitKey:
    parts = dict(zip(LimitKey._fields, resource_id.split("#"), strict=False))
    known = identity(PrefetchOriginLimitArgs, parts)
    if known is None or None in known or resource_id.count("#") != len(known) - 1:
        raise UnknownIdError(resource_id, "zone_id#domain_name#area, as in zone-3abcj8tqd#www.example.com#Overseas")
    return LimitKey(*known)


HANDLER = PrefetchOriginLimitHandler
