"""Credentials of Tencent Cloud, as whoever signs takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tc_resources.cloud.errors import ConfigError


@dataclass(frozen=True)
class Credentials:
    """A secret id and its key; `source` says where they were found, for errors.

    `expires_at`, in unix seconds, is None where they last or nothing is known of it.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    source: str = "the caller"
    expires_at: float | None = None

    @property
    def principal(self) -> str:
        """Who calls: what the service counts the calls of."""
        return self.secret_id

    def current(self) -> Credentials:
        """Itself."""
        return self

    def refresh(self, refused: object) -> bool:  # noqa: ARG002 - there are no others
        """There are no others."""
        return False


def complete(source: str, names: Sequence[str], values: Sequence[str]) -> Credentials:
    """The credentials of these values (id, key, token), called `names` in `source`.

    Raises ConfigError where half of it is missing and where a value cannot be what a request carries.
    """
    missing = [name for name, value in zip(names[:2], values[:2], strict=True) if not value]
    if missing:
        raise ConfigError(f"Half a key in {source}: {' and '.join(missing)} not set.")
    broken = [name for name, value in zip(names, values, strict=True) if not is_plain(value)]
    if broken:
        raise ConfigError(
            f"{' and '.join(broken)} in {source} has blanks or characters that no key has; copy it again."
        )
    return Credentials(values[0], values[1], values[2] or None, source)


def is_plain(value: str) -> bool:
    """Whether a header can carry it."""
    return value.isascii() and value.isprintable() and " " not in value
