"""A Pulumi engine for tests, in this process: LocalEngine."""

from tc_resources.testing.engine.errors import UnsupportedError
from tc_resources.testing.engine.stack import LocalEngine

__all__ = ["LocalEngine", "UnsupportedError"]
