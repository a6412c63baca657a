"""AigcQuota: what an application of VOD may generate with AI.

Source: "ModifyAigcQuota" of VOD's API documents, version 2018-07-17.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from tc_resources.cloud.errors import CloudError, NotInForceError, Outcome, ServiceError
from tc_resources.cloud.identities import QUOTA_TYPES, QUOTAS, UNITS, QuotaAddress, QuotaIdentity, TokenAddress, digest
from tc_resources.cloud.parser import identifier
from tc_resources.limits.advice import advice, explain
from tc_resources.limits.baselines import Baselines
from tc_resources.limits.errors import (
    BaselineForgottenError,
    BelowUsageError,
    ConflictError,
    MismatchError,
)
from tc_resources.limits.fields import MAX_WHOLE, Failure, Field, flag, load, one_of, whole
from tc_resources.limits.handler import Handler
from tc_resources.limits.period import FORMATS
from tc_resources.limits.take_over import HIDDEN, TakeOver

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.services.quota_listing import QuotaRow
    from tc_resources.cloud.services.vod import AigcQuotas, Present

LATE = "One that was deleted or renewed in the last half minute may still show as it was: then run it again."


def _period(value: Any) -> str:
    name = identifier(value)
    if name.lower() in FORMATS:
        raise ValueError(f"must name one period, such as 2026-11: {name} would never change (see current_period)")
    return name


_amount = whole(0, MAX_WHOLE, "images, seconds or tokens, by its type")


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
    period: Annotated[str | None, Field(_period, "updates")] = None

    @property
    def quota(self) -> QuotaAddress:
        """The quota as the service addresses it."""
        return QuotaAddress(self.sub_app_id, self.quota_type, self.api_token)


@dataclass(frozen=True, kw_only=True)
class AigcQuotaState(AigcQuotaArgs):
    """What is stored: the inputs, and

    quota_limit: None where a cap may be there and its value is not known; no number stands for that.
    baseline_limit: the other value that `adopt` has replaced, None where there was none.
    written_at: the unix seconds of our last write, None where there was none.
    """

    quota_limit: Annotated[int | None, Field(_amount, "updates")] = None  # type: ignore[assignment]  # known to inputs
    baseline_limit: Annotated[int | None, Field(_amount, "ignored")] = None
    written_at: Annotated[int | None, Field(whole(0, MAX_WHOLE, "unix seconds"), "ignored")] = None


class AigcQuotaHandler(Handler[AigcQuotaArgs, AigcQuotaState, "AigcQuotas"]):
    """What the engine's operations mean for a quota."""

    inputs = AigcQuotaArgs
    state = AigcQuotaState
    api = "vod"
    value, noted_as = "quota_limit", QUOTAS

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._baselines = Baselines()

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

    def declaration(self, inputs: Mapping[str, Any], unknown: Collection[str]) -> tuple[list[object], list[int]]:
        """Sub-application, type and token's digest."""
        names = ("sub_app_id", "quota_type", "api_token")
        sub_app_id, quota_type, token = (inputs.get(name) for name in names)
        places = [place for place, name in enumerate(names) if name in unknown]
        return [sub_app_id, quota_type, token and digest(token)], places

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
        if old and not _is_guarded(args, old):
            return []
        return self.ask_ahead(args.sub_app_id, lambda: self._refusals(args, old))

    def _refusals(self, args: AigcQuotaArgs, old: AigcQuotaState | None) -> list[Failure]:
        words, row = self.engine.words, self._row(args, certain=old is not None)
        if row and not (old or args.adopt or row.limit == args.quota_limit):
            return [Failure("quota_limit", f"{explain(self._conflict(args, row.limit), words)} {LATE}")]
        error = self._below_usage(args, row)
        if error is None:
            return []
        text = f"is below the {error.used}: generation would stop at once. {advice(error, words)}"
        return [Failure("quota_limit", f"{text} {LATE}")]

    def _row(self, args: AigcQuotaArgs, *, certain: bool) -> QuotaRow | None:
        """The quota as it is there, with its usage. Raises CloudError where that cannot be told.

        Nothing is held against an absent quota. So it must be `certain`, unless creating it will tell.
        """
        get = self.service.get_certain if certain else self.service.get
        return self._with_usage(args, get(args.quota))

    def _settled(self, args: AigcQuotaArgs, old: AigcQuotaState) -> QuotaRow | None:
        """The quota in force, whatever the state has: somebody may have set it since. Raises CloudError."""
        return self.service.get_settled(args.quota, old.quota_limit, old.written_at).row

    def _with_usage(self, args: AigcQuotaArgs, row: QuotaRow | None) -> QuotaRow | None:
        """The row, read anew where no listing has shown it."""
        return self.service.get_certain(args.quota, 0.0) if row and row.usage is None else row

    def _below_usage(self, args: AigcQuotaArgs, row: QuotaRow | None) -> BelowUsageError | None:
        """What speaks against this cap. The off switch passes, with a notice."""
        if row is None or args.allow_below_usage or not args.quota_limit < min(row.limit, row.usage or 0):
            return None
        used = f"{row.usage} {UNITS[args.quota_type]} that are used already"
        if args.quota_limit == 0:
            self.notice(args, f"is switched off; it is below the {used}.")
            return None
        return BelowUsageError(args.quota_limit, used)

    def _guard(self, args: AigcQuotaArgs, row: QuotaRow | None) -> None:
        """Hold the write to what the preview was held to, which may not have been able to look."""
        error = self._below_usage(args, row)
        if error:
            raise error

    @staticmethod
    def _conflict(args: AigcQuotaArgs, found: int | None) -> ConflictError:
        unit = UNITS[args.quota_type]
        return ConflictError(HIDDEN if found is None else f"{found} {unit}", f"{args.quota_limit} {unit}")

    def create(self, args: AigcQuotaArgs) -> AigcQuotaState:
        """Create the quota; the same one is taken over, another is refused or, with adopt, overwritten."""
        row = shown = self._row(args, certain=False)
        if row and _may_take_over(args, row):
            row = self._with_usage(args, self.service.get_to_take_over(args.quota))
        if row and _may_take_over(args, row):
            self._guard(args, row)
            return self._take_over(args, row.limit)
        found = self._created(args, row and row.limit, shown and shown.limit)
        if found is None:
            return self._state(args)
        if found.limit != args.quota_limit and not args.adopt:
            raise self._conflict(args, found.limit)
        self._guard(args, self.service.get_certain(args.quota, 0.0))
        return self._take_over(args, found.limit)

    def _created(self, args: AigcQuotaArgs, seen: int | None, shown: int | None) -> Present | None:
        """As the service's `create`, once more where the token is new and not known to the service before."""
        create = partial(self.service.create, args.quota, args.quota_limit, seen, shown if seen is None else None)
        try:
            return create()
        except ServiceError as error:
            if error.outcome is not Outcome.REFUSED or error.denied or not self._token_is_new(args):
                raise
        return create()

    def _token_is_new(self, args: AigcQuotaArgs) -> bool:
        from tc_resources.cloud.services.tokens import AigcApiTokens

        if not args.api_token:
            return False
        try:
            return AigcApiTokens(self._connect()).comes_to_be_known(TokenAddress(args.sub_app_id, args.api_token))
        except CloudError:  # what the creation was refused for says more
            return False

    def _take_over(self, args: AigcQuotaArgs, found: int | None) -> AigcQuotaState:
        take_over = TakeOver(
            quota=args.quota,
            limit=args.quota_limit,
            adopt=args.adopt,
            period=args.period,
            service=self.service,
            baselines=self._baselines,
            words=self.engine.words,
            notice=partial(self.notice, args),
        )
        return self._state(args, take_over.of(found))

    def remember(self, resource_id: str, stored: Mapping[str, Any]) -> None:
        """Its baseline is that of what replaces it."""
        self._baselines.remember(self.parse(resource_id), load(AigcQuotaState, stored).baseline_limit)

    def _state(self, args: AigcQuotaArgs, baseline_limit: int | None = None) -> AigcQuotaState:
        return AigcQuotaState(
            **asdict(args), baseline_limit=baseline_limit, written_at=self.written_at(args.quota.identity.id)
        )

    def read(self, resource_id: str, known: Mapping[str, Any]) -> AigcQuotaState | None:
        """The cap in force, from the listing of the sub-application, once that cannot lag behind our last write."""
        identity = self.parse(resource_id)
        address = QuotaAddress(identity.sub_app_id, identity.quota_type, known.get("api_token"))
        if known and address.identity != identity:
            raise MismatchError(resource_id, address.identity.id)
        quota = address if known else identity
        found, written_at = self.service.get_settled(quota, known.get("quota_limit"), known.get("written_at"))
        live = {"quota_limit": self.held(resource_id, found.limit)} if found else self._hidden(resource_id, known)
        named = {"sub_app_id": identity.sub_app_id, "quota_type": identity.quota_type}
        return load(AigcQuotaState, {**known, **named, **live, "written_at": written_at}) if live else None

    def _hidden(self, resource_id: str, known: Mapping[str, Any]) -> dict[str, int | None]:
        """What to store of a cap that no listing shows: nothing, but caps of 0 may be hidden.

        Such a one is stored without a value, so that the next up sets it again, and a delete ends it.
        """
        if "sub_app_id" not in known or known.get("quota_limit") not in (0, None):
            self._forget(resource_id, known)
            return {}
        self.engine.notice(
            f"The {self.title(resource_id)} does not show. It was 0, which may be why: `up` sets it again."
        )
        return {"quota_limit": None}

    def _forget(self, resource_id: str, known: Mapping[str, Any]) -> None:
        """Tell what the state loses with a quota that is gone."""
        baseline, words = known.get("baseline_limit"), self.engine.words
        if baseline is not None and known.get("reset_limit") is None:
            lost, reset = words.argument("baseline_limit"), words.assign("reset_limit", baseline)
            self.engine.notice(
                f"The {self.title(resource_id)} is gone, and with it its {lost} of {baseline}: with {reset}, deleting "
                "it will go back to that value once it is set again."
            )

    def doubt(self, state: AigcQuotaState) -> AigcQuotaState:
        """As of a cap that does not show."""
        return replace(state, quota_limit=None)

    def update(self, args: AigcQuotaArgs, old: AigcQuotaState) -> AigcQuotaState:
        """Modify the cap, or create it where it is gone; a new period renews it; reset_limit alone calls nothing."""
        if _renews(args, old):
            self._renew(args, old)
        elif old.quota_limit == args.quota_limit:
            return AigcQuotaState(**asdict(args), baseline_limit=old.baseline_limit, written_at=old.written_at)
        else:
            if _is_guarded(args, old):
                self._guard(args, self._with_usage(args, self._settled(args, old)))
            self.service.modify(args.quota, args.quota_limit, decided=_is_guarded(args, old))
        return self._state(args, old.baseline_limit)

    def _renew(self, args: AigcQuotaArgs, old: AigcQuotaState) -> None:
        live = self._settled(args, old)
        hidden = not (live or old.quota_limit or args.quota_limit)  # 0 stays 0: to set it, too, may be below the usage
        try:
            self.service.renew(args.quota, args.quota_limit, 0 if hidden else live and live.limit)
        except NotInForceError as error:
            if old.baseline_limit is None:
                raise
            raise BaselineForgottenError(error, old.baseline_limit) from None

    def retain(self, resource_id: str, state: AigcQuotaState) -> None:
        """Delete a resource whose quota stays; what it would have been reset to is not known to the new one."""
        super().retain(resource_id, state)
        baseline, words = state.baseline_limit, self.engine.words
        taken = self._baselines.taken(state.quota.identity)
        if taken is not None and taken == state.quota_limit != baseline:
            self.engine.notice(
                f"The new resource's {words.argument('baseline_limit')} of {taken} is what this stack itself had set: "
                "deleting it would go back to that value. Name the old resource in aliases before a rename."
            )
        if baseline is not None and taken != baseline:
            reset = words.assign("reset_limit", baseline)
            self.engine.notice(
                f"Its {words.argument('baseline_limit')} of {baseline} is not carried over: with {reset}, or with "
                "aliases instead of a new resource, deleting it will go back to that value."
            )

    def delete(self, state: AigcQuotaState) -> None:
        """Reset the cap: to reset_limit, else to the baseline, else to none."""
        limit = state.baseline_limit if state.reset_limit is None else state.reset_limit
        if limit is None:
            self.service.delete(state.quota, state.written_at or 0)
        else:
            self.service.reset(state.quota, limit, state.written_at or 0)


def _may_take_over(args: AigcQuotaArgs, row: QuotaRow) -> bool:
    return args.adopt or row.limit == args.quota_limit


def _renews(args: AigcQuotaArgs, old: AigcQuotaState) -> bool:
    return args.period is not None and old.period not in (None, args.period)


def _is_guarded(args: AigcQuotaArgs, old: AigcQuotaState) -> bool:
    """Whether an update may set a cap below the usage: what is in force decides, not whether the state's is lowered."""
    return args.quota_limit != old.quota_limit and not args.allow_below_usage and not _renews(args, old)


HANDLER = AigcQuotaHandler
