"""One run: what a killed one has left, a look at what is there, all questions, and taking back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tc_resources.cli.verification.answers import Call, brief
from tc_resources.cli.verification.application import HARMLESS_QUOTA, Application
from tc_resources.cli.verification.findings import Findings, UnmeasuredError
from tc_resources.cli.verification.journal import Journal, Mark
from tc_resources.cli.verification.lag import PATIENCE
from tc_resources.cli.verification.limits import Limits
from tc_resources.cli.verification.measuring import LIMITS, QUOTAS, TOKENS, ZEROES, Measuring, Question
from tc_resources.cli.verification.quotas import Quotas
from tc_resources.cli.verification.taking_back import Remover, left
from tc_resources.cli.verification.tokens import Tokens
from tc_resources.cli.verification.zone import HARMLESS_MBPS, MADE_UP, Zone
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import CloudError, ServiceError


@dataclass(frozen=True)
class Subjects:
    """What to measure on; a part that was not given is None."""

    zone_id: str | None
    domain: str
    sub_app_id: int | None
    token: str | None = field(default=None, repr=False)
    allow_zero: bool = False
    allow_tokens: bool = False


class Run:
    """The steps in their order: `heal`, `plan`, `measure`. `told` is given the properties under way."""

    def __init__(
        self, call: Call, clock: Clock, journal: Journal, subjects: Subjects, told: Callable[[Sequence[str]], None]
    ) -> None:
        self.findings = Findings()
        self._clock, self._journal, self._subjects = clock, journal, subjects
        self._remover = Remover(call, clock, journal, subjects.token)
        self._measuring = Measuring(call, self._remover, told)
        ways = (call, clock, journal)
        self._zone: Zone | None = None
        self._app: Application | None = None
        if subjects.zone_id:
            self._zone = Zone(Limits(*ways, subjects.zone_id), subjects.domain, self.findings)
            self._remover.use("limit", self._zone.limits)
        if subjects.sub_app_id:
            number = subjects.sub_app_id
            quotas, tokens = Quotas(*ways, number, subjects.token), Tokens(*ways, number)
            self._app = Application(quotas, tokens, subjects.token, self.findings)
            self._remover.use("quota", quotas)
            self._remover.use("token", tokens)

    def strangers(self) -> str:
        """What a killed run may have left that takes another token to take back."""
        return _named(self._remover.strangers())

    def leftovers(self) -> str:
        """What a killed run may have left."""
        return _named(list(self._journal.entries))

    def left(self) -> list[str]:
        """A line for each thing that may not be taken back, and for each that may be somebody else's."""
        return [*self._remover.stays, *(left(mark) for mark in self._journal.entries)]

    def heal(self) -> str:
        """Take back what a killed run has left; returns why nothing can begin, an empty text where it can."""
        try:
            self._remover.heal()
        except (CloudError, UnmeasuredError) as error:
            return "\n".join([f"What is there could not be told: {error}", *self.left()])
        return "\n".join(self.left()) if self._journal.entries else ""

    def plan(self) -> str:
        """What is about to be written, by what is there."""
        lines = [*self._limits_planned(), *self._quotas_planned(), *self._tokens_planned()]
        return "\n".join(
            [
                "This is set where there is nothing, and deleted again, also after Ctrl-C:",
                *lines,
                f"What a kill leaves, the next run deletes; it is noted in {self._journal.path}.",
                "It takes two minutes or, where the listings lag, some more. Nobody should change these meanwhile.",
            ]
        )

    def measure(self) -> list[str]:
        """Put all questions and take back; a line for each thing that could not be asked or taken back."""
        # What somebody has set just now, a listing that lags shows by then.
        self._clock.sleep(PATIENCE)
        troubles = self._survey()
        try:
            self._measuring.caller(self.findings)
            if self._zone:
                self._measuring.limits(self._zone)
            if self._app:
                allowed = self._subjects
                self._measuring.quotas(self._app, allow_zero=allowed.allow_zero, allow_tokens=allowed.allow_tokens)
        finally:
            self._remover.take_back()
        self._explain()
        return [*troubles, *self.left()]

    def _survey(self) -> list[str]:
        troubles = []
        for subject in (self._zone, self._app):
            if subject is None:
                continue
            try:
                subject.survey()
            except (CloudError, UnmeasuredError) as error:
                subject.refuse(brief(error))
                if isinstance(error, ServiceError) and error.denied and subject is self._app:
                    self.findings.found("vod_denial", error.code)
                troubles.append(f"What is there could not be told: {error}")
        return troubles

    def _limits_planned(self) -> list[str]:
        zone = self._zone
        if not zone:
            return []
        self._survey_quietly(zone)
        if not zone.areas:
            return [f"- nothing in zone {zone.limits.zone_id}: {zone.refusal}"]
        return [
            f"- in zone {zone.limits.zone_id}, limits of {HARMLESS_MBPS} Mbps at the least for {zone.domain} "
            f"(also in upper case, with a dot at its end) in {' and '.join(zone.areas)}",
            f"- in the same zone, limits for names under {MADE_UP}, if they are taken",
        ]

    def _quotas_planned(self) -> list[str]:
        app = self._app
        if not app:
            return []
        self._survey_quietly(app)
        if not app.types:
            return [f"- nothing on sub-application {app.quotas.sub_app_id}: {app.refusal}"]
        token = ", and of the token" if self._subjects.token else ""
        planned = (
            f"- on sub-application {app.quotas.sub_app_id}, quotas of {HARMLESS_QUOTA} at the least "
            f"of {', '.join(app.types)}{token}; one of Image on an id that nobody has"
        )
        zero = f"- quotas of 0 there: for a moment nothing of type {app.types[0]}{token} is generated"
        return [planned, zero] if self._subjects.allow_zero else [planned]

    def _tokens_planned(self) -> list[str]:
        if not self._app or not self._subjects.allow_tokens:
            return []
        return [
            f"- on sub-application {self._app.quotas.sub_app_id}, one API token, which nobody is told, and a quota of "
            "it, for some two minutes"
        ]

    def _survey_quietly(self, subject: Zone | Application) -> None:
        """What cannot be read is told at the second look."""
        try:
            subject.survey()
        except (CloudError, UnmeasuredError) as error:
            subject.refusal = brief(error)

    def _explain(self) -> None:
        """Note why the parts that were not given have no answers."""
        if not self._zone:
            for name in ("teo_denial", *_names(LIMITS)):
                self.findings.unmeasured(name, "it takes --zone and --domain")
        if not self._app:
            for name in ("vod_denial", "refused_quota", *_names(QUOTAS), *_names(TOKENS), *_names(ZEROES)):
                self.findings.unmeasured(name, "it takes --sub-app")


def _names(questions: Sequence[Question[Any]]) -> list[str]:
    return [name for question in questions for name in question.names]


def _named(marks: Sequence[Mark]) -> str:
    return ", ".join(f"the {mark}" for mark in marks)
