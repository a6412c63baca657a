"""What the client is told: site, endpoint, time limit and whose credentials, from Pulumi config or the environment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tc_resources.cloud.account_guard import ANY, Accounts
from tc_resources.cloud.config import Config
from tc_resources.cloud.credentials import chain
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.files import expanded
from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.transport.endpoint import SITES, Endpoint, is_loopback
from tc_resources.cloud.transport.trust import CABundle

if TYPE_CHECKING:
    from tc_resources.cloud.credentials.roles import Role

ENDPOINT_FORM = 'one URL of a host and perhaps a port, such as "http://127.0.0.1:8402"'
_HOST = re.compile(r"[a-z0-9.-]+|::1")
_ACCOUNT_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
TIMEOUT = 90.0
"""Seconds that one operation may take, retries included, where nothing else is set."""


@dataclass(frozen=True)
class Settings:
    """How to reach the services, and as whom."""

    credentials: Credentials | Role
    endpoint: Endpoint
    timeout: float = TIMEOUT
    accounts: Accounts = ANY
    ca_bundle: CABundle | None = None
    """The authorities to trust instead of the usual ones."""


def load(pulumi: Mapping[str, object] | None, environ: Mapping[str, str]) -> Settings:
    """The settings of one account; without `pulumi`, of the environment. Raises ConfigError, naming the setting."""
    config = Config(pulumi, environ)
    return Settings(chain.find(config), _endpoint(config), _timeout(config), _accounts(config), _ca_bundle(config))


def endpoint(pulumi: Mapping[str, object], environ: Mapping[str, str]) -> Endpoint:
    """What is addressed, whoever calls. Raises ConfigError."""
    return _endpoint(Config(pulumi, environ))


def _endpoint(config: Config) -> Endpoint:
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
    if parts.scheme not in ("http", "https") or value.lower().rstrip("/") != url or not _HOST.fullmatch(host):
        raise ConfigError(f"{name} is {ENDPOINT_FORM}.")
    if parts.scheme == "http" and not plain_allowed and not is_loopback(host):
        raise ConfigError(
            f"{name} is {url}: without TLS, anybody on the way reads the API tokens. Use https, or, for "
            f"a network that you trust, set {config.names('allowPlainHttp')} to true."
        )
    return url


def _flag(config: Config, setting: str) -> bool:
    value = config.get(setting).lower()
    if value not in ("", "true", "false", "1", "0"):
        raise ConfigError(f"{config.named(setting)} is {value!r}; it is true or false.")
    return value in ("true", "1")


def _ca_bundle(config: Config) -> CABundle | None:
    path = config.get("caBundle")
    return CABundle(expanded(path, config.home), config.named("caBundle")) if path else None


def _timeout(config: Config) -> float:
    value = config.get("timeout")
    try:
        seconds = float(value) if value else TIMEOUT
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise ConfigError(f'{config.named("timeout")} is "{value}"; it is a number of seconds from 1 to 3600.')
    return seconds


def _accounts(config: Config) -> Accounts:
    lists = ("allowedAccountIds", "forbiddenAccountIds")
    allowed, forbidden = (_account_ids(config, setting) for setting in lists)
    return Accounts(allowed, forbidden, *map(config.named, lists))


def _account_ids(config: Config, setting: str) -> frozenset[str]:
    """The ids of a list, which config gives as JSON and a variable with commas."""
    value = config.get(setting)
    if not value:
        return frozenset()
    try:
        given = json.loads(value) if value.startswith("[") else value.split(",")
    except (ValueError, RecursionError):
        given = []
    ids = [str(one).strip() for one in given]
    if not ids or not all(map(_ACCOUNT_ID.fullmatch, ids)):
        raise ConfigError(
            f"{config.named(setting)} is a list of account ids with commas between them, each a number "
            "such as 100000000001."
        )
    return frozenset(ids)
