"""The `tencentcloud:` config of the vendor's Terraform provider as Pulumi bridges it, with that provider's meanings.

A stack that this package is embedded in often has it. What says there as whom the services are called, which accounts
may be and where they listen is honoured; what says so and cannot be honoured is refused by name. All else is not ours.

Source: the argument reference of the vendor's Terraform provider.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from tc_resources.cloud.errors import ConfigError

SAME = (
    "secretId",
    "secretKey",
    "securityToken",
    "profile",
    "sharedCredentialsDir",
    "camRoleName",
    "allowedAccountIds",
    "forbiddenAccountIds",
)
"""Keys that mean what the setting of this name means."""
OBJECTS = {
    "assumeRoleArn": (("assumeRole", "roleArn"), ("assumeRoleWithWebIdentity", "roleArn")),
    "assumeRoleSessionName": (("assumeRole", "sessionName"), ("assumeRoleWithWebIdentity", "sessionName")),
    "assumeRoleSessionDuration": (("assumeRole", "sessionDuration"), ("assumeRoleWithWebIdentity", "sessionDuration")),
    "assumeRoleExternalId": (("assumeRole", "externalId"),),
    "assumeRoleWebIdentityToken": (("assumeRoleWithWebIdentity", "webIdentityToken"),),
    "assumeRoleWebIdentityTokenFile": (("assumeRoleWithWebIdentity", "webIdentityTokenFile"),),
    "assumeRoleProviderId": (("assumeRoleWithWebIdentity", "providerId"),),
}
"""Settings that lie in an object there."""
DOMAINS = {"tencentcloudapi.com": "cn", "intl.tencentcloudapi.com": "intl"}
ROLES = ("assumeRole", "assumeRoleWithWebIdentity")
REFUSED = ("assumeRoleWithSaml", "mfaCertification", "enablePodOidc")
"""What says as whom the services are called, and cannot be honoured."""
REFUSED_PARTS = ("policy", "serialNumber", "tokenCode")
"""What says so of a role."""
OFF = ("", "false", "{}", "[]", "null")


class Bridged:
    """Gives our settings from those keys; false where a stack has none that matter."""

    def __init__(self, config: Mapping[str, object]) -> None:
        self._given = {
            key.removeprefix("tencentcloud:"): value for key, value in config.items() if key.startswith("tencentcloud:")
        }

    def __bool__(self) -> bool:
        return bool(self._given.keys() & {*SAME, *ROLES, *REFUSED, "domain", "protocol"})

    def get(self, setting: str) -> object:
        """The setting, None where it is not given. Raises ConfigError where one cannot be honoured."""
        if setting in SAME:
            return self._given.get(setting)
        if setting == "site":
            return self._site()
        paths = OBJECTS.get(setting, ())
        return next((value for path in paths if (value := self._in_object(*path)) is not None), None)

    def name(self, setting: str) -> str:
        """What the setting is called there."""
        paths = OBJECTS.get(setting, ((setting if setting in SAME else "domain", None),))
        key, part = next((path for path in paths if path[0] in self._given), paths[0])
        return f"tencentcloud:{key}.{part}" if part else f"tencentcloud:{key}"

    def refuse(self) -> None:
        """Raises ConfigError, by name, where it says as whom to call in a way that is not supported here."""
        for key in REFUSED:
            if _is_on(self._given.get(key)):
                raise _unsupported(f"tencentcloud:{key}")
        for key in ROLES:
            self._in_object(key, "roleArn")

    def _site(self) -> str | None:
        protocol = self._given.get("protocol")
        if protocol is not None and str(protocol).strip().upper() not in ("", "HTTPS"):
            raise ConfigError("tencentcloud:protocol is not HTTPS: set tc-resources:endpoint to one URL instead.")
        domain = str(self._given.get("domain") or "").strip().lower()
        if domain and domain not in DOMAINS:
            raise ConfigError(
                f"tencentcloud:domain is {domain}, which is none of {', '.join(DOMAINS)}: set tc-resources:endpoint "
                "or tc-resources:site instead."
            )
        return DOMAINS.get(domain)

    def _in_object(self, key: str, part: str) -> object:
        value = self._given.get(key)
        if isinstance(value, str):
            try:
                value = json.loads(value) if value.strip() else None
            except (ValueError, RecursionError):
                raise ConfigError(f"tencentcloud:{key} is no JSON object.") from None
        if isinstance(value, list):
            value = value[0] if value else None
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise ConfigError(f"tencentcloud:{key} is no JSON object.")
        self._demand_sole_role(key, value)
        found = value.get(part)
        return None if part == "sessionDuration" and str(found) == "0" else found

    def _demand_sole_role(self, key: str, value: Mapping[str, object]) -> None:
        """A role that is restricted, or one of two, is not taken as if it were not."""
        restricted = next((part for part in REFUSED_PARTS if _is_on(value.get(part))), None)
        if restricted:
            raise _unsupported(f"tencentcloud:{key}.{restricted}")
        if all(_is_on(self._given.get(role)) for role in ROLES):
            raise _unsupported(" together with ".join(f"tencentcloud:{role}" for role in ROLES))


def _is_on(value: object) -> bool:
    return value is not None and str(value).strip().lower() not in OFF


def _unsupported(name: str) -> ConfigError:
    return ConfigError(
        f"{name} says as whom Tencent Cloud is called and is not supported here: set the credentials of this package "
        "under tc-resources: instead."
    )
