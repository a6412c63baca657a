"""The proxies that the environment names: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, and whom NO_PROXY keeps from them.

In small letters they go first. NO_PROXY has, with commas between them, `*`, addresses, networks (10.0.0.0/8, fd07::/64)
and names, which stand for all below them too; `.example.com` and `*.example.com` stand for those below alone. An
address or a name may have a port. What else it has is left out, as other programs do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.transport.endpoint import METADATA, is_loopback

KINDS = ("http", "https", "socks5", "socks5h")
PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[\w.*-]+")


@dataclass(frozen=True)
class Proxy:
    """A proxy that `variable` names. Its URL may hold a password."""

    variable: str
    url: str = field(repr=False)

    @property
    def host(self) -> str:
        """Its host."""
        return urlsplit(self.url).hostname or ""

    def __str__(self) -> str:
        return f"the proxy {self.host} of {self.variable}"

    def demand(self) -> None:
        """Raises ConfigError where it is none, naming the variable, and never with what a password may be in."""
        if not _is_proxy(self.url):
            raise ConfigError(
                f"{self.variable} cannot be used: a proxy is a URL of http, https or socks5, such as "
                "http://proxy.example.com:3128; in its user and password #, ?, / and @ are %23, %3F, %2F and %40."
            )


class Exempt(NamedTuple):
    """Hosts that no proxy is asked for: a network, or a name, behind a dot for those below it alone."""

    name: str
    network: IPv4Network | IPv6Network | None = None
    port: int | None = None

    def covers(self, host: str, port: int) -> bool:
        """Whether this host is one of them."""
        if self.port not in (None, port):
            return False
        if self.network:
            return _is_in(self.network, host)
        return self.name == "*" or host == self.name or host.endswith(f".{self.name.removeprefix('.')}")


@dataclass(frozen=True)
class Proxies:
    """The proxy for URLs of `http`, that for those of `https`, and whom neither is asked for."""

    http: Proxy | None = None
    https: Proxy | None = None
    exempt: tuple[Exempt, ...] = ()

    def of(self, url: str) -> Proxy | None:
        """The proxy that is asked for `url`; none for this machine and its metadata service, which no proxy knows.

        Raises ConfigError where it is set and cannot be used.
        """
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
        alone = is_loopback(host) or host == urlsplit(METADATA).hostname
        direct = alone or any(one.covers(host, port) for one in self.exempt)
        proxy = None if direct else self.https if parts.scheme == "https" else self.http
        if proxy:
            proxy.demand()
        return proxy


NONE = Proxies()


def read(environ: Mapping[str, str]) -> Proxies:
    """Those of the environment."""
    return Proxies(_proxy(environ, "http_proxy"), _proxy(environ, "https_proxy"), tuple(_exempt(environ)))


def _proxy(environ: Mapping[str, str], name: str) -> Proxy | None:
    variable = next((one for one in _spelt(name, "all_proxy") if one in environ), name)
    value = environ.get(variable, "").strip()
    return Proxy(variable, value if "://" in value else f"http://{value}") if value else None


def _is_proxy(url: str) -> bool:
    """Whether it is a proxy's, and read by everybody as the same: with a raw #, ?, / or @ in a password it is not."""
    try:
        parts = urlsplit(url)
        sole = url.count("@") == parts.netloc.count("@") <= 1
        return sole and parts.scheme in KINDS and bool(parts.hostname) and parts.port != 0 and url.isprintable()
    except ValueError:
        return False


def _exempt(environ: Mapping[str, str]) -> Iterable[Exempt]:
    """Whom NO_PROXY names. What is no host, address or network is meant for other programs, or for nobody."""
    variable = next((name for name in _spelt("no_proxy") if name in environ), "")
    for entry in re.split(r"[,;\s]+", environ.get(variable, "").lower()):
        with suppress(ValueError):
            yield _parsed(entry.strip("\"'"))


def _parsed(entry: str) -> Exempt:
    """Raises ValueError."""
    if "/" in entry:
        return Exempt("", ip_network(entry, strict=False))
    parts = urlsplit(f"//[{entry}]" if entry.count(":") > 1 and "[" not in entry else f"//{entry}")
    host = (parts.hostname or "").rstrip(".")
    with suppress(ValueError):
        return Exempt("", ip_network(host), parts.port)
    if "@" in entry or not _NAME.fullmatch(host) or parts.hostname == "*.":
        raise ValueError
    return Exempt(host.removeprefix("*") if host.startswith("*.") else host, None, parts.port)


def _is_in(network: IPv4Network | IPv6Network, host: str) -> bool:
    try:
        return ip_address(host) in network
    except ValueError:
        return False


def _spelt(*names: str) -> list[str]:
    return [spelt for name in names for spelt in (name, name.upper())]
