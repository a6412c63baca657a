"""One call of an action: paced, signed, sent, tried again while that can help, and its answer or its error."""

from __future__ import annotations

import itertools
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import httpx
import tenacity

from tc_resources.cloud.account_guard import AllowedAccounts
from tc_resources.cloud.action import Action
from tc_resources.cloud.credentials import Credentials, Keys
from tc_resources.cloud.errors import (
    TOKEN_FAILURE,
    CloudError,
    EngineGoneError,
    NotInForceError,
    ServiceError,
    TransportError,
)
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport import call_log as journal
from tc_resources.cloud.transport.connection import Connection, Signature
from tc_resources.cloud.transport.pacing import Pace
from tc_resources.cloud.transport.signing import TC3Auth

LEAST = 1.0
"""Seconds that a try has at least."""
MAX_ATTEMPTS = 12
BACKOFF_BASE = 0.5
BACKOFF_CAP = 8.0
"""Seconds: try n waits anything up to min(cap, base x 2^n), so that many clients spread out."""
THROTTLED_WAIT = 1.0
"""Seconds, up to which a throttled try waits: the service counts by the second, and the pace sees to the rest."""

log = logging.getLogger(__name__)
T = TypeVar("T")

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
_finishing: ContextVar[bool] = ContextVar("finishing", default=False)


@dataclass(frozen=True)
class Clock:
    """What the client takes from the machine; a test hands it another."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    uniform: Callable[[float, float], float] = random.uniform


class Client:
    """The connection to one account, safe under threads. `alive` says whether anybody still waits for the result."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        alive: Callable[[], bool] = lambda: True,
    ) -> None:
        self.clock = clock or Clock()
        self._settings, self._alive = settings, alive
        self._paces: dict[Action, Pace] = {}
        self._keys = self._keys_of(settings)
        self._auth = TC3Auth(self._keys, self.clock.now)
        self.accounts = AllowedAccounts(settings.allowed_account_ids, settings.named("allowedAccountIds"), self)
        self._connection = Connection(settings, transport)

    def close(self) -> None:
        """Give up the connection."""
        self._connection.close()

    @property
    def source(self) -> str:
        """Where the key comes from, for errors."""
        return self._keys.source

    @property
    def secret_id(self) -> str:
        """The id of the key that is in force now. Raises CredentialsError."""
        return self._keys.current().secret_id

    @property
    def target(self) -> str:
        """The endpoint, or else the site."""
        return self._settings.target

    def _keys_of(self, settings: Settings) -> Keys:
        if isinstance(settings.credentials, Credentials):
            return settings.credentials
        from tc_resources.cloud.credentials.refreshing import Renewal

        return Renewal(settings.credentials, self)

    @contextmanager
    def operation(self, seconds: float | None = None) -> Iterator[None]:
        """All calls and retries inside share one time limit, `seconds` from here, else `Settings.timeout`."""
        token = _deadline.set(self.clock.monotonic() + (seconds or self._settings.timeout))
        try:
            yield
        finally:
            _deadline.reset(token)

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """What must not stay half done: inside, a new time limit holds, and it goes on without the engine too."""
        token = _finishing.set(True)
        try:
            with self.operation():
                yield
        finally:
            _finishing.reset(token)

    def set_anew(self, what: str, take_away: Callable[[], object], put_back: Callable[[], object]) -> None:
        """End a setting and make it again. Raises NotInForceError where it may be missing in the end."""
        # What can be refused by then is refused before anything is taken away.
        self.accounts.verify()
        self._keys.current()
        try:
            with self.finishing():
                take_away()
        except CloudError as error:
            if isinstance(error, ServiceError) and not error.unclear:
                raise
            raise NotInForceError(what, error) from None
        try:
            with self.finishing():
                put_back()
        except CloudError as error:
            raise NotInForceError(what, error) from None

    def call(self, action: Action, params: Mapping[str, object]) -> dict[str, Any]:
        """The answer of `action`; raises the errors of `send`, and AccountError before the first call."""
        self.accounts.verify()
        return self.send(action, params)

    def send(self, action: Action, params: Mapping[str, object], auth: Signature | None = None) -> dict[str, Any]:
        """As `call`, whatever the account; `auth` signs in place of the account's own key.

        Raises CredentialsError, ServiceError, TransportError or EngineGoneError.
        """
        tries = itertools.count(1)
        if auth is None:
            return self.retry(lambda: self._try_with_own_key(action, params, tries))
        return self.retry(lambda: self._try(action, params, auth, next(tries)))

    def get(self, service: str, path: str) -> tuple[int, bytes]:
        """The status and the body of a page, which needs no key. Raises TransportError or EngineGoneError."""
        tries = itertools.count(1)

        def attempt() -> tuple[int, bytes]:
            self._demand_engine(f"GET {path}")
            send = partial(self._connection.get, service, path, self.left())
            return journal.noted_page(send, path, next(tries), self.clock.monotonic)

        return self.retry(attempt)

    def page(self, action: Action, params: Mapping[str, object], rows: str) -> Callable[[int, int], tuple[Any, Any]]:
        """What `listing.pages` takes: a function from offset and limit to the total count and the rows of one page."""

        def fetch(offset: int, limit: int) -> tuple[Any, Any]:
            answer = self.call(action, {**params, "Offset": offset, "Limit": limit})
            found = answer.get(rows)
            return answer.get("TotalCount"), [] if found is None else found

        return fetch

    def pause(self, seconds: float) -> None:
        """Sleep between two looks at something that has yet to settle; raises TransportError where time runs out."""
        if self.clock.monotonic() + seconds > self._deadline():
            raise TransportError("The service's listing did not settle within the time limit (tencentcloud:timeout).")
        self.clock.sleep(seconds)

    def left(self) -> float:
        """Seconds that the operation still has, and `LEAST` at least."""
        return max(LEAST, self._deadline() - self.clock.monotonic())

    def retry(self, attempt: Callable[[], T], on: type[CloudError] = CloudError) -> T:
        """Repeat `attempt` while its errors are transient ones of kind `on` and the operation has time."""
        end = self._deadline()
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, on) and error.transient),
            wait=self._backoff,
            stop=lambda state: (
                (state.attempt_number >= MAX_ATTEMPTS and not _throttled(state))
                or self.clock.monotonic() + state.upcoming_sleep > end
            ),
            sleep=self.clock.sleep,
            before_sleep=_tell,
            reraise=True,
        )
        try:
            return retrying(attempt)
        except ServiceError as error:
            error.unclear = retrying.statistics["attempt_number"] > 1
            raise

    def _deadline(self) -> float:
        return _deadline.get() or self.clock.monotonic() + self._settings.timeout

    def _pace(self, action: Action) -> Pace:
        """One for all processes of this machine that call as the same: the service counts an account's calls."""
        if action in self._paces:
            return self._paces[action]
        scope = f"{self._settings.target} {self._settings.credentials.principal} {action}"
        return self._paces.setdefault(action, Pace(scope, self.clock.monotonic, self.clock.sleep))

    def _backoff(self, state: tenacity.RetryCallState) -> float:
        most = THROTTLED_WAIT if _throttled(state) else min(BACKOFF_CAP, BACKOFF_BASE * 2**state.attempt_number)
        return self.clock.uniform(0, most)

    def _try_with_own_key(self, action: Action, params: Mapping[str, object], tries: Iterator[int]) -> dict[str, Any]:
        key = self._keys.current()
        try:
            return self._try(action, params, self._auth, next(tries))
        except ServiceError as error:
            if error.code != TOKEN_FAILURE or not self._keys.renew(key):
                raise
        return self._try(action, params, self._auth, next(tries))

    def _try(self, action: Action, params: Mapping[str, object], auth: Signature, number: int) -> dict[str, Any]:
        pace = self._pace(action)
        try:
            with pace.slot():
                self._demand_engine(str(action))
                attempt = partial(self._connection.post, action, params, auth, self.left())
                return journal.noted(attempt, action, params, number, self.clock.monotonic)
        except ServiceError as error:
            if error.throttled:
                pace.slow_down()
            raise

    def _demand_engine(self, what: str) -> None:
        if not self._alive() and not _finishing.get():
            raise EngineGoneError(f"{what} was not sent: the engine that asked for it has ended.")


def _cause(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _throttled(state: tenacity.RetryCallState) -> bool:
    cause = _cause(state)
    return isinstance(cause, ServiceError) and cause.throttled


def _tell(state: tenacity.RetryCallState) -> None:
    log.info("Try %d failed, waiting %.1f s: %s", state.attempt_number, state.upcoming_sleep, _cause(state))
