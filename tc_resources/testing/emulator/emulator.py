"""The emulator as its users see it: a context manager with views of what it holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from threading import Lock
from types import TracebackType

from starlette.applications import Starlette
from starlette.routing import Route

from tc_resources.behaviour.behaviour import DEFAULT, Behaviour
from tc_resources.testing.emulator.account import Account
from tc_resources.testing.emulator.calls import Call
from tc_resources.testing.emulator.credentials import ACCOUNT_ID, CredentialsStore
from tc_resources.testing.emulator.faults import Fault, check_actions
from tc_resources.testing.emulator.gateway import Gateway
from tc_resources.testing.emulator.metadata import Metadata
from tc_resources.testing.emulator.policies import Policy
from tc_resources.testing.emulator.server import LOOPBACK, ServerThread, url_of
from tc_resources.testing.emulator.sts.actions import Sts
from tc_resources.testing.emulator.sts.models import Roles
from tc_resources.testing.emulator.teo.models import Limit
from tc_resources.testing.emulator.vod.models import Quota
from tc_resources.testing.emulator.vod.tokens import NONE, Token
from tc_resources.testing.emulator.vod.usage import Usage

# These open the emulator only.
SECRET_ID = "AKIDEMULATOR"
SECRET_KEY = "emulator-secret-key"
RATE = 20
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
WRITING = ("Create", "Modify", "Update", "Delete")
"""How the names of actions start that change a setting."""


class Emulator:
    """The services over real HTTP on loopback while the `with` block runs; usable from any thread and process.

    `state` names a SQLite file that outlives the emulator. In seconds: `latency` before each answer, `clock_offset`
    that the service's clock is ahead. `rate` is in requests a second an action. `behaviour` says how the services
    behave where their documents leave it open.
    `host` is another address to listen on; with `allow_remote`, also one that other machines can reach.
    Views and changes act at once, behind the API's back, and on the account of `secret_id`. A test of a fault ends with
    `assert not emulator.scripted`: every fault was met.

    Raises OSError on entry where the port is taken, NotLoopbackError where `allow_remote` is missing, sqlite3.Error
    where `state` cannot be used.
    """

    def __init__(
        self,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        allow_remote: bool = False,
        state: str | Path | None = None,
        secret_id: str = SECRET_ID,
        secret_key: str = SECRET_KEY,
        latency: float = 0.0,
        rate: int = RATE,
        clock_offset: float = 0.0,
        behaviour: Behaviour = DEFAULT,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.secret_id = secret_id
        self.secret_key = secret_key
        self.account_id = ACCOUNT_ID
        self.behaviour = behaviour
        self._clock, self._rate = clock, rate
        self._own = Account(behaviour, clock, rate, state)
        self._accounts = {self.account_id: self._own}
        self._lock = Lock()
        self._store, self._roles = CredentialsStore(), Roles()
        self.put_key(secret_id, secret_key)
        self._gateway = Gateway(
            self.account,
            self._store,
            self._roles,
            behaviour,
            latency=latency,
            clock_offset=clock_offset,
            clock=clock,
            sleep=sleep,
        )
        metadata = Metadata(self._store, self._roles, self._gateway.calls.append, clock)
        routes = [Route("/", self._gateway.answer, methods=METHODS), *metadata.routes]
        self._host = host
        self._server = ServerThread(Starlette(routes=routes), host, port, allow_remote=allow_remote)

    def __enter__(self) -> Emulator:
        try:
            self.url = url_of(self._host, self._server.start())
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop()
        self._close()

    def _close(self) -> None:
        for account in self._accounts.values():
            account.close()

    def account(self, account_id: str) -> Account:
        """The state of an account; only that of `secret_id` outlives the emulator."""
        with self._lock:
            if account_id not in self._accounts:
                self._accounts[account_id] = Account(self.behaviour, self._clock, self._rate)
            return self._accounts[account_id]

    def limits(self) -> list[Limit]:
        """The origin limits of the emulator's own account, the oldest first."""
        return self._own.limits()

    def put_limit(self, limit: Limit) -> None:
        """Set a limit, whatever it was."""
        self._own.put_limit(limit)

    def drop_limit(self, zone_id: str, domain_name: str, area: str) -> None:
        """Remove a limit, if it is there."""
        self._own.drop_limit(zone_id, domain_name, area)

    def quotas(self) -> list[Quota]:
        """The quotas of the emulator's own account as they are, whatever a listing still shows."""
        return self._own.quotas()

    def put_quota(self, quota: Quota) -> None:
        """Set a quota and its usage, whatever they were."""
        self._own.put_quota(quota)

    def drop_quota(self, sub_app_id: int, quota_type: str, api_token: str | None = None) -> None:
        """Remove a quota, if it is there."""
        self._own.drop_quota(sub_app_id, quota_type, api_token)

    def put_zone(self, zone_id: str) -> None:
        """Add a zone without limits; one that has limits need not be added."""
        self._own.put_zone(zone_id)

    def put_domain(self, zone_id: str, domain_name: str) -> None:
        """Add a domain without limits, and its zone, for a behaviour that refuses unknown ones."""
        self._own.put_domain(zone_id, domain_name)

    def put_sub_app(self, sub_app_id: int) -> None:
        """Add a sub-application without quotas; one that has quotas need not be added."""
        self._own.put_sub_app(sub_app_id)

    def tokens(self) -> list[Token]:
        """The API tokens of the emulator's own account as they are, whatever a listing still shows."""
        return self._own.tokens()

    def put_token(self, sub_app_id: int, api_token: str, ext_info: str = NONE) -> None:
        """Set an API token of a sub-application and its extended information, a JSON text."""
        self._own.put_token(sub_app_id, api_token, ext_info)

    def drop_token(self, sub_app_id: int, api_token: str) -> None:
        """Remove an API token, if it is there; what it has used stays used."""
        self._own.drop_token(sub_app_id, api_token)

    def put_usage(self, usage: Usage) -> None:
        """Note what was generated; the usage of a quota is another number, which does not follow it."""
        self._own.put_usage(usage)

    def put_key(
        self,
        secret_id: str,
        secret_key: str,
        *,
        policy: Mapping[str, object] | None = None,
        account_id: str = ACCOUNT_ID,
    ) -> None:
        """Add a key, or change it: of a user who may do what a CAM policy allows, without one everything.

        Keys and roles are no part of the state that outlives the emulator. Raises ValueError for a policy that is none.
        """
        self._store.put(secret_id, secret_key, account_id, parsed(policy))

    def put_role(
        self,
        arn: str,
        *,
        policy: Mapping[str, object] | None = None,
        external_id: str | None = None,
        provider_id: str = "OIDC",
        web_identity_tokens: Collection[str] = (),
    ) -> None:
        """Add a role such as qcs::cam::uin/100000000001:roleName/deploy, or change it.

        Any key takes it that may sts:AssumeRole and says `external_id`; the web identity tokens of `provider_id` take
        it without a key, and the machine has it in its metadata. Raises ValueError for another form of ARN.
        """
        self._roles.put(arn, parsed(policy), external_id, provider_id, web_identity_tokens)

    @property
    def calls(self) -> list[Call]:
        """Every call so far, refused ones too, in the order of arrival."""
        return list(self._gateway.calls)

    def calls_of(self, *actions: str) -> list[Call]:
        """Those of the calls that are of one of these actions."""
        return [call for call in self.calls if call.action in actions]

    @property
    def writes(self) -> list[Call]:
        """The calls that were to change a setting, refused ones too."""
        return [call for call in self.calls if call.action.startswith(WRITING)]

    def clear_calls(self) -> None:
        """Forget the calls so far; what they changed stays."""
        self._gateway.calls.clear()

    def script(self, *faults: Fault) -> None:
        """Faults for the calls to come; each call takes the first that is meant for it.

        Raises ValueError for an action that no service has. A fault whose `when` fits no call waits in `scripted`.
        """
        services = (*self._own.services.values(), Sts(self._store, self._roles, None))
        check_actions(faults, {action for service in services for action in service.actions})
        self._gateway.script.add(*faults)

    @property
    def scripted(self) -> list[Fault]:
        """The faults that no call has met yet, one for each of their `times`."""
        return self._gateway.script.pending

    def clear_script(self) -> None:
        """Forget the faults that no call has met."""
        self._gateway.script.clear()

    @property
    def clock_offset(self) -> float:
        """Seconds that the service's clock is ahead of this machine's; signatures and Date headers follow it."""
        return self._gateway.clock_offset

    @clock_offset.setter
    def clock_offset(self, seconds: float) -> None:
        self._gateway.clock_offset = seconds


def parsed(policy: Mapping[str, object] | None) -> Policy | None:
    """None allows everything. Raises ValueError for a policy that is malformed or not emulated."""
    return None if policy is None else Policy.model_validate(policy)
