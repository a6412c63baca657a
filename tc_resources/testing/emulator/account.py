"""The state of one account, and the two services that act on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.rate import Rate
from tc_resources.testing.emulator.service import Service
from tc_resources.testing.emulator.teo.actions import Teo
from tc_resources.testing.emulator.teo.models import Limit, Limits, Zones
from tc_resources.testing.emulator.vod.actions import Vod
from tc_resources.testing.emulator.vod.models import Quota, Quotas, SubApps


@dataclass(frozen=True)
class Behaviour:
    """What somebody has chosen of the services, as `Emulator` describes it."""

    clock: Callable[[], float]
    rate: int
    lag: float
    refuse_existing_limit: bool
    absent_quota_code: str


class Account:
    """Views of what an account has, and changes to it; they act at once, behind the API's back."""

    def __init__(self, database: Database, behaviour: Behaviour) -> None:
        self._database = database
        self._clock = behaviour.clock
        self._zones = Zones(database)
        self._sub_apps = SubApps(database)
        self._limits = Limits(database, refuse_existing=behaviour.refuse_existing_limit)
        self._quotas = Quotas(database, lag=behaviour.lag, absent_code=behaviour.absent_quota_code)
        self.services: dict[str, Service] = {
            "teo": Teo(self._limits, self._zones),
            "vod": Vod(self._quotas, self._sub_apps),
        }
        self.rate = Rate(behaviour.rate)

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
        self._zones.put(zone_id)

    def put_sub_app(self, sub_app_id: int) -> None:
        """Add a sub-application without quotas; one that has quotas need not be added."""
        self._sub_apps.put(sub_app_id)

    def close(self) -> None:
        """Let go of the state."""
        self._database.close()
