"""The sources of credentials, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from tc_resources.cloud.config import CREDENTIALS, INLINE_TOKEN, Config, ConfigSource, config_key, variable
from tc_resources.cloud.credentials.credentials import Credentials, complete
from tc_resources.cloud.errors import ConfigError, NoCredentialsError

if TYPE_CHECKING:
    from tc_resources.cloud.credentials.profile import Profile
    from tc_resources.cloud.credentials.roles import Role

DEFAULT_PROFILE = "default"

Look: TypeAlias = "Callable[[ConfigSource, Config], Credentials | Role]"


class NotSetError(Exception):
    """A source that nobody has set; its text says which."""


def find(config: Config) -> Credentials | Role:
    """The first source that is set, and the role that is to be taken with it; keys of two sources are never mixed.

    Raises ConfigError where a source is set and has no key that can be used, NoCredentialsError where it has none or
    none is set, with all that was looked at before.
    """
    passed: dict[str, list[str]] = {}
    for source, look in _looks(config):
        try:
            return look(source, config)
        except NotSetError as absent:
            passed.setdefault(source.title, []).append(str(absent))
        except ConfigError as error:
            raise type(error)(f"{error} {_listed('Looked at before', passed)}".strip()) from None
    arn = config.get("assumeRoleArn")
    wanted = f" to take the role {arn} with" if arn else ""
    kind = ConfigError if config.instance else NoCredentialsError
    raise kind(f"No Tencent Cloud credentials{wanted}. {_listed('Looked at', passed)} {_advice(config)}")


def _looks(config: Config) -> Iterator[tuple[ConfigSource, Look]]:
    for source in config.identity_sources:
        source.demand()
        for look in (_key, _profile, _web_identity, _machine):
            yield source, look
    if not config.instance:
        yield config.environment, _default_profile


def _advice(config: Config) -> str:
    if config.instance:
        return f"Give {config.instance} a profile, or secret_id and secret_key, that are not empty."
    alone = config.sources == (config.environment,)
    parts = ("secretId", "secretKey")
    lines = (variable(part) if alone else f"`pulumi config set --secret {config_key(part)}`" for part in parts)
    role = config.names("assumeRoleArn")
    return (
        f"(A role to be taken, {role}, needs one of them.) Set one of them, for instance a key: {' and '.join(lines)}."
    )


def _listed(title: str, passed: Mapping[str, list[str]]) -> str:
    sources = [f"{source} ({', '.join(names)})" for source, names in passed.items()]
    return f"{title}: {', '.join(sources)}." if sources else ""


def _key(source: ConfigSource, config: Config) -> Credentials | Role:
    names = [source.name(part) for part in CREDENTIALS]
    values = [source.get(part) or "" for part in CREDENTIALS]
    if not any(values):
        raise NotSetError(", ".join(names[:2]))
    return _with_role(complete(source.title, names, values), config)


def _profile(source: ConfigSource, config: Config) -> Credentials | Role:
    asked = source.get("profile")
    if not asked:
        raise NotSetError(source.name("profile"))
    profile = _profile_of(asked, config)
    found = profile.find()
    if not found:
        raise NoCredentialsError(f"There is no key of the {profile.where}, which {source.name('profile')} asks for.")
    return _with_role(found, config)


def _default_profile(_: ConfigSource, config: Config) -> Credentials | Role:
    if not config.home and not config.get("sharedCredentialsDir"):
        raise NotSetError(f'no profile "{DEFAULT_PROFILE}", since HOME is not set')
    profile = _profile_of(DEFAULT_PROFILE, config)
    found = profile.find()
    if not found:
        raise NotSetError(profile.where)
    return _with_role(found, config)


def _profile_of(name: str, config: Config) -> Profile:
    from tc_resources.cloud.credentials.profile import Profile

    return Profile(name, config.get("sharedCredentialsDir"), config.home)


def _web_identity(source: ConfigSource, config: Config) -> Role:
    file = source.get("assumeRoleWebIdentityTokenFile")
    if source.get(INLINE_TOKEN):
        name = source.name("assumeRoleWebIdentityTokenFile")
        raise ConfigError(f"{source.name(INLINE_TOKEN)} is not supported: put the token into a file, and set {name}.")
    if not file:
        raise NotSetError(source.name("assumeRoleWebIdentityTokenFile"))
    from tc_resources.cloud.credentials.roles import PROVIDER_ID, WebIdentityRole
    from tc_resources.cloud.files import expanded

    arn, provider = config.get("assumeRoleArn"), config.get("assumeRoleProviderId")
    if not arn:
        role = config.names("assumeRoleArn")
        raise ConfigError(f"{source.name('assumeRoleWebIdentityTokenFile')} is set without a role: set {role} too.")
    return WebIdentityRole(expanded(file, config.home), arn, provider or PROVIDER_ID, *_session(config))


def _machine(source: ConfigSource, config: Config) -> Credentials | Role:
    name = source.get("camRoleName")
    if not name:
        raise NotSetError(source.name("camRoleName"))
    from tc_resources.cloud.credentials.metadata import MachineRole

    return _with_role(MachineRole(name), config)


def _with_role(base: Credentials | Role, config: Config) -> Credentials | Role:
    arn = config.get("assumeRoleArn")
    if not arn:
        return base
    from tc_resources.cloud.credentials.roles import AssumedRole

    return AssumedRole(base, arn, *_session(config), config.get("assumeRoleExternalId") or None)


def _session(config: Config) -> tuple[str, int]:
    from tc_resources.cloud.credentials.roles import DURATION, MAX_DURATION, SESSION_NAME

    value = config.get("assumeRoleSessionDuration")
    seconds = int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0
    if value and not 1 <= seconds <= MAX_DURATION:
        raise ConfigError(
            f"{config.named('assumeRoleSessionDuration')} is {value!r}; it is whole seconds from 1 to {MAX_DURATION}."
        )
    return config.get("assumeRoleSessionName") or SESSION_NAME, seconds or DURATION
