"""One call of an action: paced, signed, sent, tried again while that can help, and its answer or its error."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Any

from tc_resources.cloud.action import Action
from tc_resources.cloud.cancellation import Cancellation, to_the_end
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.decision import demand_fresh
from tc_resources.cloud.errors import TOKEN_FAILURE, CloudError, EngineGoneError, Outcome, ServiceError, TransportError
from tc_resources.cloud.orphan import may_send
from tc_resources.cloud.retry import Retry
from tc_resources.cloud.transport import call_log
from tc_resources.cloud.transport.connection import Connection
from tc_resources.cloud.transport.pacing import Paces
from tc_resources.cloud.transport.signing import Signature


@dataclass
class _Call:
    """One call while it is tried; one that is `decided` may wait for as long only as what it was decided on holds."""

    action: Action
    params: Mapping[str, object]
    signature: Signature
    decided: bool
    begun: float
    tries: Iterator[int] = field(default_factory=lambda: itertools.count(1))


class Requester:
    """Sends requests, whoever signs them. `alive` says whether anybody still waits for results. Safe under threads."""

    def __init__(
        self,
        connection: Connection,
        paces: Paces,
        retry: Retry,
        deadline: Deadline,
        clock: Clock,
        alive: Callable[[], bool] = lambda: True,
        cancellation: Cancellation | None = None,
    ) -> None:
        self._connection, self._paces, self._retry = connection, paces, retry
        self._deadline, self.alive = deadline, alive
        self._cancellation = cancellation or Cancellation()
        self.clock = clock
        self._answered: dict[str, float] = {}

    def send(
        self,
        action: Action,
        params: Mapping[str, object],
        signature: Signature,
        *,
        once: bool = False,
        decided: bool = False,
    ) -> dict[str, Any]:
        """The answer of `action`; with `once`, it is not tried again where it may have been carried out.

        One that was `decided` is not sent where that was too long ago, unless it may have been carried out: AgedError.
        Raises CredentialsError, ServiceError, TransportError, EngineGoneError or StoppedError.
        """
        call = _Call(action, params, signature, decided, self.clock.monotonic())
        try:
            return self._retry.run(lambda: self._try_signed(call), once=once)
        except TransportError as error:
            error.silent |= self._silent(call)
            raise

    def get(self, service: str, path: str) -> tuple[int, bytes]:
        """The status and the body of a page, which needs no signature. Raises as `send` does."""
        tries = itertools.count(1)

        def attempt() -> tuple[int, bytes]:
            self._demand_engine(f"GET {path}")
            send = partial(self._connection.get, service, path, self._deadline.left)
            return call_log.noted_page(send, path, next(tries), self.clock.monotonic)

        return self._retry.run(attempt)

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """What must not stay half done: inside, a new time limit holds, and the user's stop ends nothing."""
        with to_the_end(), self._deadline.within():
            yield

    def _try_signed(self, call: _Call) -> dict[str, Any]:
        """A try, and one more where the service refuses temporary credentials and there are others."""
        used = call.signature.credentials()
        try:
            return self._try(call)
        except ServiceError as error:
            if error.code != TOKEN_FAILURE or not call.signature.refresh(used):
                raise
        return self._try(call)

    def _try(self, call: _Call) -> dict[str, Any]:
        pace = self._paces.of(call.action)
        try:
            with pace.slot():
                self._demand_engine(str(call.action))
                if call.decided:
                    demand_fresh(self.clock, str(call.action), call.begun)
                ask = partial(self._ask, call)
                return call_log.noted(ask, call.action, call.params, next(call.tries), self.clock.monotonic)
        except CloudError as error:
            if error.outcome is Outcome.UNCLEAR:
                call.decided = False  # it may be done, and what is there its own
            if error.outcome is Outcome.THROTTLED:
                pace.slow_down()
            raise

    def _silent(self, call: _Call) -> bool:
        """Whether its service has answered nobody in the latter half of the time that this took."""
        half = (call.begun + self.clock.monotonic()) / 2
        return self._answered.get(call.action.service, -inf) < half

    def _ask(self, call: _Call) -> dict[str, Any]:
        try:
            answer = self._connection.post(call.action, call.params, call.signature, self._deadline.left)
        except ServiceError:
            self._answered[call.action.service] = self.clock.monotonic()
            raise
        self._answered[call.action.service] = self.clock.monotonic()
        return answer

    def _demand_engine(self, what: str) -> None:
        self._cancellation.demand(what)
        if not self.alive() and not may_send():
            raise EngineGoneError(f"{what} was not sent: the engine that asked for it has ended.")
