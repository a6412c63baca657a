"""The settings by name, and the two places where each can be given: Pulumi config first, then the environment.

The variables have the names of the vendor's Terraform provider, so that a pipeline moves over as it is; the config
keys are the same in camel case: `tencentcloud:assumeRoleArn` and TENCENTCLOUD_ASSUME_ROLE_ARN.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

KEY = ("secretId", "secretKey", "securityToken")
"""What a key is made of."""
SECRETS = (*KEY, "assumeRoleExternalId")
"""What is secret, or may be."""
IDENTITY = (*KEY, "profile", "assumeRoleWebIdentityTokenFile", "camRoleName")
"""What says by itself as whom the services are called; one of them replaces all others."""
SETTINGS = (
    *IDENTITY,
    "sharedCredentialsDir",
    "assumeRoleArn",
    "assumeRoleSessionName",
    "assumeRoleSessionDuration",
    "assumeRoleExternalId",
    "assumeRoleProviderId",
    "allowedAccountIds",
    "site",
    "endpoint",
    "allowPlainHttp",
    "caBundle",
    "timeout",
)
INSTANCE = "instance"
"""The name of a `Provider` that was given an identity; stored with its settings, and none of them."""


def config_key(setting: str) -> str:
    """Its name in Pulumi config."""
    return f"tencentcloud:{setting}"


def variable(setting: str) -> str:
    """Its name in the environment."""
    return f"TENCENTCLOUD_{re.sub('(?=[A-Z])', '_', setting).upper()}"


@dataclass(frozen=True)
class Place:
    """Where settings are given; `title` names it in errors, `name` a setting in it."""

    title: str
    name: Callable[[str], str]
    read: Callable[[str], object]

    def get(self, setting: str) -> str | None:
        """The setting, None where it is not given here."""
        value = self.read(self.name(setting))
        return None if value is None else str(value).strip()


class Config:
    """The settings of one account; without `pulumi` there is the environment alone."""

    def __init__(self, pulumi: Callable[[str], object] | None, environ: Mapping[str, str]) -> None:
        instance = pulumi and pulumi(config_key(INSTANCE))
        self.home = environ.get("HOME", "")
        self.environment = Place("the environment", variable, environ.get)
        self.instance = f'Provider "{instance}"' if instance else ""
        config = [Place(self.instance or "Pulumi config", config_key, pulumi)] if pulumi else []
        self.places = (*config, self.environment)
        self.sources = config if self.instance else self.places
        """Where an identity is looked for: an instance with one of its own takes nobody else's."""

    def get(self, setting: str) -> str:
        """The setting from the first place that gives it, "" where none does. An empty one hides those behind it."""
        given = (place.get(setting) for place in self.places)
        return next((value for value in given if value is not None), "")

    def named(self, setting: str) -> str:
        """The setting's name in the place that gives it, for errors."""
        giving = (place for place in self.places if place.get(setting) is not None)
        place = next(giving, self.places[0])
        return f"{place.name(setting)} of {place.title}" if place.title == self.instance else place.name(setting)

    def names(self, setting: str) -> str:
        """All names that the setting has, for advice."""
        return " or ".join(place.name(setting) for place in self.places)
