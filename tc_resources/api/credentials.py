"""Where the key comes from: Pulumi config first, then the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tc_resources.api.errors import ConfigError

CONFIG_KEYS = ("tencentcloud:secretId", "tencentcloud:secretKey", "tencentcloud:securityToken")
VARIABLES = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_SECURITY_TOKEN")


@dataclass(frozen=True)
class Credentials:
    """A key of Tencent Cloud; `source` says where it was found, for errors."""

    secret_id: str
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    source: str = "the caller"


def find(config: Callable[[str], object], environ: Mapping[str, str]) -> Credentials:
    """The first source that has a key; keys of two sources are never mixed.

    Raises ConfigError where a source has half a key or one that cannot be one, and where none has any, with all that
    was looked at.
    """
    for source, names, get in (
        ("Pulumi config", CONFIG_KEYS, config),
        ("the environment", VARIABLES, environ.get),
    ):
        values = [str(get(name) or "").strip() for name in names]
        if any(values):
            return _whole(source, names, values)
    raise ConfigError(
        "No Tencent Cloud credentials. Looked at: "
        f"Pulumi config ({', '.join(CONFIG_KEYS[:2])}), the environment ({', '.join(VARIABLES[:2])}). "
        "Set one of them, for instance `pulumi config set --secret tencentcloud:secretKey`."
    )


def _whole(source: str, names: tuple[str, ...], values: list[str]) -> Credentials:
    missing = [name for name, value in zip(names[:2], values[:2], strict=True) if not value]
    if missing:
        raise ConfigError(f"Half a key in {source}: {' and '.join(missing)} not set.")
    broken = [name for name, value in zip(names, values, strict=True) if not _is_plain(value)]
    if broken:
        raise ConfigError(
            f"{' and '.join(broken)} in {source} has blanks or characters that no key has; copy it again."
        )
    return Credentials(values[0], values[1], values[2] or None, source)


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable() and " " not in value
