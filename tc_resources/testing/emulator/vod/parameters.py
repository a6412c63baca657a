"""What is sent to VOD. The names, types and bounds are documented unless a docstring says otherwise.

A negative number in the place of an unsigned one is of the wrong type, as the documents of other services show.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

from pydantic import Field

from tc_resources.behaviour.behaviour import MOST_INTEGER, Behaviour
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.parameters import Parameters
from tc_resources.testing.emulator.vod.models import QuotaIdentity

QUOTA_TYPES = ("Image", "Video", "Text")
USAGE_TYPES = ("Video", "Image", "Text", "Audio", "SceneAigcVideo", "SceneAigcImage", "SceneAigcTime")
"""Of which there are statistics; TextDetail, a log of single requests, is not emulated."""

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


class TokensParameters(Parameters):
    """The API tokens of a sub-application, or of the account's main one."""

    sub_app_id: Unsigned | None = None


class ApplicationParameters(Parameters):
    """An application."""

    sub_app_id: Unsigned


class TokenParameters(ApplicationParameters):
    """One API token of an application."""

    api_token: str


class TokenUpdateParameters(TokenParameters):
    """What is to become of a token's extended information, which is a JSON text."""

    action_type: str | None = None
    ext_info: str | None = None

    def merges(self) -> bool:
        """Whether what is not named stays. Raises ApiError for another way; assumed: the code."""
        if self.action_type not in (None, "Merge", "Overwrite"):
            raise ApiError("InvalidParameterValue", "ActionType must be Merge or Overwrite.")
        return self.action_type != "Overwrite"

    def extended(self) -> dict[str, object]:
        """The information. Assumed: an object, and the code for what is none; no text is one without keys."""
        try:
            found = json.loads(self.ext_info or "{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ApiError("InvalidParameterValue", "ExtInfo must be a JSON object.")
        return found


class UsageParameters(Parameters):
    """What was generated, by type, between two moments: of all, or of some tokens.

    The cursor, the page's size and the request's id go with TextDetail; they are taken and do nothing.
    """

    start_time: str
    end_time: str
    aigc_type: str
    sub_app_id: Unsigned | None = None
    api_key: Annotated[str | None, Field(alias="APIKey")] = None
    api_keys: Annotated[list[str] | None, Field(alias="APIKeys")] = None
    scroll_token: str | None = None
    page_size: Unsigned | None = None
    req_id: str | None = None

    def check(self) -> None:
        """Raise ApiError for a type that there are no statistics of."""
        if self.aigc_type not in USAGE_TYPES:
            raise ApiError("InvalidParameterValue", f"AigcType must be one of {', '.join(USAGE_TYPES)}.")

    @property
    def api_tokens(self) -> list[str]:
        """The tokens whose usage is asked for; without any it is that of all. Assumed: an empty one is none."""
        return [token for token in (self.api_key, *(self.api_keys or ())) if token]

    def between(self) -> tuple[datetime, datetime]:
        """The two moments. Raises ApiError for a text that is none, as one without a time zone."""
        return moment("StartTime", self.start_time), moment("EndTime", self.end_time)


def moment(name: str, text: str) -> datetime:
    """A moment in the ISO form of the documents, which has a zone. Assumed: the code for another."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ApiError("InvalidParameterValue", f"{name} must be such as 2018-12-01T00:00:00+08:00.")
    return found
