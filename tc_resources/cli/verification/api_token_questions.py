"""What the service does with API tokens: one is made and deleted, with a quota of its own."""

from __future__ import annotations

from tc_resources.cli.verification.answers import refusal
from tc_resources.cli.verification.application import Application
from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cli.verification.token_questions import NOBODYS_TOKEN, TEXT
from tc_resources.cli.verification.tokens import Shown

NO_EXT_INFO = {"{}": "object", "": "empty", None: "null"}


def absent(app: Application) -> None:
    """What changing and deleting a token answers that nobody has."""
    tokens = app.api_tokens()
    refused = refusal(lambda: tokens.update(NOBODYS_TOKEN))
    app.findings.found("absent_token_update", refused.code if refused else "succeeds")
    refused = refusal(lambda: tokens.delete(NOBODYS_TOKEN))
    app.findings.found("absent_token_delete", refused.code if refused else "succeeds")


def made(app: Application) -> None:
    """A token from its beginning to its end."""
    tokens = app.api_tokens()
    trial = _QuotaOfToken(app)
    tokens.lag.settle()
    token = tokens.create()

    def look() -> Shown | None:
        row = tokens.row(token)
        if row is None:
            trial.while_new(token)
        return row

    _shown(app, token, tokens.lag.until(look))
    trial.make(token)
    with app.quotas.lag.writing():
        tokens.delete(token)
    tokens.lag.until(lambda: tokens.row(token) is None)
    app.findings.found("token_lag", tokens.lag.seconds)
    trial.after(token)


def _shown(app: Application, token: str, row: Shown | None) -> None:
    if row is None:
        return
    forms = {token: "whole", f"{token[:3]}****{token[-4:]}": "masked"}
    app.findings.found("tokens_shown", forms.get(row.token, "another form"))
    info = row.ext_info if isinstance(row.ext_info, str) or row.ext_info is None else str(row.ext_info)
    app.findings.found("no_ext_info", NO_EXT_INFO.get(info, info))


class _QuotaOfToken:
    """The quota of a token that is made: tried while the token is new, and looked for once that is deleted."""

    def __init__(self, app: Application) -> None:
        self._app, self._quotas = app, app.quotas
        self._why, self._cap = app.text_taken(), 0
        self._tried = self._there = False
        if not self._why:
            self._cap = app.begin(TEXT)
            self._before = len(self._quotas.rows(TEXT, NOBODYS_TOKEN))

    def while_new(self, token: str) -> None:
        """Whether the service takes it at once."""
        if self._why or self._tried:
            return
        self._tried = True
        self._quotas.know(token)
        refused = refusal(lambda: self._quotas.create(TEXT, self._cap, token))
        self._there = refused is None
        self._app.findings.found("new_token_quota", refused.code if refused else "accepted")

    def make(self, token: str) -> None:
        """It is there, and the listing shows it."""
        if self._why:
            self._unmeasured(self._why)
            return
        if not self._tried:
            self._app.findings.unmeasured("new_token_quota", "a new API token is listed at once")
        if not self._there:
            self._quotas.know(token)
            self._quotas.create(TEXT, self._cap, token)
        self._quotas.lag.settle()
        if len(self._quotas.rows(TEXT, token)) != self._before + 1:
            self._why = "the listing does not show the quota of the API token"
            self._unmeasured(self._why)

    def after(self, token: str) -> None:
        """What has become of it with the token."""
        if self._why:
            return
        self._quotas.lag.settle()
        left = len(self._quotas.rows(TEXT, token)) - self._before
        if left not in (0, 1):
            raise UnmeasuredError("somebody has set a quota meanwhile")
        self._app.findings.found("token_quota", "kept" if left else "deleted")

    def _unmeasured(self, why: str) -> None:
        for name in ("new_token_quota", "token_quota"):
            self._app.findings.unmeasured(name, why)
