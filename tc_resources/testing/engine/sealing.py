"""Secrets in a state file, sealed under a passphrase just as the `pulumi` CLI seals them."""

from __future__ import annotations

import base64
import hashlib
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ROUNDS = 1_000_000
_KNOWN = "pulumi"  # sealed beside the salt, so that another passphrase is found out


class Sealer:
    """AES-256-GCM under a key that PBKDF2 derives from the passphrase and a salt."""

    def __init__(self, passphrase: str, state: str | None = None) -> None:
        """Takes the salt of an earlier `state`, or a new one; raises ValueError for another passphrase than then."""
        salt = base64.b64decode(state.split(":")[1]) if state else os.urandom(8)
        self._cipher = AESGCM(hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, _ROUNDS))
        self.state = state or f"v1:{_text(salt)}:{self.seal(_KNOWN)}"
        try:
            self.unseal(self.state.split(":", 2)[2])
        except InvalidTag:
            raise ValueError("incorrect passphrase") from None

    def seal(self, text: str) -> str:
        """Version, nonce and ciphertext with colons between; another one each time."""
        nonce = os.urandom(12)
        return f"v1:{_text(nonce)}:{_text(self._cipher.encrypt(nonce, text.encode(), None))}"

    def unseal(self, sealed: str) -> str:
        """The text that was sealed. Raises InvalidTag where the key is another or it was changed since."""
        _, nonce, ciphertext = sealed.split(":")
        return self._cipher.decrypt(base64.b64decode(nonce), base64.b64decode(ciphertext), None).decode()


@cache
def sealer(passphrase: str, state: str | None) -> Sealer:
    """The same one for the same arguments: to derive its key takes half a second."""
    return Sealer(passphrase, state)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
