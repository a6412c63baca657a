"""Provider: an account of Tencent Cloud, for programs that manage several."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from tc_resources.cloud import target
from tc_resources.cloud.config import IDENTITY, SECRETS, Config, config_key, inherited
from tc_resources.cloud.errors import ConfigError
from tc_resources.dynamic.stack_config import stack_config

PACKAGE = "pulumi-python"
"""The package that all of Python's dynamic resources belong to."""
TARGET = ("endpoint", "site", "allowPlainHttp")
"""The settings that say what is addressed."""


class Provider(pulumi.ProviderResource):
    """An account of Tencent Cloud, for programs that manage several: `ResourceOptions(provider=media)`.

    What is not given comes from the stack's config, `tc-resources:`, and what that does not say from the environment.
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
        """Declare an account. Raises pulumi.RunError where the stack's config is wrong.

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
        demand_endpoint(values)
        props = {config_key(setting): _sealed(setting, value) for setting, value in values.items()}
        super().__init__(PACKAGE, name, props, opts)


def _inherited(name: str, given: Mapping[str, Any]) -> dict[str, str]:
    own = any(given.get(setting) is not None for setting in IDENTITY)
    try:
        return inherited(stack_config(), name, own=own)
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None


def demand_endpoint(values: Mapping[str, Any]) -> None:
    """Raises pulumi.RunError where what is addressed, by these settings or the stack's, is wrong and known already."""
    own = {config_key(name): values[name] for name in TARGET if isinstance(values.get(name), str)}
    known = {**stack_config(), **own}
    try:
        target.endpoint(Config(known, os.environ))
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None


def _sealed(setting: str, value: Any) -> Any:
    return pulumi.Output.secret(value) if setting in SECRETS else value
