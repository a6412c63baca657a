"""What the client is told: site, endpoint, time limit and key, from Pulumi config and then the environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tc_resources.api import credentials
from tc_resources.api.credentials import Credentials
from tc_resources.api.errors import ConfigError

SITES = {"intl": "https://{service}.intl.tencentcloudapi.com", "cn": "https://{service}.tencentcloudapi.com"}
ENDPOINT_FORM = 'tencentcloud:endpoint is one URL of a host and perhaps a port, such as "http://127.0.0.1:8402".'
_HOST = re.compile(r"[a-z0-9.-]+")
TIMEOUT = 90.0
"""Seconds that one operation may take, retries included, where nothing else is set."""


@dataclass(frozen=True)
class Settings:
    """How to reach the services, and as whom."""

    credentials: Credentials
    target: str
    timeout: float = TIMEOUT

    def url(self, service: str) -> str:
        """Where `service` ("teo", "vod") listens."""
        return SITES.get(self.target, self.target).format(service=service)


def load(config: Callable[[str], object], environ: Mapping[str, str]) -> Settings:
    """The settings of one account. Raises ConfigError, naming the setting."""
    return Settings(credentials.find(config, environ), target(config, environ), _timeout(config, environ))


def target(config: Callable[[str], object], environ: Mapping[str, str]) -> str:
    """The endpoint, or else the site, that is addressed: what tells one account's resources from another's."""
    endpoint = _setting(config, environ, "endpoint")
    if endpoint:
        return _endpoint(endpoint)
    site = _setting(config, environ, "site") or "intl"
    if site not in SITES:
        raise ConfigError(f'tencentcloud:site is "{site}"; it is one of {", ".join(SITES)}.')
    return site


def _endpoint(value: str) -> str:
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ConfigError(ENDPOINT_FORM) from None
    url = f"{parts.scheme}://{parts.hostname}{port}"
    if (
        parts.scheme not in ("http", "https")
        or value.lower().rstrip("/") != url
        or not _HOST.fullmatch(parts.hostname or "")
    ):
        raise ConfigError(ENDPOINT_FORM)
    return url


def _timeout(config: Callable[[str], object], environ: Mapping[str, str]) -> float:
    value = _setting(config, environ, "timeout")
    try:
        seconds = float(value) if value else TIMEOUT
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise ConfigError(f'tencentcloud:timeout is "{value}"; it is a number of seconds from 1 to 3600.')
    return seconds


def _setting(config: Callable[[str], object], environ: Mapping[str, str], name: str) -> str:
    value = config(f"tencentcloud:{name}")
    return str(value if value is not None else environ.get(f"TENCENTCLOUD_{name.upper()}", "")).strip()
