"""The connection to the services: what is sent, over which way, and what the answer means.

Proxies are those of the environment, as httpx reads them: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from tc_resources.cloud.action import Action
from tc_resources.cloud.errors import ConfigError, ServiceError, TransportError, shown
from tc_resources.cloud.identities import TOKEN_PARAMETERS
from tc_resources.cloud.transport import bounded
from tc_resources.cloud.transport.endpoint import METADATA, Endpoint, is_loopback
from tc_resources.cloud.transport.signing import Signature
from tc_resources.cloud.transport.trust import CABundle, trusted

CONNECT_TIMEOUT = 5.0
"""Seconds to reach the service."""
READ_TIMEOUT = 20.0
"""Seconds between two pieces of an answer."""
HTTP_OK = 200
UNANSWERED = (httpx.HTTPError, httpx.InvalidURL, UnicodeError)
"""What httpx raises; the last two of a host's name that is none."""
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, *UNANSWERED[1:])
"""Those of them before which nothing of the request has left."""


class Connection:
    """Sends a request once. Safe under threads."""

    def __init__(self, endpoint: Endpoint, bundle: CABundle | None, transport: httpx.BaseTransport | None) -> None:
        self._endpoint = endpoint
        self._http = _http(endpoint, bundle, transport)

    def post(
        self, action: Action, params: Mapping[str, object], signature: Signature, seconds: float
    ) -> dict[str, Any]:
        """The answer of `action`. Raises ServiceError, or TransportError, also where it takes longer than `seconds`."""
        url = self._endpoint.url(action.service)
        request: httpx.Request | None = None
        try:
            request = self._request(action, url, params, seconds)
            response = bounded.exchange(self._http, request, seconds, signature)
        except UNANSWERED as error:
            raise _unanswered(str(action), url, error, _secrets(params, request)) from error
        return _answer(action, url, response, _secrets(params, request), signature.source)

    def get(self, service: str, path: str, seconds: float) -> tuple[int, bytes]:
        """The status and the body of a page, which needs no key. Raises TransportError."""
        url = self._endpoint.url(service)
        try:
            request = self._http.build_request("GET", url + path, timeout=_timeout(seconds))
            response = bounded.exchange(self._http, request, seconds)
        except UNANSWERED as error:
            raise _unanswered(f"GET {path}", url, error) from error
        return response.status_code, response.content

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


def _http(endpoint: Endpoint, bundle: CABundle | None, transport: httpx.BaseTransport | None) -> httpx.Client:
    verify = trusted(endpoint, bundle)
    try:
        return httpx.Client(
            headers={"Accept-Encoding": bounded.PLAIN},
            event_hooks={"response": [bounded.restrict]},
            transport=transport,
            mounts=_direct(endpoint),
            verify=verify,
        )
    except ImportError:
        reason = "a SOCKS proxy needs one more package: pip install 'httpx[socks]'"
    except ValueError:
        reason = "a proxy is a URL of http or https"
    except httpx.InvalidURL:
        reason = "a proxy is a URL, and NO_PROXY has hosts with commas between them"
    # What httpx says may show the password in a proxy's URL.
    raise ConfigError(f"HTTPS_PROXY, HTTP_PROXY, ALL_PROXY or NO_PROXY cannot be used: {reason}.")


def _timeout(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(min(READ_TIMEOUT, seconds), connect=min(CONNECT_TIMEOUT, seconds))


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


def _unanswered(what: str, url: str, error: Exception, secrets: Sequence[str] = ()) -> TransportError:
    reason = shown(str(error), secrets).rstrip(".") or type(error).__name__
    return TransportError(f"{what} had no answer from {url}: {reason}.", sent=not isinstance(error, UNSENT))


def _secrets(params: Mapping[str, object], request: httpx.Request | None) -> list[str]:
    """What was sent and must not be shown where the other side repeats it."""
    tokens = [params.get(name) for name in (*TOKEN_PARAMETERS, "WebIdentityToken")]
    return [str(token) for token in (*tokens, request and request.headers.get("X-TC-Token")) if token]


def _refuse(constant: str) -> None:
    raise ValueError(f"JSON has no {constant}")


def _direct(endpoint: Endpoint) -> dict[str, None]:
    """The hosts that no proxy knows: this machine, for the emulator, and its metadata service."""
    hosts = {urlsplit(endpoint.url(service)).hostname or "" for service in ("metadata", "teo")}
    local = [host for host in hosts if is_loopback(host) or host == urlsplit(METADATA).hostname]
    return {f"all://[{host}]" if ":" in host else f"all://{host}": None for host in local}
