"""What an installed wheel does by itself: `make wheel-test` runs it where no checkout is."""

from __future__ import annotations

from collections.abc import Callable

from pulumi.automation import ConfigValue

from tc_resources.testing import Emulator, LocalEngine

pytest_plugins = ["tc_resources.testing.fixtures"]


def test_the_program_that_it_writes_makes_its_limits(
    emulator: Emulator, open_stack: Callable[..., LocalEngine]
) -> None:
    stack = open_stack("dev", "mine")
    stack.set_config("chatToken", ConfigValue("any", secret=True))
    stack.up()
    assert (len(emulator.limits()), len(emulator.quotas())) == (3, 3)
    stack.destroy()
    assert [*emulator.limits(), *emulator.quotas()] == []
