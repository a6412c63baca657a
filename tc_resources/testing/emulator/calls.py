"""The log of calls: what crossed the wire, without secrets."""

from __future__ import annotations

from dataclasses import dataclass

from tc_resources.testing.emulator.credentials import ACCOUNT_ID

SECRETS = ("ApiToken", "APIKey", "APIKeys", "WebIdentityToken")


@dataclass(frozen=True)
class Call:
    """One call that arrived at the unix seconds `at`.

    `code` is None where the call was applied, else the code that refused it, or what else kept it from being applied:
    "RequestLost" or an HTTP status such as "HTTP 503". A token in `params` reads "***". `account_id` is the account of
    the credentials that signed the call, None where none did.
    """

    action: str
    params: dict[str, object]
    code: str | None
    at: float
    account_id: str | None = ACCOUNT_ID


def masked(params: dict[str, object]) -> dict[str, object]:
    """The parameters with `***` for each token."""
    return {name: "***" if name in SECRETS else value for name, value in params.items()}
