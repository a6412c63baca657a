"""What it takes to try and test a program without an account: the emulated services and an embedded engine."""

from tc_resources.testing.emulator import Emulator
from tc_resources.testing.engine import LocalEngine

__all__ = ["Emulator", "LocalEngine"]
