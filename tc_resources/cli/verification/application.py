"""The sub-application that quotas are tried on: what is free of somebody's quotas, and which cap does no harm."""

from __future__ import annotations

from tc_resources.cli.verification.findings import Findings, UnmeasuredError
from tc_resources.cli.verification.quotas import Quotas, may_be
from tc_resources.cli.verification.tokens import Tokens
from tc_resources.cloud.identities import QUOTA_TYPES

HARMLESS_QUOTA = 10**12
"""No application generates so much."""
TAKEN = "there is a quota already"


class Application:
    """What the questions on quotas work on. `token` is one of the application's API tokens, if one was given."""

    def __init__(self, quotas: Quotas, tokens: Tokens, token: str | None, findings: Findings) -> None:
        self.quotas, self.tokens, self.findings = quotas, tokens, findings
        self.types: list[str] = []
        """Those without a quota."""
        self.taken: list[str] = []
        self.refusal = ""
        """Why nothing more can be tried, if so."""
        self.cap: int | None = None
        """The largest quota that is taken, if it does no harm."""
        self.token_refusal = ""
        """Why no API token can be made, if so."""
        self._token = token
        self._token_taken = False

    def survey(self) -> None:
        """See which types are free, at this look and those before. Raises CloudError."""
        self.refusal = ""
        self.taken += [quota_type for quota_type in QUOTA_TYPES if self.quotas.own(quota_type)]
        self.types = [quota_type for quota_type in QUOTA_TYPES if quota_type not in self.taken]
        if not self.types:
            self.refusal = TAKEN
        if self._token:
            self._token_taken |= any(may_be(row, self._token) for row in self.quotas.rows("Text", self._token))

    def refuse(self, why: str) -> None:
        """Try nothing more."""
        self.types, self.refusal = [], why

    def type(self) -> str:
        """The type to try. Raises UnmeasuredError where there is none."""
        if not self.types:
            raise UnmeasuredError(self.refusal)
        return self.types[0]

    def harmless(self) -> int:
        """The cap to try. Raises UnmeasuredError where there is none."""
        if self.cap is None:
            raise UnmeasuredError("no quota is known that is taken and does no harm")
        return self.cap

    def token(self) -> str:
        """The token that was given. Raises UnmeasuredError where there is none."""
        if self._token is None:
            raise UnmeasuredError("it takes --token")
        return self._token

    def api_tokens(self) -> Tokens:
        """Those of the sub-application, of which some may be made. Raises UnmeasuredError where none may."""
        if self.token_refusal:
            raise UnmeasuredError(self.token_refusal)
        return self.tokens

    def text_taken(self) -> str:
        """Why no quota of an API token can be tried, if so: where the token counted for nothing, that is another's."""
        if self.refusal or "Text" in self.types:
            return self.refusal or ("" if self.cap else "no quota is known that is taken and does no harm")
        return f"{TAKEN}, of the type Text"

    def free_token(self) -> str:
        """The token, where it and the type Text have no quotas. Raises UnmeasuredError."""
        token = self.token()
        if self.refusal:
            raise UnmeasuredError(self.refusal)
        if "Text" not in self.types or self._token_taken:
            raise UnmeasuredError(f"{TAKEN}, of the token or of the type Text")
        return token

    def begin(self, quota_type: str) -> int:
        """The cap to try, once the listing shows that nothing is there. Raises UnmeasuredError."""
        cap = self.harmless()
        self.quotas.lag.settle()
        if self.quotas.own(quota_type):
            raise UnmeasuredError("somebody has set a quota meanwhile")
        return cap
