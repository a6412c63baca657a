"""An account of Tencent Cloud, as the services are called in its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from tc_resources.cloud.account_guard import AccountGuard
from tc_resources.cloud.action import Action
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.errors import CloudError, NotInForceError, Outcome
from tc_resources.cloud.requester import Requester
from tc_resources.cloud.retry import Retry
from tc_resources.cloud.service_time import ServiceTime
from tc_resources.cloud.transport.signing import TC3

T = TypeVar("T")


class Client:
    """Calls as one account and in nobody else's. `connect` makes one. Safe under threads."""

    def __init__(
        self,
        target: str,
        requester: Requester,
        signature: TC3,
        guard: AccountGuard,
        retry: Retry,
        deadline: Deadline,
        times: ServiceTime,
        reserving: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self.target = target
        """The endpoint, or else the site."""
        self.guard, self.deadline, self.clock, self.times = guard, deadline, times.clock, times
        self._requester, self._signature, self._retry = requester, signature, retry
        self.reserving = reserving
        """Inside, a connection to this service will be asked for, and is opened before."""

    @property
    def source(self) -> str:
        """Where the credentials come from, for errors."""
        return self._signature.source

    @property
    def secret_id(self) -> str:
        """The id of the credentials that are in force now. Raises CredentialsError."""
        return self._signature.credentials().secret_id

    def operation(self, seconds: float | None = None) -> AbstractContextManager[None]:
        """All calls and retries inside share one time limit: `seconds` from here, else the setting `timeout`."""
        return self.deadline.within(seconds)

    def finishing(self) -> AbstractContextManager[None]:
        """What must not stay half done: inside, a new time limit holds, and the user's stop ends nothing."""
        return self._requester.finishing()

    def call(self, action: Action, params: Mapping[str, object], *, decided: bool = False) -> dict[str, Any]:
        """The answer of `action`; raises the errors of `send`, and AccountError before the first call.

        One that was `decided` on what was there is not sent once that may not hold any more: AgedError.
        """
        self.guard.verify()
        return self._requester.send(action, params, self._signature, decided=decided)

    def call_once(self, action: Action, params: Mapping[str, object]) -> dict[str, Any]:
        """As `call`, of what a repetition would do again: it is not tried again where it may have been carried out."""
        self.guard.verify()
        return self._requester.send(action, params, self._signature, once=True)

    def send(self, action: Action, params: Mapping[str, object]) -> dict[str, Any]:
        """As `call`, whatever the account. Raises CredentialsError, ServiceError, TransportError, EngineGoneError."""
        return self._requester.send(action, params, self._signature)

    def page(self, action: Action, params: Mapping[str, object], rows: str) -> Callable[[int, int], tuple[Any, Any]]:
        """What `listing.pages` takes: a function from offset and limit to the total count and the rows of one page."""

        def fetch(offset: int, limit: int) -> tuple[Any, Any]:
            answer = self.call(action, {**params, "Offset": offset, "Limit": limit})
            found = answer.get(rows)
            return answer.get("TotalCount"), [] if found is None else found

        return fetch

    def retry(self, attempt: Callable[[], T], on: type[CloudError], attempts: int | None = None) -> T:
        """Repeat `attempt` while its errors are transient ones of kind `on` and the operation has time."""
        return self._retry.run(attempt, on, attempts)

    @property
    def orphaned(self) -> bool:
        """Whether nobody waits for results any more: what is not half done is not begun."""
        return not self._requester.alive()

    def recreate(self, recreation: Recreation) -> None:
        """End a setting and make it again. Raises NotInForceError where it may be missing in the end.

        Where the new setting is refused the former one is put back, and the refusal raised.
        """
        # What can be refused by then is refused before anything is taken away.
        self.guard.verify()
        self._signature.credentials()
        self._take_away(recreation)
        try:
            with self.finishing():
                recreation.put()
        except CloudError as error:
            self._restore(recreation, error)
            raise

    def _take_away(self, recreation: Recreation) -> None:
        """An orphan does not try it again, and puts back what an earlier try may have taken away."""
        try:
            with self.finishing():
                recreation.take_away()
        except CloudError as error:
            if error.outcome is not Outcome.UNCLEAR:
                raise
            if self.orphaned:
                with suppress(CloudError), self.finishing():
                    recreation.put()
            raise NotInForceError(recreation.what, error) from None

    def _restore(self, recreation: Recreation, refusal: CloudError) -> None:
        if recreation.restore is None or refusal.outcome is not Outcome.REFUSED:
            raise NotInForceError(recreation.what, refusal) from None
        try:
            with self.finishing():
                recreation.restore()
        except CloudError:
            raise NotInForceError(recreation.what, refusal) from None


@dataclass(frozen=True)
class Recreation:
    """How a setting, `what`, is made anew; `restore` makes the former one, where that is known.

    What both send they send within `putting_back`, as far as it may be sent without the engine.
    """

    what: str
    take_away: Callable[[], object]
    put: Callable[[], object]
    restore: Callable[[], object] | None = None
