"""Provider: an account of Tencent Cloud, for programs that manage several."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Mapping
from typing import Any

import pulumi

from tc_resources.api import settings
from tc_resources.api.credentials import CONFIG_KEYS
from tc_resources.api.errors import ConfigError

PACKAGE = "pulumi-python"
"""The package that all of Python's dynamic resources belong to."""


class Provider(pulumi.ProviderResource):
    """An account of Tencent Cloud, for programs that manage several: `ResourceOptions(provider=media)`.

    What is not given comes from the stack's `tencentcloud:` config. The instance and its inputs are stored in the
    stack's state, the keys encrypted; refresh and destroy use what the last up stored.
    """

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        site: pulumi.Input[str] | None = None,
        endpoint: pulumi.Input[str] | None = None,
        secret_id: pulumi.Input[str] | None = None,
        secret_key: pulumi.Input[str] | None = None,
        security_token: pulumi.Input[str] | None = None,
    ) -> None:
        """Declare an account.

        site: "intl" (the default) or "cn".
        endpoint: one URL that takes the place of both services', whatever the site.
        secret_id, secret_key, security_token: the key, the last one for a temporary key; given whole or not at all.
        """
        config = pulumi.Config("tencentcloud")
        self._site = site or config.get("site")
        self._endpoint = endpoint or config.get("endpoint")
        keys = [secret_id, secret_key, security_token]
        if not any(keys):
            keys = [config.get_secret(key.partition(":")[2]) for key in CONFIG_KEYS]
        secrets = [key and pulumi.Output.secret(key) for key in keys]
        props = {
            "tencentcloud:site": self._site,
            "tencentcloud:endpoint": self._endpoint,
            "tencentcloud:timeout": config.get("timeout"),
            **dict(zip(CONFIG_KEYS, secrets, strict=True)),
        }
        super().__init__(PACKAGE, name, props, opts)

    @property
    def target(self) -> pulumi.Input[str]:
        """What the instance addresses, as `settings.target` says it."""
        values = (self._endpoint, self._site)
        if any(isinstance(value, (pulumi.Output, Awaitable)) for value in values):
            return pulumi.Output.all(*values).apply(lambda known: _target(*known))
        return _target(*values)


def target_of(opts: pulumi.ResourceOptions | None) -> pulumi.Input[str]:
    """What a resource with these options addresses: its instance's endpoint or site, else the stack's."""
    opts = opts or pulumi.ResourceOptions()
    given = opts.providers.values() if isinstance(opts.providers, Mapping) else opts.providers or ()
    inherited = opts.parent.get_provider(f"{PACKAGE}:index:Resource") if opts.parent else None
    for instance in (opts.provider, *given, inherited):
        if isinstance(instance, Provider):
            return instance.target
    config = pulumi.Config("tencentcloud")
    return _target(config.get("endpoint"), config.get("site"))


def _target(endpoint: Any, site: Any) -> str:
    given = {"tencentcloud:endpoint": endpoint, "tencentcloud:site": site}
    try:
        return settings.target(given.get, os.environ)
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None
