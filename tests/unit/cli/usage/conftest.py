"""What the tests of `tc-resources usage` share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tc_resources.cloud.bill import ZONE
from tc_resources.testing.emulator import Emulator, Usage
from tests.unit.cli.conftest import Command

TOKEN = "a-token-that-nobody-may-see"
Use = Callable[..., None]


@pytest.fixture
def options() -> dict[str, Any]:
    """The service's second never ends where its clock stands still."""
    return {"rate": 1000}


@pytest.fixture
def usage(command: Command) -> Command:
    """Run `tc-resources usage`."""
    return partial(command, "usage")


@pytest.fixture
def use(emulator: Emulator) -> Use:
    """Note what an application generated some days ago."""

    def use(aigc_type: str, amount: int, back: int = 1, sub_app: int = 1, model: str = "a", **more: Any) -> None:
        at = datetime.now(ZONE) - timedelta(days=back)
        emulator.put_usage(Usage(sub_app, aigc_type, model, at, amount, **more))

    return use
