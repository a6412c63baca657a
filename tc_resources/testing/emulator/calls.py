"""The log of calls: what crossed the wire, without secrets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """One call that arrived at the unix seconds `at`.

    `code` is None where the call was applied, else the code that refused it, or what else kept it from being applied:
    "RequestLost" or an HTTP status such as "HTTP 503". An `ApiToken` in `params` reads "***".
    """

    action: str
    params: dict[str, object]
    code: str | None
    at: float


def masked(params: dict[str, object]) -> dict[str, object]:
    return {name: "***" if name == "ApiToken" else value for name, value in params.items()}
