"""What the client is told: site, endpoint, time limit and whose credentials, from Pulumi config or the environment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tc_resources.cloud import target
from tc_resources.cloud.account_guard import ANY, Accounts
from tc_resources.cloud.config import Config
from tc_resources.cloud.credentials import chain
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.files import expanded
from tc_resources.cloud.transport import proxies
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.cloud.transport.proxies import Proxies
from tc_resources.cloud.transport.trust import CABundle

if TYPE_CHECKING:
    from tc_resources.cloud.credentials.roles import Role

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
    proxies: Proxies = proxies.NONE


def load(pulumi: Mapping[str, object] | None, environ: Mapping[str, str]) -> Settings:
    """The settings of one account; without `pulumi`, of the environment. Raises ConfigError, naming the setting."""
    config = Config(pulumi, environ)
    return Settings(
        chain.find(config),
        target.endpoint(config),
        _timeout(config),
        _accounts(config),
        _ca_bundle(config, environ),
        proxies.read(environ),
    )


def _ca_bundle(config: Config, environ: Mapping[str, str]) -> CABundle | None:
    path = config.get("caBundle")
    if path:
        return CABundle(expanded(path, config.home), config.named("caBundle"))
    # OpenSSL's own, which say the same to most programs of a machine.
    name = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if environ.get(name)), "")
    return CABundle(Path(environ[name]), name, hashed=name == "SSL_CERT_DIR") if name else None


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
