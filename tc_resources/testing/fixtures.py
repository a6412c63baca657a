"""Fixtures for the tests of a stack, loaded by name: `pytest_plugins = ["tc_resources.testing.fixtures"]`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from pulumi.automation import ConfigValue

from tc_resources.cloud.config import IDENTITY, config_key
from tc_resources.testing import Emulator, LocalEngine

ACCOUNT = (*IDENTITY, "assumeRoleArn", "allowedAccountIds")
"""The settings that say as whom the services are called."""

PLUGINS = {"tc-resources": "tc_resources.native"}
"""A program may be of either face."""


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """Both services, with nothing in them; the environment leads programs there and to no account of anybody's."""
    for name in [name for name in os.environ if name.startswith(("TENCENTCLOUD_", "TCCLI_"))]:
        monkeypatch.delenv(name)
    with Emulator() as emulator:
        monkeypatch.setenv("TENCENTCLOUD_ENDPOINT", emulator.url)
        monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", emulator.secret_id)
        monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", emulator.secret_key)
        yield emulator


@pytest.fixture
def open_stack(emulator: Emulator, request: pytest.FixtureRequest) -> Callable[..., LocalEngine]:
    """Open a stack of the project in a folder, counted from pytest's root: `open_stack("prod", "infrastructure")`.

    It is empty and calls the emulator, whichever account the stack's own config names.
    """

    def open_stack(name: str = "dev", folder: str | os.PathLike[str] = ".") -> LocalEngine:
        stack = LocalEngine(request.config.rootpath / folder, name, plugins=PLUGINS)
        ours = {"endpoint": emulator.url, "secretId": emulator.secret_id, "secretKey": emulator.secret_key}
        for setting, value in {**dict.fromkeys(ACCOUNT, ""), **ours}.items():
            stack.set_config(config_key(setting), ConfigValue(value, secret=setting == "secretKey"))
        return stack

    return open_stack
