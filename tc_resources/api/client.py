"""One call of an action: paced, signed, sent, tried again while that can help, and its answer or its error."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import tenacity

from tc_resources.api.auth import TC3Auth
from tc_resources.api.errors import CloudError, EngineGoneError, NotInForceError, ServiceError, TransportError, hint
from tc_resources.api.pacing import Pace
from tc_resources.api.settings import Settings

CONNECT_TIMEOUT = 5.0
"""Seconds to reach the service."""
READ_TIMEOUT = 20.0
"""Seconds between two pieces of an answer."""
HTTP_OK = 200
MAX_ATTEMPTS = 12
BACKOFF_BASE = 0.5
BACKOFF_CAP = 8.0
"""Seconds: try n waits anything up to min(cap, base x 2^n), so that many clients spread out."""

log = logging.getLogger(__name__)
T = TypeVar("T")

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
_finishing: ContextVar[bool] = ContextVar("finishing", default=False)


@dataclass(frozen=True)
class Action:
    """An action of API 3.0; CAM permissions have the same name behind the service's."""

    service: str
    version: str
    name: str

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"


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
        self._http = httpx.Client(
            auth=TC3Auth(settings.credentials, self.clock.now),
            transport=transport,
            mounts={"all://127.0.0.1": None, "all://localhost": None},  # a proxy does not know this machine's emulator
        )

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
        """The answer of `action`; raises ServiceError, TransportError or EngineGoneError."""
        return self.retry(lambda: self._try(action, params))

    def page(self, action: Action, params: Mapping[str, object], rows: str) -> Callable[[int, int], tuple[Any, Any]]:
        """What `listing.pages` takes: a function from offset and limit to the total count and the rows of one page."""

        def fetch(offset: int, limit: int) -> tuple[Any, Any]:
            answer = self.call(action, {**params, "Offset": offset, "Limit": limit})
            return answer.get("TotalCount"), answer.get(rows) or []

        return fetch

    def pause(self, seconds: float) -> None:
        """Sleep between two looks at something that has yet to settle; raises TransportError where time runs out."""
        if self.clock.monotonic() + seconds > self._deadline():
            raise TransportError("The service's listing did not settle within the time limit (tencentcloud:timeout).")
        self.clock.sleep(seconds)

    def retry(self, attempt: Callable[[], T], on: type[CloudError] = CloudError) -> T:
        """Repeat `attempt` while its errors are transient ones of kind `on` and the operation has time."""
        end = self._deadline()
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, on) and error.transient),
            wait=self._backoff,
            stop=lambda state: (
                state.attempt_number >= MAX_ATTEMPTS or self.clock.monotonic() + state.upcoming_sleep > end
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

    def _timeout(self) -> httpx.Timeout:
        left = max(1.0, self._deadline() - self.clock.monotonic())
        return httpx.Timeout(min(READ_TIMEOUT, left), connect=min(CONNECT_TIMEOUT, left))

    def _pace(self, action: Action) -> Pace:
        return self._paces.get(action) or self._paces.setdefault(action, Pace(self.clock.monotonic, self.clock.sleep))

    def _backoff(self, state: tenacity.RetryCallState) -> float:
        return self.clock.uniform(0, min(BACKOFF_CAP, BACKOFF_BASE * 2**state.attempt_number))

    def _try(self, action: Action, params: Mapping[str, object]) -> dict[str, Any]:
        with self._pace(action).slot():
            if not self._alive() and not _finishing.get():
                raise EngineGoneError(f"{action} was not sent: the engine that asked for it has ended.")
            try:
                status, body = self._send(action, params)
            except httpx.HTTPError as error:
                reason = str(error).rstrip(".") or type(error).__name__
                raise TransportError(f"{action} had no answer from {self._url(action)}: {reason}.") from error
        return self._answer(action, status, body)

    def _url(self, action: Action) -> str:
        return self._settings.url(action.service)

    def _send(self, action: Action, params: Mapping[str, object]) -> tuple[int, bytes]:
        request = self._http.build_request(
            "POST",
            self._url(action),
            content=json.dumps(params).encode(),
            headers={
                "Content-Type": "application/json",
                "X-TC-Action": action.name,
                "X-TC-Version": action.version,
                "X-TC-Language": "en-US",
            },
            timeout=self._timeout(),
            extensions={"tc_service": action.service},
        )
        response = self._http.send(request)
        return response.status_code, response.content

    def _answer(self, action: Action, status: int, body: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(body)["Response"]
            error = answer.get("Error")
            if error:
                raise self._refusal(action, error["Code"], error["Message"], answer["RequestId"])
            if status != HTTP_OK:
                raise ValueError(status)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise TransportError(f"{action}: {self._url(action)} answered HTTP {status} in another format.") from None
        return dict(answer)

    def _refusal(self, action: Action, code: str, message: str, request_id: str) -> ServiceError:
        advice = hint(code, str(action), self._settings.credentials.source)
        return ServiceError(str(action), code, message, request_id, advice)


def _tell(state: tenacity.RetryCallState) -> None:
    cause = state.outcome.exception() if state.outcome else None
    log.info("Try %d failed, waiting %.1f s: %s", state.attempt_number, state.upcoming_sleep, cause)
