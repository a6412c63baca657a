"""What is sent to VOD. The names, types and bounds are documented unless a docstring says otherwise.

A negative number in the place of an unsigned one is of the wrong type, as the documents of other services show.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tc_resources.behaviour.behaviour import MOST_INTEGER, Behaviour
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.parameters import Parameters
from tc_resources.testing.emulator.vod.models import QuotaIdentity

QUOTA_TYPES = ("Image", "Video", "Text")

# The largest integer of the emulator's database; the service's own bounds are not published.
Unsigned = Annotated[int, Field(ge=0, le=MOST_INTEGER)]


class TypeParameters(Parameters):
    """A type of quota, and a token where it is one of a token."""

    sub_app_id: Unsigned
    quota_type: str
    api_token: str | None = None

    def check(self) -> None:
        """Raise ApiError for a type that there is none of."""
        if self.quota_type not in QUOTA_TYPES:
            raise ApiError("InvalidParameterValue", f"QuotaType must be one of {', '.join(QUOTA_TYPES)}.")


class IdentityParameters(TypeParameters):
    """What tells one quota from another."""

    def identity(self, behaviour: Behaviour) -> QuotaIdentity:
        """Assumed: an empty token is none."""
        self.check()
        if self.api_token and self.quota_type != "Text":
            if behaviour.token_elsewhere == "refused":
                raise ApiError("InvalidParameterValue", "ApiToken goes with the QuotaType Text only.")
            return self.sub_app_id, self.quota_type, ""
        return self.sub_app_id, self.quota_type, self.api_token or ""


class WriteParameters(IdentityParameters):
    """A quota as it is to be."""

    quota_limit: Unsigned


class DescribeParameters(TypeParameters):
    """The quotas of a type, by pages."""

    limit: Unsigned | None = None
    offset: Unsigned | None = None


class SubAppsParameters(Parameters):
    """The sub-applications of an account, by pages. Names and tags are not emulated."""

    limit: Unsigned | None = None
    offset: Unsigned | None = None
