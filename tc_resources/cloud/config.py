"""The settings by name, and the sources that can give each: Pulumi config first, then the environment.

Config keys are in a namespace of their own, `tc-resources:assumeRoleArn`; one that is unknown there is an error. The
variables have the names of the vendor's Terraform provider, so that a pipeline moves over as it is:
TENCENTCLOUD_ASSUME_ROLE_ARN; some have a second name, the command line's. What a stack has for that provider's bridge
to Pulumi is a source between the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tc_resources.cloud.bridged import Bridged
from tc_resources.cloud.environment import Environment
from tc_resources.cloud.errors import ConfigError

NAMESPACE = "tc-resources"
CREDENTIALS = ("secretId", "secretKey", "securityToken")
"""What credentials are made of."""
SECRETS = (*CREDENTIALS, "assumeRoleExternalId")
"""What is secret, or may be."""
IDENTITY = (*CREDENTIALS, "profile", "assumeRoleWebIdentityTokenFile", "camRoleName")
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
    "forbiddenAccountIds",
    "site",
    "endpoint",
    "allowPlainHttp",
    "caBundle",
    "timeout",
)
INSTANCE = "instance"
"""The name of a `Provider` that was given an identity; stored with its settings, and none of them."""
INLINE_TOKEN = "assumeRoleWebIdentityToken"  # noqa: S105 - its name
"""A setting of the vendor's Terraform provider that is refused, since nobody could renew the token."""


def config_key(setting: str) -> str:
    """Its name in Pulumi config."""
    return f"{NAMESPACE}:{setting}"


def variable(setting: str) -> str:
    """Its name in the environment."""
    return f"TENCENTCLOUD_{re.sub('(?=[A-Z])', '_', setting).upper()}"


def _argument(setting: str) -> str:
    """Its name in an instance: that of the argument which gives it, or else the stack's, which it comes from."""
    return re.sub("(?=[A-Z])", "_", setting).lower() if setting in IDENTITY else config_key(setting)


@dataclass(frozen=True)
class ConfigSource:
    """What gives settings; `title` names it in errors, `name` a setting in it."""

    title: str
    name: Callable[[str], str]
    read: Callable[[str], object]
    demand: Callable[[], None] = lambda: None
    """Raises ConfigError where it says as whom to call, and cannot be honoured."""

    def get(self, setting: str) -> str | None:
        """The setting, None where this source does not give it."""
        value = self.read(setting)
        return None if value is None else str(value).strip()


class Config:
    """The settings of one account; without `pulumi`, the config of a stack, there is the environment alone.

    Raises ConfigError where the config has a key in our namespace that is no setting.
    """

    def __init__(self, pulumi: Mapping[str, object] | None, environ: Mapping[str, str]) -> None:
        known = {} if pulumi is None else pulumi
        _refuse_unknown(known)
        instance = known.get(config_key(INSTANCE))
        self.home = environ.get("HOME", "")
        self.instance = f'Provider "{instance}"' if instance else ""
        ours = ConfigSource(
            self.instance or "Pulumi config",
            _argument if self.instance else config_key,
            lambda setting: known.get(config_key(setting)),
        )
        bridged = Bridged(known)
        theirs = ConfigSource("the bridged provider's config", bridged.name, bridged.get, bridged.refuse)
        given = Environment(environ, variable)
        self.environment = ConfigSource("the environment", given.name, given.get)
        config = () if pulumi is None else (ours, theirs) if bridged else (ours,)
        self.sources = (*config, self.environment)
        self.identity_sources = (ours,) if self.instance else self.sources
        """Where an identity is looked for: an instance with one of its own takes nobody else's."""

    def get(self, setting: str) -> str:
        """The setting from the first source that gives it, "" where none does. An empty one hides those behind it."""
        given = (source.get(setting) for source in self.sources)
        return next((value for value in given if value is not None), "")

    def of_stack(self) -> dict[str, str]:
        """All that config gives, whatever the environment says."""
        found: dict[str, str] = {}
        for source in self.sources[:-1]:
            given = {setting: source.get(setting) for setting in SETTINGS if setting not in found}
            found |= {setting: value for setting, value in given.items() if value is not None}
        return found

    def demand(self) -> None:
        """Raises ConfigError where config says as whom to call in a way that cannot be honoured, and in no other."""
        for source in self.sources[:-1]:
            source.demand()
            if any(source.get(setting) for setting in IDENTITY):
                return

    def named(self, setting: str) -> str:
        """The setting's name in the source that gives it, for errors."""
        giving = (source for source in self.sources if source.get(setting) is not None)
        source = next(giving, self.sources[0])
        return f"{source.name(setting)} of {source.title}" if source.title == self.instance else source.name(setting)

    def names(self, setting: str) -> str:
        """The names that the setting has in config and in the environment, for advice."""
        return " or ".join(dict.fromkeys((self.sources[0].name(setting), self.environment.name(setting))))


def inherited(stack: Mapping[str, object], name: str, *, own: bool) -> dict[str, str]:
    """What the instance `name` takes of its stack's config: nobody else's key or role beside an identity of its `own`.

    It may turn out empty: by the name that is stored then, an instance takes nobody else's even so.
    Raises ConfigError.
    """
    config = Config(stack, {})
    settings = config.of_stack()
    if not own:
        config.demand()
        return settings
    # Empty, since what config does not give at all would come from the environment.
    kept = {setting: value for setting, value in settings.items() if setting not in IDENTITY}
    return {**kept, "assumeRoleArn": "", INSTANCE: name}


def _refuse_unknown(config: Mapping[str, object]) -> None:
    prefix = f"{NAMESPACE}:"
    known = (*SETTINGS, INSTANCE, INLINE_TOKEN)
    for key in config:
        name = key.removeprefix(prefix)
        if key.startswith(prefix) and name not in known:
            import difflib  # which nobody needs who spells it right

            settings = {setting.lower(): setting for setting in SETTINGS}
            near = difflib.get_close_matches(name.lower(), settings, 1, 0.0)[0]
            raise ConfigError(f"{key} is no setting of tc-resources; the nearest is {config_key(settings[near])}.")
