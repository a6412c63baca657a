"""What the service does with quotas."""

from __future__ import annotations

from typing import Any

from tc_resources.cli.verification.answers import largest, refusal
from tc_resources.cli.verification.application import HARMLESS_QUOTA, Application
from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cloud.errors import INVALID_VALUE, WRONG_ACCOUNT, ServiceError

MOST = 2**63 - 1
"""The largest quota that is tried."""
NOBODYS = (1, 2)
"""Ids that no sub-application has: theirs have nine digits and more."""


def made(app: Application) -> None:
    """A quota from its beginning to its end, and what is answered where there is none."""
    quotas, quota_type = app.quotas, app.type()
    quotas.lag.settle()
    shown = str(_create_largest(app, quota_type)[0].get("QuotaType"))
    app.findings.found("type_form", {quota_type: "documented", quota_type.lower(): "lower"}.get(shown, shown))
    app.findings.found("existing_quota", _existing(app, quota_type))
    quotas.delete(quota_type)
    quotas.lag.until(lambda: not quotas.own(quota_type))
    app.findings.found("quota_lag", quotas.lag.seconds)
    refused = refusal(lambda: quotas.modify(quota_type, app.harmless()))
    app.findings.found("absent_quota_modify", refused.code if refused else "succeeds")
    if refused is None:
        quotas.delete(quota_type)
    refused = refusal(lambda: quotas.delete(quota_type))
    app.findings.found("absent_quota_delete", refused.code if refused else "succeeds")


def _create_largest(app: Application, quota_type: str) -> list[dict[str, Any]]:
    """The rows that the listing shows then."""
    quotas = app.quotas
    too_large = refusal(lambda: quotas.create(quota_type, MOST))
    if too_large:
        refused = refusal(lambda: quotas.create(quota_type, HARMLESS_QUOTA))
        if refused:
            app.refuse(f"quotas of {MOST} and {HARMLESS_QUOTA} are refused, and less might do harm: {refused.code}")
            raise UnmeasuredError(app.refusal)
    rows = quotas.lag.until(lambda: quotas.own(quota_type))
    most = _bound(app, quota_type, too_large) if too_large else None
    app.cap = most or MOST
    app.findings.found("most_quota", most)
    if too_large:
        app.findings.found("refused_quota", too_large.code)
    return rows


def _bound(app: Application, quota_type: str, too_large: ServiceError) -> int:
    def accepts(limit: int) -> bool:
        refused = refusal(lambda: app.quotas.modify(quota_type, limit))
        if refused and refused.code != too_large.code:
            raise refused
        return refused is None

    return largest(HARMLESS_QUOTA, MOST, accepts)


def _existing(app: Application, quota_type: str) -> str:
    refused = refusal(lambda: app.quotas.create(quota_type, app.harmless()))
    if refused is None:
        return "succeeds"
    if refused.code == INVALID_VALUE:
        return "known_text" if "exist" in refused.message.lower() else "other_text"
    return refused.code


def token_elsewhere(app: Application) -> None:
    """What a token does with a type that has none."""
    token, quotas = app.token(), app.quotas
    quota_type = next((each for each in app.types if each != "Text"), "")
    if not quota_type:
        raise UnmeasuredError(app.refusal or "there are quotas of Image and Video already")
    cap = app.begin(quota_type)
    # Where the token is ignored, it is the application's own quota that is made.
    refused = refusal(lambda: quotas.create_either(quota_type, cap, token))
    app.findings.found("token_elsewhere", "refused" if refused else "ignored")


def unknown_sub_app(app: Application) -> None:
    """What an id answers that no sub-application has."""
    other = app.quotas.of(next(number for number in NOBODYS if number != app.quotas.sub_app_id))
    found: list[object] = []
    refused = refusal(lambda: found.extend(other.rows("Image")))
    if found:
        raise UnmeasuredError(f"sub-application {other.sub_app_id} has a quota")
    if refused:
        app.findings.found("unknown_sub_app", "refused" if refused.code == WRONG_ACCOUNT else refused.code)
        return
    cap = app.harmless()
    refused = refusal(lambda: other.create("Image", cap))
    told = "refused_writes" if refused and refused.code == WRONG_ACCOUNT else refused.code if refused else "accepted"
    app.findings.found("unknown_sub_app", told)


def zero(app: Application) -> None:
    """Whether 0 is taken, and whether the listing shows it. Generation of this type stops for the moment."""
    quotas, quota_type = app.quotas, app.type()
    app.begin(quota_type)
    refused = refusal(lambda: quotas.create(quota_type, 0))
    app.findings.found("least_quota", 1 if refused else 0)
    if refused:
        app.findings.found("refused_quota", refused.code)
        raise UnmeasuredError("a quota of 0 is refused")
    quotas.lag.settle()
    app.findings.found("zero_quotas_listed", bool(quotas.own(quota_type)))
