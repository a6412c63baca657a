"""The authorities whose certificates are trusted."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.transport.endpoint import Endpoint


@dataclass(frozen=True)
class CABundle:
    """A PEM file of the authorities to trust instead of the usual ones; `setting` names who gives it, for errors."""

    path: Path
    setting: str

    def load(self) -> ssl.SSLContext:
        """The authorities. Raises ConfigError."""
        try:
            return ssl.create_default_context(cafile=self.path)
        except ssl.SSLError:
            reason = "it holds no certificates in PEM form"
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no such name"
        raise ConfigError(f"{self.setting} cannot be read from {self.path}: {reason}.")


def trusted(endpoint: Endpoint, bundle: CABundle | None) -> ssl.SSLContext | bool:
    """The authorities of the bundle, or the usual ones (True); none for plain HTTP on loopback. Raises ConfigError."""
    if endpoint.is_plain_loopback:
        # To load the usual ones takes longer than all else that an operation does.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return bundle.load() if bundle else True
