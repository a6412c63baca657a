"""What it means that a request had no answer: what can be tried again, and what cannot succeed."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Sequence

import httpx

from tc_resources.cloud.errors import (
    EndpointError,
    ProxyRefusedError,
    TransportError,
    UnresolvedError,
    UntrustedError,
    shown,
)
from tc_resources.cloud.transport.proxies import Proxy

UNANSWERED = (httpx.HTTPError, httpx.InvalidURL, UnicodeError)
"""What httpx raises; the last two of a host's name that is none."""
NO_ENDPOINT = (httpx.UnsupportedProtocol, *UNANSWERED[1:])
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, *NO_ENDPOINT)
"""Those of them before which nothing of the request has left."""
NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION")
"""What OpenSSL says of a side that speaks no TLS, or none that is safe."""
PROXY_REFUSED = 407
_FINAL = re.compile(r"4(?!08|25|29)\d\d\b|Invalid username|Requested ")
"""What httpx says of a proxy that will not; the last two of one of SOCKS."""


def unanswered(
    what: str, url: str, error: Exception, proxy: Proxy | None = None, secrets: Sequence[str] = ()
) -> TransportError:
    """The error of a request to `url` that ended in `error`, one of UNANSWERED."""
    if isinstance(error, httpx.ProxyError):
        return _by_proxy(what, str(error), proxy)
    text = f"{what} had no answer from {url}{f' through {proxy}' if proxy else ''}:"
    reason = shown(str(error), secrets).rstrip(".") or type(error).__name__
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UntrustedError(f"{text} its certificate is not trusted ({shown(cause.verify_message)}).")
        if isinstance(cause, NO_ENDPOINT):
            return EndpointError(f"{text} {reason}.")
        if isinstance(cause, ssl.SSLError) and cause.reason in NO_TLS:
            return EndpointError(f"{text} it does not speak TLS.")
        if isinstance(cause, socket.gaierror):
            return UnresolvedError(f"{text} {reason}.")
    return TransportError(f"{text} {reason}.", sent=not isinstance(error, UNSENT))


def refused_by_proxy(what: str, proxy: Proxy | None, status: int = PROXY_REFUSED) -> ProxyRefusedError:
    """The error of a request that a proxy did not let through; nothing that it says is shown."""
    return ProxyRefusedError(f"{what} was not sent: {proxy or 'a proxy'} refused it (HTTP {status}).")


def _by_proxy(what: str, says: str, proxy: Proxy | None) -> TransportError:
    status = says[:3] if says[:3].isdecimal() else ""
    if _FINAL.match(says):
        return refused_by_proxy(what, proxy, int(status or PROXY_REFUSED))
    reason = f"HTTP {status}" if status else "it could not connect"
    return TransportError(
        f"{what} was not sent: {proxy or 'a proxy'} did not reach the service ({reason}).", sent=False
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
