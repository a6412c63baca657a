"""The emulator as its users see it: a context manager with views of what it holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType

from starlette.applications import Starlette
from starlette.routing import Route

from tc_resources.testing.emulator.account import Account
from tc_resources.testing.emulator.calls import Call
from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.faults import Fault
from tc_resources.testing.emulator.gateway import Gateway
from tc_resources.testing.emulator.limits import Limit, Limits
from tc_resources.testing.emulator.quotas import Quota, Quotas
from tc_resources.testing.emulator.server import LOOPBACK, ServerThread
from tc_resources.testing.emulator.teo import Teo
from tc_resources.testing.emulator.vod import Vod

# These open the emulator only.
SECRET_ID = "AKIDEMULATOR"  # noqa: S105
SECRET_KEY = "emulator-secret-key"  # noqa: S105
RATE = 20


class Emulator:
    """Both services over real HTTP on loopback while the `with` block runs; usable from any thread and process.

    `state` names a SQLite file that outlives the emulator. In seconds: `latency` before each answer, `lag` until a
    quota's change shows in listings, `clock_offset` that the service's clock is ahead. `rate` is in requests a
    second an action. `refuse_existing_limit` and `absent_quota_code` choose where the service's behaviour is unknown.
    Views and changes act at once, behind the API's back.

    Raises OSError on entry where the port is taken, sqlite3.Error where `state` cannot be used.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        state: str | Path | None = None,
        secret_id: str = SECRET_ID,
        secret_key: str = SECRET_KEY,
        latency: float = 0.0,
        lag: float = 0.0,
        rate: int = RATE,
        clock_offset: float = 0.0,
        refuse_existing_limit: bool = False,
        absent_quota_code: str = "ResourceNotFound",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.secret_id = secret_id
        self.secret_key = secret_key
        self._clock = clock
        self._database = Database(state)
        self._account = Account(self._database)
        self._limits = Limits(self._database, refuse_existing=refuse_existing_limit)
        self._quotas = Quotas(self._database, lag=lag, absent_code=absent_quota_code)
        self._gateway = Gateway(
            {"teo": Teo(self._limits, self._account), "vod": Vod(self._quotas, self._account)},
            {secret_id: secret_key},
            rate=rate,
            latency=latency,
            clock_offset=clock_offset,
            clock=clock,
            sleep=sleep,
        )
        self._server = ServerThread(Starlette(routes=[Route("/", self._gateway.answer, methods=["POST"])]), port)

    def __enter__(self) -> Emulator:
        try:
            self.url = f"http://{LOOPBACK}:{self._server.start()}"
        except BaseException:
            self._database.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop()
        self._database.close()

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

    @property
    def calls(self) -> list[Call]:
        """Every call so far, refused ones too, in the order of arrival."""
        return list(self._gateway.calls)

    def calls_of(self, *actions: str) -> list[Call]:
        return [call for call in self.calls if call.action in actions]

    def clear_calls(self) -> None:
        self._gateway.calls.clear()

    def script(self, *faults: Fault) -> None:
        """Faults for the calls to come; each call takes the first that is meant for it."""
        self._gateway.script.add(*faults)

    @property
    def clock_offset(self) -> float:
        """Seconds that the service's clock is ahead of this machine's; signatures and Date headers follow it."""
        return self._gateway.clock_offset

    @clock_offset.setter
    def clock_offset(self, seconds: float) -> None:
        self._gateway.clock_offset = seconds
