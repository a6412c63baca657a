"""The settings that the environment gives, also by the variables of the vendor's command line that mean the same.

Source: the vendor's command line, tccli 3.1, which takes a role where it has a name for the session too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tc_resources.cloud.errors import ConfigError

ROLE, ROLE_SESSION = "TENCENTCLOUD_ROLE_ARN", "TENCENTCLOUD_ROLE_SESSION_NAME"
ALIASES = {
    "securityToken": "TENCENTCLOUD_TOKEN",
    "profile": "TCCLI_PROFILE",
    "assumeRoleArn": ROLE,
    "assumeRoleSessionName": ROLE_SESSION,
}
"""The command line's variables, by setting."""


class Environment:
    """Gives settings; `variable` is the name of one in it."""

    def __init__(self, environ: Mapping[str, str], variable: Callable[[str], str]) -> None:
        self._environ, self._variable = environ, variable

    def get(self, setting: str) -> str | None:
        """The setting, None where it is not given. Raises ConfigError where two variables differ in it."""
        own, alias = self._variable(setting), ALIASES.get(setting, "")
        ours, theirs = (self._environ.get(name, "").strip() for name in (own, alias))
        if ours and theirs and ours != theirs:
            raise ConfigError(f"{own} and {alias} are both set and differ: unset one of them.")
        if alias == ROLE and theirs and not ours and not self._environ.get(ROLE_SESSION):
            raise ConfigError(f"{ROLE} is set without {ROLE_SESSION}: set that too, or {own} instead of both.")
        return ours or theirs or self._environ.get(own)

    def name(self, setting: str) -> str:
        """The variable that gives it, or else that may."""
        own, alias = self._variable(setting), ALIASES.get(setting, "")
        return alias if self._environ.get(alias) and not self._environ.get(own) else own
