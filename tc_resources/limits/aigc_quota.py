"""AigcQuota: what an application of VOD may generate with AI.

Source: "ModifyAigcQuota" of VOD's API documents, version 2018-07-17.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pulumi

from tc_resources.cloud.errors import NotInForceError
from tc_resources.cloud.identities import QuotaAddress, QuotaKey
from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits.fields import MAX_WHOLE, Failure, Field, flag, identifier, load, one_of, whole
from tc_resources.limits.handler import ConflictError, Handler, State, UnknownIdError

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.services.vod import AigcQuotas

QuotaType = Literal["Image", "Video", "Text"]
LATE = "One that was deleted or renewed in the last half minute may still show as it was: then run it again."
ID = re.compile("([1-9][0-9]{0,15})#(Image|Video|Text)(?:#([0-9a-f]{12}))?")
ID_FORM = "sub_app_id#quota_type, as in 200000004#Image or, with a token's digest, 200000004#Text#1a7674eb4ee7"
UNITS = {"Image": "images", "Video": "seconds", "Text": "tokens"}

_amount = whole(0, MAX_WHOLE, "images, seconds or tokens, by quota_type")


@dataclass(frozen=True, kw_only=True)
class AigcQuotaArgs:
    """The inputs; `AigcQuota` says what each means."""

    sub_app_id: Annotated[int, Field(whole(1, MAX_WHOLE, "the id of a sub-application"), "replaces")]
    quota_type: Annotated[str, Field(one_of("Image", "Video", "Text"), "replaces")]
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


class AigcQuota(LimitResource, module="tc_resources", name="AigcQuota"):
    """A cap on what an application may generate with AI; once its usage reaches the cap, generation stops.

    Usage accumulates from the cap's creation on and is known late, since the work is asynchronous: it can exceed the
    cap somewhat. Deleting the resource resets the cap to `reset_limit`, else to the value that `adopt` has replaced,
    else deletes it, and its usage with it: generation is not limited any more. A change of sub-application, type or
    token replaces the quota.
    """

    kind = "aigc_quota"
    inputs = AigcQuotaArgs

    sub_app_id: pulumi.Output[int]
    quota_type: pulumi.Output[str]
    quota_limit: pulumi.Output[int]
    api_token: pulumi.Output[str | None]
    adopt: pulumi.Output[bool]
    reset_limit: pulumi.Output[int | None]
    allow_below_usage: pulumi.Output[bool]
    period: pulumi.Output[str | None]
    baseline_limit: pulumi.Output[int | None]
    """The other value that `adopt` has replaced, None where there was none."""
    written_at: pulumi.Output[int]
    """When this resource last wrote the cap, in unix seconds."""

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        sub_app_id: pulumi.Input[int],
        quota_type: pulumi.Input[QuotaType],
        quota_limit: pulumi.Input[int],
        api_token: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[bool] = False,
        reset_limit: pulumi.Input[int] | None = None,
        allow_below_usage: pulumi.Input[bool] = False,
        period: pulumi.Input[str] | None = None,
    ) -> None:
        """Declare the quota of one type in one sub-application.

        sub_app_id: the VOD application, such as 200000004.
        quota_type: "Image", "Video" or "Text".
        quota_limit: images, seconds of video or tokens of text, by the type; 0 stops generation, at most 2^53-1.
        api_token: for Text, the token whose share is capped; a secret in state whether it comes as one or not.
        adopt: overwrite a quota that is there with another value when this resource is created.
        reset_limit: what deleting this resource sets the cap to, instead of deleting it.
        allow_below_usage: accept a cap below what is used already, which stops generation at once.
        period: any text, such as "2026-11"; when it changes, the usage starts again from 0. For that the cap is deleted
            and created: for some seconds there is none.
        """
        props = {
            "sub_app_id": sub_app_id,
            "quota_type": quota_type,
            "quota_limit": quota_limit,
            "api_token": api_token,
            "adopt": adopt,
            "reset_limit": reset_limit,
            "allow_below_usage": allow_below_usage,
            "period": period,
        }
        super().__init__(name, props, opts)


class AigcQuotaHandler(Handler[AigcQuotaArgs, "AigcQuotas"]):
    """What the engine's operations mean for a quota."""

    inputs = AigcQuotaArgs

    def open(self, client: Client) -> AigcQuotas:
        """The quotas of the account that `client` is connected to."""
        from tc_resources.cloud.services.vod import AigcQuotas

        return AigcQuotas(client)

    def id(self, args: AigcQuotaArgs) -> str:
        """`sub_app#type`, and with a token `#` and its digest."""
        return args.quota.key.id

    def title(self, resource_id: str) -> str:
        """The quota by its type, token's digest and sub-application."""
        key = _key(resource_id)
        token = f" of token {key.token_digest}…" if key.token_digest else ""
        return f"{key.quota_type} quota{token} of sub-application {key.sub_app_id}"

    def contradictions(self, inputs: Mapping[str, Any]) -> list[Failure]:
        """A token with another type than Text, which the service would not heed."""
        quota_type = inputs.get("quota_type", "Text")
        if "api_token" not in inputs or quota_type == "Text":
            return []
        return [Failure("", f"api_token: goes with quota_type Text alone, not with {quota_type}")]

    def preflight(self, args: AigcQuotaArgs, old: Mapping[str, Any]) -> list[Failure]:
        """A quota with another value that is there, and a cap below what is used already."""
        if old and (args.quota_limit >= old["quota_limit"] or _renews(args, old)):
            return []
        return self.lookout.ask(args.sub_app_id, lambda: self._conflicts(args, old) or self._below_usage(args))

    def _conflicts(self, args: AigcQuotaArgs, old: Mapping[str, Any]) -> list[Failure]:
        row = self.service.get(args.quota.key)
        if old or row is None or row.limit == args.quota_limit or args.adopt:
            return []
        return [Failure("quota_limit", f"{self._conflict(args, row.limit)} {LATE}")]

    def _below_usage(self, args: AigcQuotaArgs) -> list[Failure]:
        row = self.service.get(args.quota.key)
        if row is None or args.allow_below_usage or not args.quota_limit < min(row.limit, row.usage or 0):
            return []
        used = f"{row.usage} {UNITS[args.quota_type]} that are used already"
        if args.quota_limit == 0:
            self.notice(args, f"is switched off; it is below the {used}.")
            return []
        text = f"is below the {used}: generation would stop at once. To have it so, set allow_below_usage=True."
        return [Failure("quota_limit", f"{text} {LATE}")]

    @staticmethod
    def _conflict(args: AigcQuotaArgs, found: int) -> ConflictError:
        unit = UNITS[args.quota_type]
        return ConflictError(f"{found} {unit}", f"{args.quota_limit} {unit}")

    def create(self, args: AigcQuotaArgs) -> State:
        """Create the quota; the same one is taken over, another is refused or, with adopt, overwritten."""
        row = self.service.get(args.quota.key)
        seen = row.limit if row else None
        if seen is not None and (args.adopt or seen == args.quota_limit):
            return self._take_over(args, seen)
        found = self.service.create(args.quota, args.quota_limit, seen)
        if found == args.quota_limit:
            return self._state(args)
        if args.adopt:
            return self._take_over(args, found)
        raise self._conflict(args, found)

    def _take_over(self, args: AigcQuotaArgs, found: int) -> State:
        # Written even where the value is the same: the listing may still show a quota that was just deleted.
        if not self.service.modify(args.quota, args.quota_limit):
            return self._state(args)
        self.notice(args, f"was there already with {found} {UNITS[args.quota_type]} and is managed here now.")
        if args.period:
            self.notice(args, f"goes on counting its usage so far; the period after {args.period} clears it.")
        return self._state(args, baseline_limit=None if found == args.quota_limit else found)

    def _state(self, args: AigcQuotaArgs, baseline_limit: int | None = None) -> State:
        return {**asdict(args), "baseline_limit": baseline_limit, "written_at": math.ceil(self._now())}

    def read(self, resource_id: str, state: Mapping[str, Any]) -> State | None:
        """The cap in force, from the listing of the sub-application, once that cannot lag behind our last write."""
        key = _key(resource_id)
        found = self.service.get_settled(key, state.get("quota_limit"), state.get("written_at") or 0)
        live = {"sub_app_id": key.sub_app_id, "quota_type": key.quota_type, "quota_limit": found}
        return None if found is None else {"adopt": False, **state, **live}

    def update(self, args: AigcQuotaArgs, old: Mapping[str, Any]) -> State:
        """Modify the cap, or create it where it is gone; a new period renews it; reset_limit alone calls nothing."""
        baseline = old.get("baseline_limit")
        if _renews(args, old):
            self._renew(args, baseline)
        elif old.get("quota_limit") == args.quota_limit:
            return {**self._state(args, baseline), "written_at": old.get("written_at")}
        else:
            self.service.modify(args.quota, args.quota_limit)
        return self._state(args, baseline)

    def _renew(self, args: AigcQuotaArgs, baseline: float | None) -> None:
        try:
            self.service.renew(args.quota, args.quota_limit)
        except NotInForceError as error:
            if baseline is not None:
                error.add(f"A refresh forgets its baseline_limit of {int(baseline)}: set reset_limit={int(baseline)}.")
            raise

    def leave(self, resource_id: str, state: Mapping[str, Any]) -> None:
        """Delete a resource whose quota stays; what it would have been reset to is not known to the new one."""
        super().leave(resource_id, state)
        baseline = state.get("baseline_limit")
        if baseline is not None:
            self._notice(
                f"Its baseline_limit of {int(baseline)} is not carried over: with reset_limit={int(baseline)}, or with "
                "aliases instead of a new resource, deleting it will go back to that value."
            )

    def delete(self, state: Mapping[str, Any]) -> None:
        """Reset the cap: to reset_limit, else to the baseline, else to none."""
        args = load(AigcQuotaArgs, state)
        limit = state.get("baseline_limit") if args.reset_limit is None else args.reset_limit
        if limit is None:
            self.service.delete(args.quota)
        else:
            self.service.reset(args.quota, int(limit))


def _renews(args: AigcQuotaArgs, old: Mapping[str, Any]) -> bool:
    return args.period is not None and old.get("period") not in (None, args.period)


def _key(resource_id: str) -> QuotaKey:
    found = ID.fullmatch(resource_id)
    if not found or (found[3] and found[2] != "Text"):
        without_token = re.sub("(#[^#]*#).+", r"\1***", resource_id, flags=re.DOTALL)
        raise UnknownIdError(without_token, ID_FORM)
    return QuotaKey(int(found[1]), found[2], found[3])


HANDLER = AigcQuotaHandler
