"""The one way in which a call is refused."""

from __future__ import annotations


class ApiError(Exception):
    """A refusal: the service's code, and a message in the emulator's own words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
