"""Provider: an account of Tencent Cloud, for programs that manage several."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import pulumi

from tc_resources.cloud import settings
from tc_resources.cloud.config import IDENTITY, INSTANCE, SECRETS, SETTINGS, config_key
from tc_resources.cloud.errors import ConfigError

PACKAGE = "pulumi-python"
"""The package that all of Python's dynamic resources belong to."""
TARGET = ("endpoint", "site", "allowPlainHttp")
"""The settings that say what is addressed."""


class Provider(pulumi.ProviderResource):
    """An account of Tencent Cloud, for programs that manage several: `ResourceOptions(provider=media)`.

    What is not given comes from the stack's `tencentcloud:` config, and what that does not say from the environment.
    The instance and its inputs are stored in the stack's state, the keys encrypted; refresh and destroy use what the
    last up stored.
    """

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        profile: pulumi.Input[str] | None = None,
        assume_role_arn: pulumi.Input[str] | None = None,
        allowed_account_ids: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        site: pulumi.Input[str] | None = None,
        endpoint: pulumi.Input[str] | None = None,
        secret_id: pulumi.Input[str] | None = None,
        secret_key: pulumi.Input[str] | None = None,
        security_token: pulumi.Input[str] | None = None,
    ) -> None:
        """Declare an account.

        profile: a profile of the command line (~/.tccli) or of the SDK (~/.tencentcloud/credentials), "prod-media".
        assume_role_arn: a role, taken with the profile or key given here, else with the stack's or the environment's.
        allowed_account_ids: the accounts that the key may belong to; with any other, nothing is done.
        site: "intl" (the default) or "cn".
        endpoint: one URL that takes the place of every service's, whatever the site.
        secret_id, secret_key, security_token: the key, the last one for a temporary key; given whole or not at all.

        With a profile or a key of its own, an instance takes no key and no role from the stack or the environment.
        """
        given = {
            "profile": profile,
            "assumeRoleArn": assume_role_arn,
            "allowedAccountIds": allowed_account_ids and pulumi.Output.json_dumps(allowed_account_ids),
            "site": site,
            "endpoint": endpoint,
            "secretId": secret_id,
            "secretKey": secret_key,
            "securityToken": security_token,
        }
        values = {**_inherited(name, given), **{setting: value for setting, value in given.items() if value}}
        self._target = [values.get(setting) for setting in TARGET]
        props = {config_key(setting): _sealed(setting, value) for setting, value in values.items()}
        super().__init__(PACKAGE, name, props, opts)

    @property
    def target(self) -> pulumi.Input[str]:
        """What the instance addresses, as `settings.target` says it."""
        if any(isinstance(value, (pulumi.Output, Awaitable)) for value in self._target):
            return pulumi.Output.all(*self._target).apply(_target)
        return _target(self._target)


def _inherited(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The stack's settings, but nobody else's key or role beside a key or a profile of the instance's own.

    An Output may turn out empty: by the name that is stored then, an instance takes nobody else's even so.
    """
    config = pulumi.Config("tencentcloud")
    stacks = {
        setting: config.get_secret(setting) if setting in SECRETS else config.get(setting) for setting in SETTINGS
    }
    if any(given.get(setting) is not None for setting in IDENTITY):
        # Empty, since what config does not give at all would come from the environment.
        stacks.update({**dict.fromkeys(IDENTITY), "assumeRoleArn": "", INSTANCE: name})
    return {setting: value for setting, value in stacks.items() if value is not None}


def _sealed(setting: str, value: Any) -> Any:
    return pulumi.Output.secret(value) if setting in SECRETS else value


def target_of(opts: pulumi.ResourceOptions | None) -> pulumi.Input[str]:
    """What a resource with these options addresses: its instance's endpoint or site, else the stack's."""
    opts = opts or pulumi.ResourceOptions()
    given = opts.providers.values() if isinstance(opts.providers, Mapping) else opts.providers or ()
    inherited = opts.parent.get_provider(f"{PACKAGE}:index:Resource") if opts.parent else None
    for instance in (opts.provider, *given, inherited):
        if isinstance(instance, Provider):
            return instance.target
    config = pulumi.Config("tencentcloud")
    return _target([config.get(setting) for setting in TARGET])


def _target(values: Sequence[Any]) -> str:
    known = dict(zip(map(config_key, TARGET), values, strict=True))
    try:
        return settings.target(known.get, os.environ)
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None
