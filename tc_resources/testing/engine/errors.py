"""What ends an operation early."""

from __future__ import annotations


class UnsupportedError(Exception):
    """The program asks for a feature that the embedded engine does not have; its name is in the text."""

    def __init__(self, feature: str) -> None:
        super().__init__(f"the embedded engine does not support {feature}; run this stack with `pulumi up`")


class OperationError(Exception):
    """The operation has failed; why is among its diagnostics already."""


class FailedError(Exception):
    """The resource of this URN has failed, or needs one that has, and the operation goes on without it."""


class InvalidResourceError(Exception):
    """The program declares a resource that cannot be: each argument is one thing that is wrong with it."""
