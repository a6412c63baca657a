"""The config of the stack whose program runs, all namespaces of it."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi.runtime.config import CONFIG, get_config_env


def stack_config() -> Mapping[str, object]:
    """Every key and its value, secrets in plain."""
    return {**get_config_env(), **CONFIG.get()}
