"""What VOD shows. The fields are documented."""

from __future__ import annotations

from collections.abc import Sequence

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.service import Params
from tc_resources.testing.emulator.vod.models import Quota
from tc_resources.testing.emulator.vod.tokens import NONE, Token

NO_EXT_INFO = {"object": NONE, "empty": "", "null": None}
MASKED = "masked"


class Answers:
    """The rows of the listings, as one behaviour writes them."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._type_form = behaviour.type_form
        self._token_form = behaviour.token_form
        self._shown, self._no_ext_info = behaviour.tokens_shown, NO_EXT_INFO[behaviour.no_ext_info]

    def quota(self, found: Quota) -> Params:
        """As the vendor's example shows it: a quota without a token is listed without one."""
        quota_type = found.quota_type.lower() if self._type_form == "lower" else found.quota_type
        token = self._token(found.api_token) if found.api_token else None
        shown = {"ApiToken": token} if token is not None else {}
        return {"QuotaType": quota_type, **shown, "QuotaLimit": found.quota_limit, "Usage": found.usage}

    def sub_app(self, sub_app_id: int) -> Params:
        """Of a sub-application only the id is emulated."""
        return {"SubAppId": sub_app_id}

    def tokens(self, found: Sequence[Token]) -> Params:
        """Documented: as much extended information as there are tokens."""
        shown = [masked(token.api_token) if self._shown == MASKED else token.api_token for token in found]
        infos = [self._no_ext_info if token.ext_info == NONE else token.ext_info for token in found]
        return {"ApiTokens": shown, "ExtInfos": infos}

    def _token(self, api_token: str) -> str | None:
        match self._token_form:
            case "masked":
                return masked(api_token)
            case "absent":
                return None
        return api_token


def masked(api_token: str) -> str:
    """What shows of a token that does not show whole."""
    return f"{api_token[:3]}****{api_token[-4:]}"
