"""What config says of where the services are."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from tc_resources.cloud.config import Config
from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.transport.endpoint import SITES, Endpoint, is_loopback

ENDPOINT_FORM = 'one URL of a host and perhaps a port, such as "http://127.0.0.1:8402"'
_HOST = re.compile(r"[a-z0-9.-]+")


def endpoint(config: Config) -> Endpoint:
    """What is addressed, whoever calls: one URL in all services' place, or else a site. Raises ConfigError."""
    url = config.get("endpoint")
    if url:
        return Endpoint(_url(url, config))
    site = config.get("site") or "intl"
    if site not in SITES:
        raise ConfigError(f'{config.named("site")} is "{site}"; it is one of {", ".join(SITES)}.')
    return Endpoint(site)


def _url(value: str, config: Config) -> str:
    plain_allowed, name = _flag(config, "allowPlainHttp"), config.named("endpoint")
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ConfigError(f"{name} is {ENDPOINT_FORM}.") from None
    host = parts.hostname or ""
    url = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"
    if parts.scheme not in ("http", "https") or value.lower().rstrip("/") != url or not _is_host(host):
        raise ConfigError(f"{name} is {ENDPOINT_FORM}.")
    if parts.scheme == "http" and not plain_allowed and not is_loopback(host):
        raise ConfigError(
            f"{name} is {url}: without TLS, anybody on the way reads the API tokens. Use https, or, for "
            f"a network that you trust, set {config.names('allowPlainHttp')} to true."
        )
    return url


def _is_host(host: str) -> bool:
    try:
        return bool(_HOST.fullmatch(host) or IPv6Address(host).scope_id is None)
    except ValueError:
        return False


def _flag(config: Config, setting: str) -> bool:
    value = config.get(setting).lower()
    if value not in ("", "true", "false", "1", "0"):
        raise ConfigError(f"{config.named(setting)} is {value!r}; it is true or false.")
    return value in ("true", "1")
