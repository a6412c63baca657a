"""What one account has, and the two services that act on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tc_resources.testing.emulator.account import Account
from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.limits import Limit, Limits
from tc_resources.testing.emulator.quotas import Quota, Quotas
from tc_resources.testing.emulator.rate import Rate
from tc_resources.testing.emulator.teo import Teo
from tc_resources.testing.emulator.vod import Vod


@dataclass(frozen=True)
class Behaviour:
    """What somebody has chosen of the services, as `Emulator` describes it."""

    clock: Callable[[], float]
    rate: int
    lag: float
    refuse_existing_limit: bool
    absent_quota_code: str


class Holdings:
    """Views of an account, and changes to it; they act at once, behind the API's back."""

    def __init__(self, database: Database, behaviour: Behaviour) -> None:
        self._database = database
        self._clock = behaviour.clock
        self._account = Account(database)
        self._limits = Limits(database, refuse_existing=behaviour.refuse_existing_limit)
        self._quotas = Quotas(database, lag=behaviour.lag, absent_code=behaviour.absent_quota_code)
        self.services: dict[str, Teo | Vod] = {
            "teo": Teo(self._limits, self._account),
            "vod": Vod(self._quotas, self._account),
        }
        self.rate = Rate(behaviour.rate)

    def limits(self) -> list[Limit]:
        """The origin limits of the account, the oldest first."""
        return [stored.limit for stored in self._limits.all()]

    def put_limit(self, limit: Limit) -> None:
        self._limits.put(limit, self._clock())

    def drop_limit(self, zone_id: str, domain_name: str, area: str) -> None:
        self._limits.drop(zone_id, domain_name, area)

    def quotas(self) -> list[Quota]:
        """The quotas of the account as they are, whatever a listing still shows."""
        return self._quotas.all()

    def put_quota(self, quota: Quota) -> None:
        self._quotas.put(quota)

    def drop_quota(self, sub_app_id: int, quota_type: str, api_token: str | None = None) -> None:
        self._quotas.drop((sub_app_id, quota_type, api_token or ""))

    def put_zone(self, zone_id: str) -> None:
        """Add a zone without limits; one that has limits need not be added."""
        self._account.put_zone(zone_id)

    def put_sub_app(self, sub_app_id: int) -> None:
        """Add a sub-application without quotas; one that has quotas need not be added."""
        self._account.put_sub_app(sub_app_id)

    def close(self) -> None:
        self._database.close()
