"""What is sent to STS. The names, types and bounds are documented, in the vendor's SDK and command line."""

from __future__ import annotations

import re

from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.parameters import Parameters

USUAL_SECONDS = 7200
MOST_SECONDS = 43_200
SESSION = re.compile(r"[\w+=,.@-]{2,128}", re.ASCII)


class NoParameters(Parameters):
    """An action that takes none."""


class AssumeParameters(Parameters):
    """A role, and for how long somebody wants to be it."""

    role_arn: str
    role_session_name: str
    duration_seconds: int | None = None

    def checked_seconds(self) -> int:
        """Assumed: the code for a session name in another form."""
        if not SESSION.fullmatch(self.role_session_name):
            raise ApiError("InvalidParameter.ParamError", "RoleSessionName has 2 to 128 letters, digits and =,.@_-.")
        seconds = USUAL_SECONDS if self.duration_seconds is None else self.duration_seconds
        if not 1 <= seconds <= MOST_SECONDS:
            raise ApiError("InvalidParameter.OverTimeError", f"DurationSeconds must be from 1 to {MOST_SECONDS}.")
        return seconds


class RoleParameters(AssumeParameters):
    """What is shown by who signs."""

    external_id: str | None = None


class WebIdentityParameters(AssumeParameters):
    """What is shown by who has no credentials."""

    provider_id: str
    web_identity_token: str
