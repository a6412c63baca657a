"""AigcQuota: what an application of VOD may generate with AI.

Source: "ModifyAigcQuota" of VOD's API documents, version 2018-07-17.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from tc_resources.cloud.errors import NotInForceError
from tc_resources.cloud.identities import QUOTA_TYPES, QuotaAddress, QuotaIdentity
from tc_resources.cloud.parser import identifier
from tc_resources.limits.advice import explain
from tc_resources.limits.errors import BaselineForgottenError, ConflictError
from tc_resources.limits.fields import MAX_WHOLE, Failure, Field, flag, load, one_of, whole
from tc_resources.limits.handler import Handler

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.services.vod import AigcQuotas

LATE = "One that was deleted or renewed in the last half minute may still show as it was: then run it again."
UNITS = {"Image": "images", "Video": "seconds", "Text": "tokens"}

_amount = whole(0, MAX_WHOLE, "images, seconds or tokens, by quota_type")


@dataclass(frozen=True, kw_only=True)
class AigcQuotaArgs:
    """The inputs; `AigcQuota` says what each means."""

    sub_app_id: Annotated[int, Field(whole(1, MAX_WHOLE, "the id of a sub-application"), "replaces")]
    quota_type: Annotated[str, Field(one_of(*QUOTA_TYPES), "replaces")]
    quota_limit: Annotated[int, Field(_amount, "updates")]
    api_token: Annotated[str | None, Field(identifier, "replaces", secret=True)] = field(default=None, repr=False)
    adopt: Annotated[bool, Field(flag, "ignored")] = False
    reset_limit: Annotated[int | None, Field(_amount, "updates")] = None
    allow_below_usage: Annotated[bool, Field(flag, "ignored")] = False
    period: Annotated[str | None, Field(identifier, "updates")] = None

    @property
    def quota(self) -> QuotaAddress:
        """The quota as the service addresses it."""
        return QuotaAddress(self.sub_app_id, self.quota_type, self.api_token)


@dataclass(frozen=True, kw_only=True)
class AigcQuotaState(AigcQuotaArgs):
    """What is stored: the inputs, and

    baseline_limit: the other value that `adopt` has replaced, None where there was none.
    written_at: the unix seconds of our last write, None where there was none.
    """

    baseline_limit: Annotated[int | None, Field(_amount, "ignored")] = None
    written_at: Annotated[int | None, Field(whole(0, MAX_WHOLE, "unix seconds"), "ignored")] = None


class AigcQuotaHandler(Handler[AigcQuotaArgs, AigcQuotaState, "AigcQuotas"]):
    """What the engine's operations mean for a quota."""

    inputs = AigcQuotaArgs
    state = AigcQuotaState

    def open(self, client: Client) -> AigcQuotas:
        """The quotas of the account that `client` is connected to."""
        from tc_resources.cloud.services.vod import AigcQuotas

        return AigcQuotas(client)

    def identity(self, args: AigcQuotaArgs) -> QuotaIdentity:
        """Its sub-application, type and token's digest."""
        return args.quota.identity

    def parse(self, resource_id: str) -> QuotaIdentity:
        """`sub_app#type`, and with a token `#` and its digest."""
        return QuotaIdentity.parse(resource_id)

    def title(self, resource_id: str) -> str:
        """The quota by its type, token's digest and sub-application."""
        identity = self.parse(resource_id)
        token = f" of token {identity.token_digest}…" if identity.token_digest else ""
        return f"{identity.quota_type} quota{token} of sub-application {identity.sub_app_id}"

    def contradictions(self, inputs: Mapping[str, Any]) -> list[Failure]:
        """A token with another type than Text, which the service would not heed."""
        quota_type = inputs.get("quota_type", "Text")
        if "api_token" not in inputs or quota_type == "Text":
            return []
        token, type_ = map(self.engine.words.argument, ("api_token", "quota_type"))
        return [Failure("", f"{token}: goes with {type_} Text alone, not with {quota_type}")]

    def preflight(self, args: AigcQuotaArgs, old: AigcQuotaState | None) -> list[Failure]:
        """A quota with another value that is there, and a cap below what is used already."""
        if old and (args.quota_limit >= old.quota_limit or _renews(args, old)):
            return []
        return self.ask_ahead(args.sub_app_id, lambda: self._conflicts(args, old) or self._below_usage(args))

    def _conflicts(self, args: AigcQuotaArgs, old: AigcQuotaState | None) -> list[Failure]:
        row = self.service.get(args.quota.identity)
        if old or row is None or row.limit == args.quota_limit or args.adopt:
            return []
        return [Failure("quota_limit", f"{explain(self._conflict(args, row.limit), self.engine.words)} {LATE}")]

    def _below_usage(self, args: AigcQuotaArgs) -> list[Failure]:
        row = self.service.get(args.quota.identity)
        if row is None or args.allow_below_usage or not args.quota_limit < min(row.limit, row.usage or 0):
            return []
        used = f"{row.usage} {UNITS[args.quota_type]} that are used already"
        if args.quota_limit == 0:
            self.notice(args, f"is switched off; it is below the {used}.")
            return []
        allow = self.engine.words.assign("allow_below_usage", True)
        text = f"is below the {used}: generation would stop at once. To have it so, set {allow}."
        return [Failure("quota_limit", f"{text} {LATE}")]

    @staticmethod
    def _conflict(args: AigcQuotaArgs, found: int) -> ConflictError:
        unit = UNITS[args.quota_type]
        return ConflictError(f"{found} {unit}", f"{args.quota_limit} {unit}")

    def create(self, args: AigcQuotaArgs) -> AigcQuotaState:
        """Create the quota; the same one is taken over, another is refused or, with adopt, overwritten."""
        row = self.service.get(args.quota.identity)
        seen = row.limit if row else None
        if seen is not None and (args.adopt or seen == args.quota_limit):
            return self._take_over(args, seen)
        found = self.service.create(args.quota, args.quota_limit, seen)
        if found == args.quota_limit:
            return self._state(args)
        if args.adopt:
            return self._take_over(args, found)
        raise self._conflict(args, found)

    def _take_over(self, args: AigcQuotaArgs, found: int) -> AigcQuotaState:
        # Written even where the value is the same: the listing may still show a quota that was just deleted.
        if not self.service.modify(args.quota, args.quota_limit):
            return self._state(args)
        self.notice(args, f"was there already with {found} {UNITS[args.quota_type]} and is managed here now.")
        if args.period:
            self.notice(args, f"goes on counting its usage so far; the period after {args.period} clears it.")
        return self._state(args, baseline_limit=None if found == args.quota_limit else found)

    def _state(self, args: AigcQuotaArgs, baseline_limit: int | None = None) -> AigcQuotaState:
        return AigcQuotaState(**asdict(args), baseline_limit=baseline_limit, written_at=math.ceil(self.clock.now()))

    def read(self, resource_id: str, known: Mapping[str, Any]) -> AigcQuotaState | None:
        """The cap in force, from the listing of the sub-application, once that cannot lag behind our last write."""
        identity = self.parse(resource_id)
        found = self.service.get_settled(identity, known.get("quota_limit"), known.get("written_at") or 0)
        live = {"sub_app_id": identity.sub_app_id, "quota_type": identity.quota_type, "quota_limit": found}
        return None if found is None else load(AigcQuotaState, {**known, **live})

    def update(self, args: AigcQuotaArgs, old: AigcQuotaState) -> AigcQuotaState:
        """Modify the cap, or create it where it is gone; a new period renews it; reset_limit alone calls nothing."""
        if _renews(args, old):
            self._renew(args, old.baseline_limit)
        elif old.quota_limit == args.quota_limit:
            return AigcQuotaState(**asdict(args), baseline_limit=old.baseline_limit, written_at=old.written_at)
        else:
            self.service.modify(args.quota, args.quota_limit)
        return self._state(args, old.baseline_limit)

    def _renew(self, args: AigcQuotaArgs, baseline: int | None) -> None:
        try:
            self.service.renew(args.quota, args.quota_limit)
        except NotInForceError as error:
            raise error if baseline is None else BaselineForgottenError(error, baseline) from None

    def retain(self, resource_id: str, state: AigcQuotaState) -> None:
        """Delete a resource whose quota stays; what it would have been reset to is not known to the new one."""
        super().retain(resource_id, state)
        baseline = state.baseline_limit
        if baseline is not None:
            reset = self.engine.words.assign("reset_limit", baseline)
            self.engine.notice(
                f"Its baseline_limit of {baseline} is not carried over: with {reset}, or with "
                "aliases instead of a new resource, deleting it will go back to that value."
            )

    def delete(self, state: AigcQuotaState) -> None:
        """Reset the cap: to reset_limit, else to the baseline, else to none."""
        limit = state.baseline_limit if state.reset_limit is None else state.reset_limit
        if limit is None:
            self.service.delete(state.quota)
        else:
            self.service.reset(state.quota, limit)


def _renews(args: AigcQuotaArgs, old: AigcQuotaState) -> bool:
    return args.period is not None and old.period not in (None, args.period)


HANDLER = AigcQuotaHandler
