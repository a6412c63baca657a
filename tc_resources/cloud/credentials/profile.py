"""The named profiles of the vendor's command line and of its SDK.

Source: `tccli configure` writes ~/.tccli/<profile>.credential, one JSON object; `tccli auth login` writes the key of a
login there, with its `type`. What is in <profile>.configure, such as a region, is of no use here. The SDK reads
~/.tencentcloud/credentials, an ini file with a section a profile.
"""

from __future__ import annotations

from configparser import ConfigParser
from configparser import Error as IniError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tc_resources.cloud.credentials.credentials import Credentials, complete
from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.files import expanded, json_object, read, text_of

if TYPE_CHECKING:
    from tc_resources.cloud.credentials.roles import Role

MACHINE = "cvm-role"
RENEWED = ("oauth", "sso")
"""Kinds of a login, whose temporary keys the command line alone renews."""
KEYS = ("", "default")
"""Kinds that are a key of one's own."""
TCCLI_DIR = "~/.tccli"
SDK_FILE = "~/.tencentcloud/credentials"
TCCLI_KEY = ("secretId", "secretKey", "token")
SDK_KEY = ("secret_id", "secret_key", "token")


class Profile:
    """A profile by its name; `folder` is the command line's, where it is not the usual one."""

    def __init__(self, name: str, folder: str, home: str) -> None:
        if not name.isprintable() or Path(name).name != name:
            raise ConfigError(f"{name!r} is not the name of a profile.")
        self._name = name
        self._tccli = expanded(folder or TCCLI_DIR, home) / f"{name}.credential"
        self._sdk = expanded(SDK_FILE, home) if home else None
        self.where = f'profile "{name}" in {self._tccli}' + (f" and {self._sdk}" if self._sdk else "")

    def find(self) -> Credentials | Role | None:
        """The profile's key, or the role that it names; None where neither file has the profile."""
        return self._of_tccli() or self._of_sdk()

    def _of_tccli(self) -> Credentials | Role | None:
        text = read(self._tccli)
        if text is None:
            return None
        content = json_object(self._tccli, text)
        renewed = self._kind(content)
        key = self._key(self._tccli, TCCLI_KEY, [text_of(self._tccli, content, name) for name in TCCLI_KEY], renewed)
        arn = text_of(self._tccli, content, "role-arn")
        if key is None or not arn:
            return key
        from tc_resources.cloud.credentials.roles import SESSION_NAME, AssumedRole

        return AssumedRole(key, arn, text_of(self._tccli, content, "role-session-name") or SESSION_NAME)

    def _kind(self, content: dict[str, Any]) -> str:
        """What is to be said of the profile's keys. Raises ConfigError where it is of a kind that has none for us."""
        kind = text_of(self._tccli, content, "type")
        if kind in RENEWED:
            return f" of a login by {kind}, which tccli renews"
        if kind not in KEYS:
            instead = "set camRoleName to that role" if kind == MACHINE else "name one with a key"
            raise ConfigError(
                f'The profile "{self._name}" ({self._tccli}) is of the kind {kind}, which is not supported: {instead}.'
            )
        return ""

    def _of_sdk(self) -> Credentials | None:
        if self._sdk is None:
            return None
        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string(read(self._sdk) or "")
        except IniError:
            raise ConfigError(f"{self._sdk} is no ini file.") from None
        if not parser.has_section(self._name):
            return None
        return self._key(self._sdk, SDK_KEY, [parser.get(self._name, name, fallback="").strip() for name in SDK_KEY])

    def _key(self, path: Path, names: tuple[str, ...], values: list[str], more: str = "") -> Credentials | None:
        return complete(f'the profile "{self._name}" ({path}){more}', names, values) if any(values) else None
