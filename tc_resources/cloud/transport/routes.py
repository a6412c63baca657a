"""The ways that requests take: directly, or through a proxy, over the network that a host's addresses race on."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from urllib.parse import urlsplit

import httpx

from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.transport.network import Network
from tc_resources.cloud.transport.proxies import PORTS, Proxies, Proxy


class Routes(httpx.BaseTransport):
    """Sends each request the way that is set for its URL, for those that start as one of `urls` does.

    Raises ConfigError where a proxy that one of them needs cannot be used.
    """

    def __init__(
        self, proxies: Proxies, trusted: ssl.SSLContext, urls: Iterable[str], network: Network | None = None
    ) -> None:
        self._proxies, self._network = proxies, network or Network()
        ways = {None, *map(proxies.of, urls)}
        self._routes = {proxy: _route(proxy, trusted, self._network) for proxy in ways}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request."""
        return self._routes[self._proxies.of(str(request.url))].handle_request(request)

    def round_trip(self, url: str) -> float:
        """Seconds of the shortest way there and back that is certain; through a proxy, that to the proxy."""
        proxy = self._proxies.of(url)
        return self._network.round_trip(proxy.host if proxy else urlsplit(url).hostname or "")

    def reserving(self, url: str) -> AbstractContextManager[None]:
        """Inside, a connection there, or to the proxy, will be asked for, and is opened before."""
        proxy = self._proxies.of(url)
        way = urlsplit(proxy.url if proxy else url)
        port = way.port or PORTS.get(way.scheme)
        return self._network.reserving(way.hostname or "", port) if port else nullcontext()

    def close(self) -> None:
        """Close all connections."""
        for route in self._routes.values():
            route.close()


def _route(proxy: Proxy | None, trusted: ssl.SSLContext, network: Network) -> httpx.HTTPTransport:
    route = httpx.HTTPTransport(verify=trusted, trust_env=False, proxy=_usable(proxy, trusted) if proxy else None)
    # httpx hands over everything but the network.
    route._pool._network_backend = network
    return route


def _usable(proxy: Proxy, trusted: ssl.SSLContext) -> httpx.Proxy:
    scheme = urlsplit(proxy.url).scheme
    try:
        usable = httpx.Proxy(proxy.url, ssl_context=trusted if scheme == "https" else None)
        if scheme.startswith("socks"):
            import_module("socksio")
    except ImportError:
        reason = "a SOCKS proxy needs one more package: pip install 'httpx[socks]'"
    except (ValueError, httpx.InvalidURL):
        reason = "a proxy is a URL of http, https or socks5"
    else:
        return usable
    # What httpx says may show the password in a proxy's URL.
    raise ConfigError(f"{proxy.variable} cannot be used: {reason}.")
