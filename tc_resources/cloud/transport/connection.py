"""The connection to the services: what is sent, and what the answer means."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import httpx

from tc_resources.cloud.action import SECRET_PARAMETERS, Action
from tc_resources.cloud.cancellation import Cancellation
from tc_resources.cloud.errors import ServiceError, TransportError, shown
from tc_resources.cloud.transport import bounded
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.cloud.transport.failures import PROXY_REFUSED, UNANSWERED, refused_by_proxy, unanswered
from tc_resources.cloud.transport.proxies import Proxies
from tc_resources.cloud.transport.routes import Routes
from tc_resources.cloud.transport.signing import Signature
from tc_resources.cloud.transport.trust import CABundle, trusted

CONNECT_TIMEOUT = 5.0
"""Seconds to reach the service."""
CONNECT_SHARE = 0.4
"""What of the time that is left may go by until it is reached: the rest is for the answer, or for another try."""
LEAST_CONNECT = 1.0
"""Seconds to reach it at least: a packet that is lost is sent again after one."""
READ_TIMEOUT = 20.0
"""Seconds between two pieces of an answer."""
HTTP_OK = 200
SERVICES = ("teo", "vod", "sts")
"""Those that are asked; this machine's metadata needs no proxy."""


class Connection:
    """Sends a request once. Safe under threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        bundle: CABundle | None,
        proxies: Proxies,
        transport: httpx.BaseTransport | None,
        cancellation: Cancellation,
    ) -> None:
        self._endpoint, self._proxies, self._cancellation = endpoint, proxies, cancellation
        self._routes = None if transport else Routes(proxies, trusted(endpoint, bundle), map(endpoint.url, SERVICES))
        self._http = httpx.Client(
            headers={"Accept-Encoding": bounded.PLAIN},
            event_hooks={"response": [bounded.restrict]},
            transport=transport or self._routes,
            trust_env=False,
        )

    def round_trip(self, service: str) -> float:
        """Seconds of the shortest way to `service` and back that is certain."""
        return self._routes.round_trip(self._endpoint.url(service)) if self._routes else 0.0

    def reserving(self, service: str) -> AbstractContextManager[None]:
        """Inside, a connection to `service` will be asked for, and is opened before."""
        return self._routes.reserving(self._endpoint.url(service)) if self._routes else nullcontext()

    def post(
        self, action: Action, params: Mapping[str, object], signature: Signature, seconds: float
    ) -> dict[str, Any]:
        """The answer of `action`.

        Raises ServiceError, StoppedError, or TransportError, also where it takes longer than `seconds`.
        """
        url = self._endpoint.url(action.service)
        request: httpx.Request | None = None
        try:
            request = self._request(action, url, params, seconds)
            response = bounded.exchange(self._http, request, seconds, self._cancellation, signature, reads=action.reads)
        except UNANSWERED as error:
            raise unanswered(str(action), url, error, self._proxies.of(url), _secrets(params, request)) from None
        self._demand_passage(str(action), url, response)
        return _answer(action, url, response, _secrets(params, request), signature.source)

    def get(self, service: str, path: str, seconds: float) -> tuple[int, bytes]:
        """The status and the body of a page, which needs no key. Raises TransportError or StoppedError."""
        url = self._endpoint.url(service)
        try:
            request = self._http.build_request("GET", url + path, timeout=_timeout(seconds))
            response = bounded.exchange(self._http, request, seconds, self._cancellation)
        except UNANSWERED as error:
            raise unanswered(f"GET {path}", url, error, self._proxies.of(url)) from None
        self._demand_passage(f"GET {path}", url, response)
        return response.status_code, response.content

    def _demand_passage(self, what: str, url: str, response: httpx.Response) -> None:
        """A proxy that is asked for plain HTTP refuses in an answer."""
        if response.status_code == PROXY_REFUSED:
            raise refused_by_proxy(what, self._proxies.of(url))

    def _request(self, action: Action, url: str, params: Mapping[str, object], seconds: float) -> httpx.Request:
        headers = {
            "Content-Type": "application/json",
            "X-TC-Action": action.name,
            "X-TC-Version": action.version,
            "X-TC-Language": "en-US",
        }
        return self._http.build_request(
            "POST",
            url,
            content=json.dumps(params).encode(),
            headers={**headers, "X-TC-Region": action.region} if action.region else headers,
            timeout=_timeout(seconds),
            extensions={"tc_service": action.service},
        )


def _timeout(seconds: float) -> httpx.Timeout:
    connect = min(CONNECT_TIMEOUT, max(LEAST_CONNECT, CONNECT_SHARE * seconds), seconds)
    return httpx.Timeout(min(READ_TIMEOUT, seconds), connect=connect)


def _answer(action: Action, url: str, response: httpx.Response, secrets: Sequence[str], source: str) -> dict[str, Any]:
    status = response.status_code
    try:
        answer = json.loads(response.content, parse_constant=_refuse)["Response"]
        request_id = shown(answer["RequestId"], secrets)
        error = answer.get("Error")
        if error is not None:
            code, message = shown(error["Code"], secrets), shown(error["Message"], secrets)
            raise ServiceError(str(action), code, message, request_id, source)
        if status != HTTP_OK:
            raise ValueError(status)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TransportError(f"{action}: {url} answered HTTP {status} in another format.") from None
    return {**answer, "RequestId": request_id}


def _secrets(params: Mapping[str, object], request: httpx.Request | None) -> list[str]:
    """What was sent and must not be shown where the other side repeats it."""
    tokens = [*(params.get(name) for name in SECRET_PARAMETERS), request and request.headers.get("X-TC-Token")]
    return [str(token) for token in tokens if token]


def _refuse(constant: str) -> None:
    raise ValueError(f"JSON has no {constant}")
