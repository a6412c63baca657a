"""The signature of each request, as an httpx authentication."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from email.utils import parsedate_to_datetime
from typing import Protocol

import httpx

from tc_resources.cloud.service_time import ServiceTime
from tc_resources.cloud.transport.signature import ALGORITHM, signature, utc_day

EXPIRED = b"AuthFailure.SignatureExpire"
NOTABLE = 5.0
"""Seconds of a clock's change that are worth a word."""

log = logging.getLogger(__name__)


class Signed(Protocol):
    """What a request is signed with."""

    @property
    def secret_id(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def security_token(self) -> str | None: ...


class SignedBy(Protocol):
    """Gives the credentials to sign with, which may change."""

    @property
    def source(self) -> str:
        """Where they come from, for errors."""

    def current(self) -> Signed:
        """Those that are in force now. Raises CredentialsError where none can be had."""

    def refresh(self, refused: Signed) -> bool:
        """Whether there are others than those that were refused. Raises CredentialsError."""


class TC3(httpx.Auth):
    """Signs each request with the current credentials, for the service that its extension `tc_service` names.

    A request that is refused because this machine's clock is off is signed once more with the service's time. `times`
    learns it from every answer.
    """

    requires_request_body = True
    requires_response_body = True

    def __init__(
        self, signer: SignedBy, now: Callable[[], float] = time.time, times: ServiceTime | None = None
    ) -> None:
        self._signer, self._now = signer, now
        self._times = times
        self._offset = 0.0
        self._lock = threading.Lock()

    @property
    def source(self) -> str:
        """Where the credentials come from."""
        return self._signer.source

    def credentials(self) -> Signed:
        """Those that the next request is signed with. Raises CredentialsError."""
        return self._signer.current()

    def refresh(self, refused: Signed | None) -> bool:
        """Whether there are others than those that were refused. Raises CredentialsError."""
        return refused is not None and self._signer.refresh(refused)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign, send, and where the clock was off sign and send again."""
        response = yield from self._dated(request)
        if EXPIRED in response.content and self._follow(response.headers.get("Date", "")):
            yield from self._dated(request)

    def _dated(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, httpx.Response]:
        asked = self._times.clock.monotonic() if self._times else 0.0
        response = yield self._sign(request)
        if self._times and response.is_success:  # a proxy's refusal has a proxy's date
            self._times.learn(response.headers.get("Date", ""), asked)
        return response

    def _follow(self, date: str) -> bool:
        try:
            offset = parsedate_to_datetime(date).timestamp() - self._now()
        except (ValueError, OverflowError, OSError):  # the last two of dates that no clock has
            return False
        with self._lock:
            news, self._offset = abs(offset - self._offset) > NOTABLE, offset
        if news:
            log.warning("This machine's clock is off by %+.0f s: signing with the service's time.", -offset)
        return True

    def _sign(self, request: httpx.Request) -> httpx.Request:
        signed, service = self._signer.current(), request.extensions["tc_service"]
        timestamp = int(self._now() + self._offset)
        headers = {"content-type": request.headers["Content-Type"], "host": request.headers["Host"]}
        request.headers["X-TC-Timestamp"] = str(timestamp)
        request.headers["Authorization"] = (
            f"{ALGORITHM} Credential={signed.secret_id}/{utc_day(timestamp)}/{service}/tc3_request, "
            f"SignedHeaders={';'.join(headers)}, "
            f"Signature={signature(signed.secret_key, service, timestamp, headers, request.content)}"
        )
        if signed.security_token:
            request.headers["X-TC-Token"] = signed.security_token
        return request


class Unsigned(httpx.Auth):
    """No signature, for an action whose parameters say who calls; `source` says where they come from."""

    def __init__(self, source: str, now: Callable[[], float] = time.time) -> None:
        self.source = source
        self._now = now

    def credentials(self) -> None:
        """There are none."""

    def refresh(self, refused: Signed | None) -> bool:  # noqa: ARG002 - as of a signature
        """There are no others."""
        return False

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Say that there is none."""
        request.headers["X-TC-Timestamp"] = str(int(self._now()))
        request.headers["Authorization"] = "SKIP"
        yield request


Signature = TC3 | Unsigned
