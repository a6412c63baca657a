"""All questions, in an order in which each can use what the ones before it have found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from tc_resources.cli.permissions import TOKEN_WRITES
from tc_resources.cli.verification import (
    api_token_questions,
    domain_questions,
    limit_questions,
    quota_questions,
    token_questions,
)
from tc_resources.cli.verification.answers import TRIES, Call, brief, clearly
from tc_resources.cli.verification.application import Application
from tc_resources.cli.verification.findings import Findings, UnmeasuredError
from tc_resources.cli.verification.journal import Mark
from tc_resources.cli.verification.taking_back import Remover
from tc_resources.cli.verification.zone import MADE_UP, Zone
from tc_resources.cloud.action import Action
from tc_resources.cloud.errors import CloudError, Outcome, ServiceError
from tc_resources.cloud.services import sts, teo, vod

NONE_SUCH = "NoneSuch"

Subject = TypeVar("Subject", Zone, Application)


class Question(NamedTuple, Generic[Subject]):
    """What is asked of a zone or an application, and the properties that it may tell."""

    ask: Callable[[Subject], None]
    names: Sequence[str]


LIMITS: Sequence[Question[Zone]] = (
    Question(limit_questions.unknown_zone, ["unknown_zone"]),
    Question(limit_questions.absent, ["absent_limit", "off_bandwidth"]),
    Question(limit_questions.bounds, ["most_bandwidth"]),
    Question(limit_questions.made, ["limit_lag", "area_form", "limit_filters", "existing_limit"]),
    Question(limit_questions.unknown_domain, ["unknown_domain"]),
    Question(domain_questions.case, ["domain_case"]),
    Question(domain_questions.dot, ["domain_dot"]),
    Question(domain_questions.form, ["domain_form"]),
    Question(domain_questions.order, ["row_order"]),
)
MADE = ["type_form", "existing_quota", "quota_lag", "most_quota", "absent_quota_modify", "absent_quota_delete"]
QUOTAS: Sequence[Question[Application]] = (
    Question(quota_questions.made, MADE),
    Question(quota_questions.token_elsewhere, ["token_elsewhere"]),
    Question(quota_questions.unknown_sub_app, ["unknown_sub_app"]),
    Question(token_questions.tokens, ["token_filter", "tokens_listed", "token_form"]),
)
OF_TOKENS = ["token_lag", "tokens_shown", "no_ext_info", "new_token_quota", "token_quota"]
TOKENS: Sequence[Question[Application]] = (
    Question(api_token_questions.absent, ["absent_token_update", "absent_token_delete"]),
    Question(api_token_questions.made, OF_TOKENS),
)
ZEROES: Sequence[Question[Application]] = (
    Question(quota_questions.zero, ["least_quota", "zero_quotas_listed"]),
    Question(token_questions.zero, ["zero_quotas_found"]),
)


class Measuring:
    """Puts the questions; `told` is given the properties under way. What may be left is in `left`."""

    def __init__(self, call: Call, remover: Remover, told: Callable[[Sequence[str]], None]) -> None:
        self._call, self._remover, self._told = call, remover, told
        self.left: list[Mark] = []

    def caller(self, findings: Findings) -> None:
        """Whether anybody may ask who calls: only a key that may not can tell."""
        try:
            clearly(lambda: sts.caller(self._call))
            findings.unmeasured("identity_permission", "this key may ask who calls, with or without a permission")
        except ServiceError as error:
            if error.denied:
                findings.found("identity_permission", True)
            findings.unmeasured("identity_permission", brief(error))
        except CloudError as error:
            findings.unmeasured("identity_permission", brief(error))

    def limits(self, zone: Zone) -> None:
        """Everything on limits."""
        nobodys = {"DomainName": MADE_UP, "Area": NONE_SUCH, "Bandwidth": 0, "Enabled": NONE_SUCH}
        address = {"ZoneId": zone.limits.zone_id, **nobodys}
        denied = self._denied(zone.findings, "teo_denial", {teo.MODIFY: address})
        if denied:
            zone.refuse(denied)
        self._put(zone, LIMITS)

    def quotas(self, app: Application, *, allow_zero: bool, allow_tokens: bool) -> None:
        """Everything on quotas; with `allow_zero` also what a quota of 0 does, and with `allow_tokens` API tokens."""
        address = {"SubAppId": app.quotas.sub_app_id, "QuotaType": NONE_SUCH, "ApiToken": token_questions.NOBODYS_TOKEN}
        limited = {**address, "QuotaLimit": 0}
        asked = {vod.CREATE: limited, vod.MODIFY: limited, vod.DELETE: address}
        denied = self._denied(app.findings, "vod_denial", asked)
        if denied:
            app.refuse(denied)
        self._put(app, QUOTAS)
        if allow_tokens:
            app.token_refusal = self._denied(app.findings, "vod_denial", TOKEN_WRITES)
        self._put_if(app, TOKENS, "--allow-tokens", allowed=allow_tokens)
        self._put_if(app, ZEROES, "--allow-zero", allowed=allow_zero)
        app.findings.unmeasured("refused_quota", "no quota was refused")

    def _denied(self, findings: Findings, name: str, asked: Mapping[Action, Mapping[str, object]]) -> str:
        """Why nothing may be written, an empty text where it may: each action is asked for what cannot be."""
        try:
            for action, params in asked.items():
                clearly(partial(self._ask_in_vain, action, params))
        except ServiceError as error:
            if error.denied:
                findings.found(name, error.code)
            return brief(error)
        except CloudError as error:
            return brief(error)
        findings.unmeasured(name, "this key may call everything")
        return ""

    def _ask_in_vain(self, action: Action, params: Mapping[str, object]) -> None:
        try:
            self._call(action, params)
        except ServiceError as error:
            if error.denied or error.outcome is not Outcome.REFUSED or error.code.startswith("OperationDenied."):
                raise

    def _put_if(
        self, app: Application, questions: Sequence[Question[Application]], flag: str, *, allowed: bool
    ) -> None:
        if allowed:
            self._put(app, questions)
        for name in (name for question in questions for name in question.names):
            app.findings.unmeasured(name, f"it takes {flag}")

    def _put(self, subject: Subject, questions: Sequence[Question[Subject]]) -> None:
        for question in questions:
            self._told(question.names)
            why = "something could not be taken back" if self.left else self._reason(subject, question)
            for name in question.names:
                subject.findings.unmeasured(name, why)

    def _reason(self, subject: Any, question: Question[Any]) -> str:
        """Put a question, again where its answer was lost, and take back; returns why it has no answer."""
        why = ""
        for _ in range(TRIES):
            try:
                question.ask(subject)
                return "the answers did not tell"
            except UnmeasuredError as error:
                return str(error)
            except CloudError as error:
                why = brief(error)
                if error.outcome is Outcome.REFUSED and not error.transient:
                    return why
            finally:
                self.left = self._remover.take_back()
        return why
