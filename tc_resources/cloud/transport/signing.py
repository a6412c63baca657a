"""The signature of each request as an httpx authentication."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from email.utils import parsedate_to_datetime

import httpx

from tc_resources.cloud.credentials import Keys
from tc_resources.cloud.transport.signature import ALGORITHM, signature, utc_day

EXPIRED = b"AuthFailure.SignatureExpire"
NOTABLE = 5.0
"""Seconds of a clock's change that are worth a word."""

log = logging.getLogger(__name__)


class TC3Auth(httpx.Auth):
    """Signs each request with the current key, for the service that its extension `tc_service` names.

    A request that is refused because this machine's clock is off is signed once more with the service's time.
    """

    requires_request_body = True
    requires_response_body = True

    def __init__(self, keys: Keys, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._now = now
        self._offset = 0.0
        self._lock = threading.Lock()

    @property
    def source(self) -> str:
        """Where the key comes from."""
        return self._keys.source

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign, send, and where the clock was off sign and send again."""
        response = yield self._signed(request)
        if EXPIRED in response.content and self._follow(response.headers.get("Date", "")):
            yield self._signed(request)

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

    def _signed(self, request: httpx.Request) -> httpx.Request:
        key, service = self._keys.current(), request.extensions["tc_service"]
        timestamp = int(self._now() + self._offset)
        headers = {"content-type": request.headers["Content-Type"], "host": request.headers["Host"]}
        request.headers["X-TC-Timestamp"] = str(timestamp)
        request.headers["Authorization"] = (
            f"{ALGORITHM} Credential={key.secret_id}/{utc_day(timestamp)}/{service}/tc3_request, "
            f"SignedHeaders={';'.join(headers)}, "
            f"Signature={signature(key.secret_key, service, timestamp, headers, request.content)}"
        )
        if key.security_token:
            request.headers["X-TC-Token"] = key.security_token
        return request


class Unsigned(httpx.Auth):
    """No signature, for an action whose parameters say who calls; `source` says where they come from."""

    def __init__(self, source: str, now: Callable[[], float] = time.time) -> None:
        self.source = source
        self._now = now

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Say that there is none."""
        request.headers["X-TC-Timestamp"] = str(int(self._now()))
        request.headers["Authorization"] = "SKIP"
        yield request
