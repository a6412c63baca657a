"""What the listing of quotas does with tokens."""

from __future__ import annotations

from collections import Counter

from tc_resources.cli.verification.answers import refusal
from tc_resources.cli.verification.application import Application
from tc_resources.cli.verification.findings import UnmeasuredError

NOBODYS_TOKEN = "tc-resources-verify"  # noqa: S105 - opens nothing
TEXT = "Text"
NONE = ""


def tokens(app: Application) -> None:
    """A quota of the type and one of a token beside it, in listings with that token, with another and with none."""
    token, cap, quotas = app.free_token(), app.begin(TEXT), app.quotas
    before = shown(app)
    quotas.create(TEXT, cap)
    quotas.create(TEXT, cap, token)
    quotas.lag.settle()
    ignored = bool(quotas.rows(TEXT, NOBODYS_TOKEN))
    app.findings.found("token_filter", "ignored" if ignored else "honoured")
    added = list((shown(app) - before).elements())
    if len(added) not in (1, 2):
        raise UnmeasuredError(f"two quotas were added, and the listing shows {len(added)} more")
    app.findings.found("tokens_listed", "all" if len(added) == 2 else "own")
    of_token = list((Counter(added) - Counter([NONE])).elements()) if ignored else list(shown(app, token).elements())
    app.findings.found("token_form", form(of_token, token))


def shown(app: Application, token: str | None = None) -> Counter[str]:
    """What the rows show of their tokens, and how often."""
    return Counter(str(row.get("ApiToken") or NONE) for row in app.quotas.rows(TEXT, token))


def form(shown: list[str], token: str) -> str:
    """What the one row of a token's quota shows of it. Raises UnmeasuredError for anything else."""
    if len(shown) != 1:
        raise UnmeasuredError(f"the listing shows {len(shown)} rows that may be the token's")
    forms = {NONE: "absent", token: "whole", f"{token[:3]}****{token[-4:]}": "masked"}
    if shown[0] not in forms:
        raise UnmeasuredError("the listing shows the token in a form that is none of the alternatives")
    return forms[shown[0]]


def zero(app: Application) -> None:
    """Whether a listing with a token shows its quota of 0. What the token generates stops for the moment."""
    token, cap, quotas = app.free_token(), app.begin(TEXT), app.quotas
    if app.findings.values.get("token_filter") != "honoured":
        raise UnmeasuredError("the listing cannot be asked for the token alone")
    quotas.create(TEXT, cap, token)
    if refusal(lambda: quotas.modify(TEXT, 0, token)):
        raise UnmeasuredError("a quota of 0 is refused")
    quotas.lag.settle()
    app.findings.found("zero_quotas_found", bool(quotas.rows(TEXT, token)))
