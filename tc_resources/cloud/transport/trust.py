"""The authorities whose certificates are trusted."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.files import opened
from tc_resources.cloud.transport.endpoint import Endpoint

MAX_SIZE = 1 << 24
"""Bytes of a file of authorities; all that there are take a fiftieth of it."""


@dataclass(frozen=True)
class CABundle:
    """A PEM file of the authorities to trust instead of the usual ones; `setting` names who gives it, for errors."""

    path: Path
    setting: str
    hashed: bool = False
    """Whether it is a folder of such files instead, under the names that OpenSSL gives them."""

    def load(self) -> ssl.SSLContext:
        """The authorities. Raises ConfigError."""
        try:
            return self._folder() if self.hashed else self._file()
        except ssl.SSLError:
            reason = "it holds no certificates in PEM form"
        except OSError as error:
            reason = error.strerror or "no such name"
        except ConfigError as error:
            reason = str(error).partition(" cannot be read: ")[2].removesuffix(".")
        raise ConfigError(f"{self.setting} cannot be read from {self.path}: {reason}.")

    def _file(self) -> ssl.SSLContext:
        opened(self.path, MAX_SIZE).close()
        return ssl.create_default_context(cafile=self.path)

    def _folder(self) -> ssl.SSLContext:
        next(self.path.iterdir(), None)  # OpenSSL says nothing of one that is not there
        return ssl.create_default_context(capath=self.path)


def trusted(endpoint: Endpoint, bundle: CABundle | None) -> ssl.SSLContext:
    """The authorities of the bundle, or the usual ones; none for plain HTTP on loopback. Raises ConfigError."""
    if endpoint.is_plain_loopback:
        # To load the usual ones takes longer than all else that an operation does.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if bundle:
        return bundle.load()
    import httpx  # which reading the settings does not need

    return httpx.create_ssl_context(trust_env=False)
