"""Provider: an account of Tencent Cloud, for programs that manage several."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from tc_resources.cloud import target
from tc_resources.cloud.config import IDENTITY, SECRETS, SETTINGS, Config, config_key, inherited
from tc_resources.cloud.errors import ConfigError
from tc_resources.dynamic.stack_config import stack_config
from tc_resources.limits.names import snake_case

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
        shared_credentials_dir: pulumi.Input[str] | None = None,
        assume_role_arn: pulumi.Input[str] | None = None,
        assume_role_session_name: pulumi.Input[str] | None = None,
        assume_role_session_duration: pulumi.Input[int] | None = None,
        assume_role_external_id: pulumi.Input[str] | None = None,
        assume_role_web_identity_token_file: pulumi.Input[str] | None = None,
        assume_role_provider_id: pulumi.Input[str] | None = None,
        cam_role_name: pulumi.Input[str] | None = None,
        allowed_account_ids: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        forbidden_account_ids: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        site: pulumi.Input[str] | None = None,
        endpoint: pulumi.Input[str] | None = None,
        allow_plain_http: pulumi.Input[bool] | None = None,
        ca_bundle: pulumi.Input[str] | None = None,
        timeout: pulumi.Input[float] | None = None,
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
        timeout: seconds that one operation may take with its retries, 1 to 3600.
        secret_id, secret_key, security_token: the key, the last one for a temporary key; given whole or not at all.

        The others are those of docs/settings.md, too. With an identity of its own (a profile, a key, web identity or
        the machine's role) an instance takes no key and no role from the stack or the environment.
        """
        arguments = {**locals()}  # by the settings' names
        given = {setting: _text(arguments[snake_case(setting)]) for setting in SETTINGS}
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
    own = {config_key(name): values[name] for name in TARGET if name in values}
    if not all(isinstance(value, str) for value in own.values()):
        return
    known = {**stack_config(), **own}
    try:
        target.endpoint(Config(known, os.environ))
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None


def _text(value: Any) -> Any:
    """As a stack's config has it: what is no text is JSON."""
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if not value or isinstance(value, str):
        return value
    known: pulumi.Output[Any] = pulumi.Output.from_input(value)
    return known.apply(lambda it: it if isinstance(it, str) else json.dumps(it))


def _sealed(setting: str, value: Any) -> Any:
    return pulumi.Output.secret(value) if setting in SECRETS else value
