"""PrefetchOriginLimit: the bandwidth that a prefetch may draw from an origin.

Source: "ModifyPrefetchOriginLimit" of EdgeOne's API documents, version 2022-09-01.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

from tc_resources.cloud.identities import AREAS, LIMITS, LimitIdentity
from tc_resources.cloud.parser import domain, identifier
from tc_resources.limits.advice import explain
from tc_resources.limits.errors import ConflictError
from tc_resources.limits.fields import MAX_WHOLE, Failure, Field, flag, load, one_of, whole
from tc_resources.limits.handler import Handler
from tc_resources.limits.registry import RegistryError

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.services.teo import PrefetchOriginLimits

KIND = "prefetch_origin_limit"
LEAST, MOST = 100, 100_000
"""Mbps."""
ROOM = 100
"""Limits that an account has room for, unless Tencent Cloud has granted more."""


@dataclass(frozen=True, kw_only=True)
class PrefetchOriginLimitArgs:
    """The inputs; `PrefetchOriginLimit` says what each means."""

    zone_id: Annotated[str, Field(identifier, "replaces")]
    domain_name: Annotated[str, Field(domain, "replaces")]
    area: Annotated[str, Field(one_of(*AREAS), "replaces")]
    bandwidth: Annotated[int, Field(whole(LEAST, MOST, "Mbps"), "updates")]
    adopt: Annotated[bool, Field(flag, "ignored")] = False

    @property
    def identity(self) -> LimitIdentity:
        """What tells this limit from others."""
        return LimitIdentity(self.zone_id, self.domain_name, self.area)


@dataclass(frozen=True, kw_only=True)
class PrefetchOriginLimitState(PrefetchOriginLimitArgs):
    """What is stored: the inputs, and `written_at`, the unix seconds of our last write (None: there was none)."""

    written_at: Annotated[int | None, Field(whole(0, MAX_WHOLE, "unix seconds"), "ignored")] = None


class PrefetchOriginLimitHandler(Handler[PrefetchOriginLimitArgs, PrefetchOriginLimitState, "PrefetchOriginLimits"]):
    """What the engine's operations mean for a limit: "on" makes or changes it, "off" deletes it."""

    inputs = PrefetchOriginLimitArgs
    state = PrefetchOriginLimitState
    api = "teo"
    value, noted_as = "bandwidth", LIMITS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._planned: set[LimitIdentity] = set()
        self._heard = 0
        """How many of what the program has announced are expected already."""

    def open(self, client: Client) -> PrefetchOriginLimits:
        """The limits of the account that `client` is connected to."""
        from tc_resources.cloud.services.teo import PrefetchOriginLimits

        return PrefetchOriginLimits(client)

    def identity(self, args: PrefetchOriginLimitArgs) -> LimitIdentity:
        """Its zone, domain and area."""
        return args.identity

    def parse(self, resource_id: str) -> LimitIdentity:
        """`zone#domain#area`."""
        return LimitIdentity.parse(resource_id)

    def declaration(self, inputs: Mapping[str, Any], unknown: Collection[str]) -> tuple[list[object], list[int]]:
        """Zone, domain and area."""
        names = LimitIdentity._fields
        return [inputs.get(name) for name in names], [place for place, name in enumerate(names) if name in unknown]

    def title(self, resource_id: str) -> str:
        """The limit by its domain, area and zone."""
        identity = self.parse(resource_id)
        return f"prefetch origin limit of {identity.domain_name} in {identity.area} ({identity.zone_id})"

    def preflight(self, args: PrefetchOriginLimitArgs, old: PrefetchOriginLimitState | None) -> list[Failure]:
        """A limit with another value that is there; a notice where an account has no room for a new one."""
        return [] if old else self.ask_ahead(args.zone_id, lambda: self._foresee(args))

    def _foresee(self, args: PrefetchOriginLimitArgs) -> list[Failure]:
        self._expect_announced()
        found = self.service.get_ahead(args.identity)
        if found is None:
            self._count(args)
        if found is None or found == args.bandwidth or args.adopt:
            return []
        return [Failure("bandwidth", explain(self._conflict(args, found), self.engine.words))]

    def _expect_announced(self) -> None:
        """Let the first reads ask for what the program has announced, of which the engine tells one by one."""
        with suppress(RegistryError):
            announced = self.engine.registry.announced(KIND)
            for parts in announced[self._heard :]:
                self.service.expect(LimitIdentity(*map(str, parts)))
            self._heard = len(announced)

    def _count(self, args: PrefetchOriginLimitArgs) -> None:
        self._planned.add(args.identity)
        number = len(self.service.known() | self._planned)
        if number > ROOM:
            # No refusal: more room may have been granted, or a limit that this one replaces may go first.
            self.notice(
                args,
                f"would be limit number {number} of the account, which has room for {ROOM} unless more was granted. "
                f"Delete one, ask for more in a ticket, or let what it replaces go first: "
                f"{self.engine.words.replace_first}.",
            )

    @staticmethod
    def _conflict(args: PrefetchOriginLimitArgs, found: int | None) -> ConflictError:
        return ConflictError(f"{found} Mbps", f"{args.bandwidth} Mbps")

    def create(self, args: PrefetchOriginLimitArgs) -> PrefetchOriginLimitState:
        """Turn the limit on; the same one is taken over, another is refused or, with adopt, overwritten."""
        found = self.service.get_to_create(args.identity)
        if found not in (None, args.bandwidth) and not args.adopt:
            raise self._conflict(args, found)
        # Written even where the value is the same: the listing may still show a limit that was just turned off.
        live = self.service.turn_on(args.identity, args.bandwidth, overwrite=args.adopt, seen=found)
        if live != args.bandwidth:
            raise self._conflict(args, live)
        if found is not None:
            self.notice(args, f"was there already with {found} Mbps and is managed here now.")
        return self._written(args)

    def _written(self, args: PrefetchOriginLimitArgs) -> PrefetchOriginLimitState:
        return PrefetchOriginLimitState(**asdict(args), written_at=self.written_at(args.identity.id))

    def read(self, resource_id: str, known: Mapping[str, Any]) -> PrefetchOriginLimitState | None:
        """The bandwidth in force, from the listing of the zone, once that cannot lag behind our last write."""
        identity = self.parse(resource_id)
        found, written_at = self.service.get_settled(identity, known.get("bandwidth"), known.get("written_at"))
        if found is None:
            return None
        kept = {"adopt": known["adopt"]} if known.get("adopt") is not None else {}
        live = {"bandwidth": self.held(resource_id, found), "written_at": written_at}
        return load(PrefetchOriginLimitState, {**kept, **identity._asdict(), **live})

    def update(self, args: PrefetchOriginLimitArgs, old: PrefetchOriginLimitState) -> PrefetchOriginLimitState:  # noqa: ARG002 - the new one is whole
        """Turn the limit on with the new bandwidth, which also brings back one that is gone."""
        self.service.turn_on(args.identity, args.bandwidth, overwrite=True, seen=args.bandwidth)
        return self._written(args)

    def delete(self, state: PrefetchOriginLimitState) -> None:
        """Turn the limit off."""
        self.service.turn_off(state.identity, state.written_at or 0)


HANDLER = PrefetchOriginLimitHandler
