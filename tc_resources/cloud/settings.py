"""What the client is told: site, endpoint, time limit and whose key, from Pulumi config and then the environment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tc_resources.cloud import credentials
from tc_resources.cloud.config import Config, config_key
from tc_resources.cloud.credentials import Credentials
from tc_resources.cloud.credentials.files import expanded
from tc_resources.cloud.errors import ConfigError

if TYPE_CHECKING:
    from tc_resources.cloud.credentials.roles import Role

SITES = {"intl": "https://{service}.intl.tencentcloudapi.com", "cn": "https://{service}.tencentcloudapi.com"}
METADATA = "http://metadata.tencentyun.com"
ENDPOINT_FORM = 'one URL of a host and perhaps a port, such as "http://127.0.0.1:8402"'
_HOST = re.compile(r"[a-z0-9.-]+|::1")
_ACCOUNT_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
TIMEOUT = 90.0
"""Seconds that one operation may take, retries included, where nothing else is set."""


@dataclass(frozen=True)
class Settings:
    """How to reach the services, and as whom."""

    credentials: Credentials | Role
    target: str
    timeout: float = TIMEOUT
    allowed_account_ids: frozenset[str] = frozenset()
    """The accounts that may be worked on; none means any."""
    ca_bundle: Path | None = None
    """The file of the authorities to trust instead of the usual ones."""
    named: Callable[[str], str] = field(default=config_key, repr=False, compare=False)
    """The name of a setting in the place that gives it, for errors."""

    def url(self, service: str) -> str:
        """Where `service` ("teo", "vod", "sts") listens, or this machine's "metadata"."""
        if service == "metadata" and self.target in SITES:
            return METADATA
        return SITES.get(self.target, self.target).format(service=service)


def load(pulumi: Callable[[str], object] | None, environ: Mapping[str, str]) -> Settings:
    """The settings of one account; without `pulumi`, of the environment. Raises ConfigError, naming the setting."""
    config = Config(pulumi, environ)
    return Settings(
        credentials.find(config),
        _target(config),
        _timeout(config),
        _account_ids(config),
        _ca_bundle(config),
        config.named,
    )


def target(pulumi: Callable[[str], object], environ: Mapping[str, str]) -> str:
    """The endpoint, or else the site, that is addressed: what tells one account's resources from another's."""
    return _target(Config(pulumi, environ))


def _target(config: Config) -> str:
    endpoint = config.get("endpoint")
    if endpoint:
        return _endpoint(endpoint, config)
    site = config.get("site") or "intl"
    if site not in SITES:
        raise ConfigError(f'{config.named("site")} is "{site}"; it is one of {", ".join(SITES)}.')
    return site


def _endpoint(value: str, config: Config) -> str:
    plain_allowed, name = _flag(config, "allowPlainHttp"), config.named("endpoint")
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ConfigError(f"{name} is {ENDPOINT_FORM}.") from None
    host = parts.hostname or ""
    url = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"
    if parts.scheme not in ("http", "https") or value.lower().rstrip("/") != url or not _HOST.fullmatch(host):
        raise ConfigError(f"{name} is {ENDPOINT_FORM}.")
    if parts.scheme == "http" and not plain_allowed and not is_loopback(host):
        raise ConfigError(
            f"{name} is {url}: without TLS, anybody on the way reads the API tokens. Use https, or, for "
            f"a network that you trust, set {config.names('allowPlainHttp')} to true."
        )
    return url


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by itself: localhost, ::1 or one of 127.0.0.0/8."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _flag(config: Config, setting: str) -> bool:
    value = config.get(setting).lower()
    if value not in ("", "true", "false", "1", "0"):
        raise ConfigError(f"{config.named(setting)} is {value!r}; it is true or false.")
    return value in ("true", "1")


def _ca_bundle(config: Config) -> Path | None:
    path = config.get("caBundle")
    return expanded(path, config.home) if path else None


def _timeout(config: Config) -> float:
    value = config.get("timeout")
    try:
        seconds = float(value) if value else TIMEOUT
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise ConfigError(f'{config.named("timeout")} is "{value}"; it is a number of seconds from 1 to 3600.')
    return seconds


def _account_ids(config: Config) -> frozenset[str]:
    """The ids of a list, which config gives as JSON and a variable with commas."""
    value = config.get("allowedAccountIds")
    if not value:
        return frozenset()
    try:
        given = json.loads(value) if value.startswith("[") else value.split(",")
    except (ValueError, RecursionError):
        given = []
    ids = [str(one).strip() for one in given]
    if not ids or not all(map(_ACCOUNT_ID.fullmatch, ids)):
        raise ConfigError(
            f"{config.named('allowedAccountIds')} is a list of account ids with commas between them, each a number "
            "such as 100000000001."
        )
    return frozenset(ids)
