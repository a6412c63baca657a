"""The state of one account, and the two services that act on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.rate import Rate
from tc_resources.testing.emulator.service import Service
from tc_resources.testing.emulator.teo import tables as teo_tables
from tc_resources.testing.emulator.teo.actions import Teo
from tc_resources.testing.emulator.teo.models import Limit, Limits
from tc_resources.testing.emulator.vod import tables as vod_tables
from tc_resources.testing.emulator.vod.actions import Vod
from tc_resources.testing.emulator.vod.models import Quota, Quotas
from tc_resources.testing.emulator.vod.tokens import NONE, Token, Tokens
from tc_resources.testing.emulator.vod.usage import Usage, Usages


class Account:
    """Views of what an account has, and changes to it; they act at once, behind the API's back.

    `state` names the file that keeps it, `rate` is in requests a second an action.
    """

    def __init__(
        self, behaviour: Behaviour, clock: Callable[[], float], rate: int, state: str | Path | None = None
    ) -> None:
        self._clock = clock
        self._database = Database(state, teo_tables.SCHEMA, vod_tables.SCHEMA)
        self._limits = Limits(self._database, behaviour)
        self._quotas = Quotas(self._database, behaviour)
        self._tokens = Tokens(self._database, self._quotas, behaviour)
        self._usages = Usages(self._database)
        self.services: dict[str, Service] = {
            "teo": Teo(self._limits, behaviour),
            "vod": Vod(self._quotas, self._tokens, self._usages, behaviour),
        }
        self.rate = Rate(rate, refused_count=behaviour.throttled_counts)

    def limits(self) -> list[Limit]:
        """The origin limits, the oldest first."""
        return [stored.limit for stored in self._limits.all()]

    def put_limit(self, limit: Limit) -> None:
        """Set a limit, whatever it was."""
        self._limits.put(limit, self._clock())

    def drop_limit(self, zone_id: str, domain_name: str, area: str) -> None:
        """Remove a limit, if it is there."""
        self._limits.drop(zone_id, domain_name, area)

    def quotas(self) -> list[Quota]:
        """The quotas as they are, whatever a listing still shows."""
        return self._quotas.all()

    def put_quota(self, quota: Quota) -> None:
        """Set a quota and its usage, whatever they were."""
        self._quotas.put(quota)

    def drop_quota(self, sub_app_id: int, quota_type: str, api_token: str | None = None) -> None:
        """Remove a quota, if it is there."""
        self._quotas.drop((sub_app_id, quota_type, api_token or ""))

    def put_zone(self, zone_id: str) -> None:
        """Add a zone without limits; one that has limits need not be added."""
        self._limits.put_zone(zone_id)

    def put_domain(self, zone_id: str, domain_name: str) -> None:
        """Add a domain without limits, and its zone, for a behaviour that refuses unknown ones."""
        self._limits.put_domain(zone_id, domain_name)

    def put_sub_app(self, sub_app_id: int) -> None:
        """Add a sub-application without quotas; one that has quotas need not be added."""
        self._quotas.put_sub_app(sub_app_id)

    def tokens(self) -> list[Token]:
        """The API tokens as they are, whatever a listing still shows."""
        return self._tokens.all()

    def put_token(self, sub_app_id: int, api_token: str, ext_info: str = NONE) -> None:
        """Set an API token of a sub-application and its extended information, a JSON text."""
        self._quotas.put_sub_app(sub_app_id)
        self._tokens.put(Token(sub_app_id, api_token, ext_info))

    def drop_token(self, sub_app_id: int, api_token: str) -> None:
        """Remove an API token, if it is there; what it has used stays used."""
        self._tokens.drop(sub_app_id, api_token)

    def put_usage(self, usage: Usage) -> None:
        """Note what was generated; the usage of a quota is another number, which does not follow it."""
        self._quotas.put_sub_app(usage.sub_app_id)
        self._usages.put(usage)

    def close(self) -> None:
        """Let go of the state."""
        self._database.close()
