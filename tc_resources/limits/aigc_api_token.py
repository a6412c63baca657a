"""AigcApiToken: a token by which programs generate text in an application of VOD.

Source: "CreateAigcApiToken", "UpdateAigcApiToken" and "DeleteAigcApiToken" of VOD's API documents, version 2018-07-17.
Their text is that a token's quota is deleted with it, and that a token shows, and can be deleted, half a minute after
it was created.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

from tc_resources.cloud.errors import CloudError, GoneError
from tc_resources.cloud.identities import QuotaAddress, TokenAddress, TokenIdentity, digest
from tc_resources.cloud.parser import identifier
from tc_resources.limits.errors import MismatchError
from tc_resources.limits.fields import MAX_WHOLE, Failure, Field, addresses, load, whole
from tc_resources.limits.handler import Handler

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.services.tokens import AigcApiTokens, Created

IN_STATE = "aigc_api_token in state"
"""What the registry calls a token that the engine knows of."""


@dataclass(frozen=True, kw_only=True)
class AigcApiTokenArgs:
    """The inputs; `AigcApiToken` says what each means."""

    sub_app_id: Annotated[int, Field(whole(1, MAX_WHOLE, "the id of a sub-application"), "replaces")]
    ip_allow_list: Annotated[list[str] | None, Field(addresses, "updates", narrows=True)] = None
    rotation: Annotated[str | None, Field(identifier, "rotates")] = None


@dataclass(frozen=True, kw_only=True)
class AigcApiTokenState(AigcApiTokenArgs):
    """What is stored: the inputs, and

    api_token: the token, None where an import has left it out.
    written_at: the unix seconds of our last write, None where there was none.
    """

    api_token: Annotated[str | None, Field(identifier, "ignored", secret=True, kept=True)] = field(
        default=None, repr=False
    )
    written_at: Annotated[int | None, Field(whole(0, MAX_WHOLE, "unix seconds"), "ignored")] = None


class AigcApiTokenHandler(Handler[AigcApiTokenArgs, AigcApiTokenState, "AigcApiTokens"]):
    """What the engine's operations mean for a token."""

    inputs = AigcApiTokenArgs
    state = AigcApiTokenState
    api = "vod"
    found_by_update = ("api_token",)
    known_by_id = True

    def open(self, client: Client) -> AigcApiTokens:
        """The tokens of the account that `client` is connected to."""
        from tc_resources.cloud.services.tokens import AigcApiTokens

        return AigcApiTokens(client)

    def identity(self, args: AigcApiTokenArgs) -> TokenIdentity | None:
        """Its sub-application and digest."""
        token = args.api_token if isinstance(args, AigcApiTokenState) else None
        return TokenAddress(args.sub_app_id, token).identity if token else None

    def parse(self, resource_id: str) -> TokenIdentity:
        """`sub_app#digest`."""
        return TokenIdentity.parse(resource_id)

    def declaration(self, inputs: Mapping[str, Any], unknown: Collection[str]) -> None:
        """A token that is to be created: no other resource can be about it. One that is there is known by its id."""

    def title(self, resource_id: str) -> str:
        """The token by its digest and sub-application."""
        identity = self.parse(resource_id)
        return f"API token {identity.token_digest}… of sub-application {identity.sub_app_id}"

    def subject(self, args: AigcApiTokenArgs) -> str:
        """The same; one that is to be created has no digest yet."""
        identity = self.identity(args)
        return self.title(identity.id) if identity else f"API token of sub-application {args.sub_app_id}"

    def recall(self, resource_id: str) -> None:
        """Note that the engine knows of this token."""
        self.engine.registry.add(IN_STATE, tuple(self.parse(resource_id)))

    def complete(self, resource_id: str, state: AigcApiTokenState) -> AigcApiTokenState:
        """The state with the token, as the listing has it; without one where there is none any more."""
        identity = self.parse(resource_id)
        if state.api_token:
            return state
        if identity.sub_app_id != state.sub_app_id:
            raise MismatchError(resource_id, f"sub-application {state.sub_app_id}")
        row = self.service.get_settled(identity, lambda _: True, state.written_at or 0)
        return replace(state, api_token=row.shown if row else None)

    def preflight(self, args: AigcApiTokenArgs, old: AigcApiTokenState | None) -> list[Failure]:  # noqa: ARG002 - as all
        """Nothing that is there can speak against a token."""
        return []

    def create(self, args: AigcApiTokenArgs) -> AigcApiTokenState:
        """Create a token; others that nobody declares are told, and stay."""
        created = self.service.create(args.sub_app_id, args.ip_allow_list)
        state = self._state(args, created.address.api_token)
        self._tell(created)
        return state

    def _tell(self, created: Created) -> None:
        identity = created.address.identity
        with suppress(CloudError):  # what is done stays done
            self.recall(identity.id)
        others = [one for one in sorted(created.others) if not self._is_known(identity.sub_app_id, one)]
        if others:
            self.engine.notice(
                f"Sub-application {identity.sub_app_id} has other API tokens, which this run does not manage: "
                f"{', '.join(others)}. They stay. A run that was killed or stopped may have left one."
            )

    def _is_known(self, *parts: object) -> bool:
        try:
            return self.engine.registry.declares(IN_STATE, parts)
        except CloudError:
            return False

    def _state(self, args: AigcApiTokenArgs, api_token: str) -> AigcApiTokenState:
        written_at = self.written_at(TokenAddress(args.sub_app_id, api_token).identity.id)
        return AigcApiTokenState(**asdict(args), api_token=api_token, written_at=written_at)

    def read(self, resource_id: str, known: Mapping[str, Any]) -> AigcApiTokenState | None:
        """The token of this digest in the listing, once that cannot lag behind our last write."""
        identity, token = self.parse(resource_id), known.get("api_token")
        if token and digest(token) != identity.token_digest:
            raise MismatchError(resource_id, TokenAddress(identity.sub_app_id, token).identity.id)
        address = TokenAddress(identity.sub_app_id, token) if token else identity
        expected = known.get("ip_allow_list")
        found = self.service.get_settled(address, lambda row: _list(row.addresses()) == expected, _since(known))
        if found is None:
            return None
        live = {"api_token": found.shown, "ip_allow_list": _list(found.addresses())}
        return load(AigcApiTokenState, {**known, "sub_app_id": identity.sub_app_id, **live})

    def update(self, args: AigcApiTokenArgs, old: AigcApiTokenState) -> AigcApiTokenState:
        """Let other addresses use it. One that is gone is not made anew: whoever has it would not know the new one."""
        if old.api_token is None:
            raise GoneError
        if args.ip_allow_list == old.ip_allow_list:
            return replace(old, **asdict(args))
        address = TokenAddress(args.sub_app_id, old.api_token)
        self.service.allow(address, args.ip_allow_list, old.written_at or 0)
        return self._state(args, old.api_token)

    def delete(self, state: AigcApiTokenState) -> None:
        """Delete the token, and say what ends with it."""
        if state.api_token is None:
            return
        address = TokenAddress(state.sub_app_id, state.api_token)
        ends = self._quota(address)
        self.service.delete(address, state.written_at or 0)
        self.notice(state, f"is deleted: who uses it is refused from now on. {ends}")

    def _quota(self, address: TokenAddress) -> str:
        """What becomes of the token's quota. That it cannot be read keeps nobody from deleting."""
        from tc_resources.cloud.services.vod import AigcQuotas

        try:
            quotas = AigcQuotas(self._connect())
            row = quotas.get_certain(QuotaAddress(address.sub_app_id, "Text", address.api_token), 0.0)
        except CloudError:
            return "If it has a quota, that ends with it."
        return f"Its quota of {row.limit} tokens of text ends with it." if row else "It has no quota."


def _list(found: list[str] | None) -> list[str] | None:
    """The addresses as they are stored; in a form that no input takes they stay as they are, for the drift to show."""
    try:
        return found and addresses(found)
    except ValueError:
        return found


def _since(known: Mapping[str, Any]) -> float:
    return float(known.get("written_at") or 0)


HANDLER = AigcApiTokenHandler
