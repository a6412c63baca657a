"""What a Terraform state names, as the service has it: a state may hold the value of another row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tc_resources.cli.discovery.terraform import TOKEN, Stated
from tc_resources.cli.listings import Listing
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress, QuotaIdentity, TokenIdentity
from tc_resources.cloud.services.quota_listing import QuotaRow
from tc_resources.cloud.services.teo import PrefetchOriginLimits
from tc_resources.cloud.services.token_listing import TokenListing
from tc_resources.cloud.services.vod import AigcQuotas

NOTHING = (
    "Nothing of that is there. Terraform's provider calls the site cn where no domain says otherwise, and this "
    "command the site intl: set TENCENTCLOUD_SITE=cn; or the key is another account's."
)
TOKENS = (
    f"Terraform manages {{}} {TOKEN}: the service deletes a token's quota with the token, so take these out of "
    "its state, too, before it destroys anything."
)


class Joined:
    """The listings of what a state names. What differs is told to `notice`, what is not there to `fail`."""

    def __init__(
        self, client: Client, stated: Stated, notice: Callable[[str], None], fail: Callable[[str], None]
    ) -> None:
        self._client, self._stated = client, stated
        self._limits, self._quotas = PrefetchOriginLimits(client), AigcQuotas(client)
        self._tokens = TokenListing(client)
        self._notice, self._fail = notice, fail

    def listings(self) -> Iterator[Listing]:
        """Zone by zone, and then sub-application by sub-application."""
        empty = True
        for zone_id in sorted({identity.zone_id for identity in self._stated.limits}):
            listing = self._read(zone_id, self._zone)
            empty = empty and not (listing.limits or listing.error)
            yield listing
        quotas = {quota.sub_app_id for quota in self._stated.quotas}
        for sub_app_id in sorted(quotas | {token.sub_app_id for token in self._stated.tokens}):
            listing = self._read(sub_app_id, self._application)
            empty = empty and not (listing.quotas or listing.tokens or listing.error)
            yield listing
        if empty and (self._stated != Stated({}, {})):
            self._notice(NOTHING)
        if self._stated.tokens:
            self._notice(TOKENS.format(len(self._stated.tokens)))

    def _read(self, scope: str | int, read: Callable[[str | int], Listing]) -> Listing:
        try:
            with self._client.operation():
                return read(scope)
        except CloudError as error:
            return Listing(scope, error=error)

    def _zone(self, scope: str | int) -> Listing:
        found: dict[LimitIdentity, int] = {}
        for identity, stated in self._stated.limits.items():
            if identity.zone_id != scope:
                continue
            live = self._limits.get(identity)
            title = f"limit of {identity.domain_name} in {identity.area} ({identity.zone_id})"
            if self._told(title, stated, live) and live is not None:
                found[identity] = live
        return Listing(scope, limits=found)

    def _application(self, scope: str | int) -> Listing:
        found: dict[QuotaIdentity, QuotaRow] = {}
        for quota, stated in self._stated.quotas.items():
            if quota.sub_app_id != scope:
                continue
            live = self._quotas.get_certain(quota)
            if self._told(_title(quota), stated, live and live.limit) and live:
                found[quota.identity] = live
        return Listing(scope, quotas=found, tokens=dict(self._tokens_of(scope)))

    def _tokens_of(self, scope: str | int) -> Iterator[tuple[TokenIdentity, Sequence[str] | None]]:
        for token in sorted(one for one in self._stated.tokens if one.sub_app_id == scope):
            row = self._tokens.all(token.sub_app_id).rows.get(token)
            if row:
                yield token, row.addresses()
            else:
                title = f"API token {token.token_digest}… of sub-application {scope}"
                self._fail(f"The {title} is in Terraform's state, and the service does not list it: it is left out.")

    def _told(self, title: str, stated: int, live: int | None) -> bool:
        """Whether it is there; a difference is told."""
        if live is None:
            self._fail(f"The {title} is in Terraform's state, and the service does not have it: it is left out.")
        elif live != stated:
            self._notice(f"The {title} is {live}, which is written here; Terraform's state has {stated}.")
        return live is not None


def _title(quota: QuotaAddress) -> str:
    digest = quota.identity.token_digest
    return f"{quota.quota_type} quota{f' of token {digest}…' if digest else ''} of sub-application {quota.sub_app_id}"
