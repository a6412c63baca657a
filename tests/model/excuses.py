"""Why an operation may fail, or leave undone what a judge would see done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tc_resources.testing.emulator import AnswerLost, Overlooked
from tests.model.axes import MISLEADING, Death
from tests.model.behaviours import absences, exists, refused
from tests.model.evidence import Case
from tests.model.expected import Outcome, Refusal
from tests.model.meddling import unclear
from tests.model.things import Identity, QuotaIdentity

NOT_LOOKED_AT = "was not looked at before the run"
CONFLICT = "It is there already with "
HIDDEN = f"{CONFLICT}a value that no listing shows"
MAY_LAG = "may still show as it was"
NOT_IN_FORCE = "NOT IN FORCE"
UNSTEADY = "changed while it was read"
DOUBT = ("cannot be told", "The listing shows", "The listing has", "The listing counts", UNSTEADY)
"""What is said where a listing neither shows a setting nor can be trusted to lack it."""
UNSHARED = "cannot be noted in"
TIMED_OUT = ("within the time limit", "in time no listing told its value")
"""Where each reading takes so long that what was written, or is in its way, has no time to show."""
AS_DELETED = "the engine takes it for deleted"
DEAD = Death("both").name
"""Of an engine whose orphans put nothing back."""


def excused(case: Case, expected: Outcome | None) -> bool:
    """Whether a failure has a reason, and says it."""
    output, answered = case.result.output, {call.code for call in case.result.calls}
    texts = [*unseen(case, expected), *(refused_texts(case, expected.refusals) if expected else ())]
    if NOT_IN_FORCE in output and case.behaviour.limit_lag and case.result.met.count(AnswerLost()) > 1:
        texts += exists(case.behaviour)  # what was set anew, by a try that nobody heard of, does not show yet
    if case.behaviour.limit_filters == "ignored" and any(
        call.params.get("Enabled") == "off" for call in case.result.calls
    ):
        texts.append(UNSTEADY)  # what is ended, or set anew, beside it shifts the pages of a zone, as others do
    if case.unshared:
        texts.append(UNSHARED)
    if case.result.readings:
        texts += TIMED_OUT
    if case.codes & answered & {*MISLEADING}:
        texts += exists(case.behaviour)  # what seems to be gone is created, which is refused in other words
    texts += case.codes & answered
    return case.result.killed or case.result.orphaned or any(text in output for text in texts)


def unseen(case: Case, expected: Outcome | None) -> list[str]:
    """What is said of what does not show as it is."""
    sight, texts = case.sight, list[str]()
    touched = {*(managed.identity for managed in case.stack), *(expected.service if expected else ())}
    if touched & sight.doubtful:
        texts += DOUBT
    if touched & sight.unfound:
        texts += [HIDDEN, *exists(case.behaviour)]
    if touched & sight.ambiguous:
        texts += [CONFLICT, "is below the ", *absences(case.behaviour)]
    if touched & sight.hazy:
        # What others have just made, or an instance of another endpoint, nobody waits for where no words tell of it.
        texts += [MAY_LAG, CONFLICT, *exists(case.behaviour)]
    return texts


def refused_texts(case: Case, refusals: Sequence[Refusal]) -> list[str]:
    """What is said of refusals."""
    texts = [text for refusal in refusals for text in refusal.texts]
    if any(refusal.late and refusal.identity in case.sight.hazy for refusal in refusals):
        texts += absences(case.behaviour)  # what still shows is changed before it is made, which says why it is not
    texts += [text for refusal in refusals if refusal.identity in case.sight.hazy for text in refusal.unseen]
    if any(refusal.twice for refusal in refusals):
        texts.append(CONFLICT)  # with what the other one has just set
    return texts


def misled(case: Case, expected: Outcome) -> bool:
    """Whether a refusal was answered, which may say that nothing is there."""
    scripted = not case.codes.isdisjoint(call.code for call in case.result.calls)
    return scripted or any(taken_for_gone(case, refusal) for refusal in expected.refusals)


def taken_for_gone(case: Case, refusal: Refusal) -> bool:
    """Whether what no reading shows was refused in words that say so, too."""
    ambiguous = bool({*refusal.texts} & {"FailedOperation", "InvalidParameterValue"})
    return refusal.why == "ending" and ambiguous and refusal.identity in case.sight.unfound


def waived(case: Case, refusal: Refusal) -> bool:
    """Whether the run may have gone on, since it could not know, or had what it wanted."""
    return refusal.idle or (not refusal.twice and refusal.identity in case.sight.hazy | case.sight.ambiguous)


def unforeseen(case: Case, refusal: Refusal) -> bool:
    """Whether a preview may lack it."""
    sight = case.sight
    alone = read_by_itself(case, refusal.identity) and not case.result.readings  # slow ones outlast what they tell
    overlooked = Overlooked() in case.result.met and not alone
    blind = overlooked or NOT_LOOKED_AT in case.result.output
    return blind or refusal.late or waived(case, refusal) or refusal.identity in sight.doubtful | sight.unlisted


def read_by_itself(case: Case, identity: Identity) -> bool:
    """Whether a limit was asked for so, as one of a zone is before any write, and not by the listing alone."""
    parts = dict(zip(("domain-name", "area"), identity[1:], strict=True))
    calls = [call.params for call in case.result.calls if call.params.get("ZoneId") == identity[0]]
    asked: list[Any] = [params["Filters"] for params in calls if "Filters" in params]
    return any(all(parts[part["Name"]] in part["Values"] for part in filters) for filters in asked)


def may_be_missing(case: Case, identity: Identity, expected: Outcome) -> bool:
    """Between the two halves of setting something anew, which a limit needs only where the service insists.

    One definite refusal does not excuse it, as of a value that the account does not take: the old value is put back
    then, unless that is refused too, as one may be that others have set.
    """
    insists = case.behaviour.existing_limit == "refuses" or isinstance(identity, QuotaIdentity)
    told = NOT_IN_FORCE in case.result.output or case.result.killed or case.result.orphaned
    before = case.service.get(identity)
    codes = {*case.codes, *(refused(case.behaviour, identity, before.value) if before else ())}
    lasting = sum(call.code in codes for call in case.result.calls)
    lasting += any(refusal.late and refusal.identity == identity for refusal in expected.refusals)
    dead = case.result.killed or DEAD in case.result.faults
    doubt = case.result.orphaned and identity in case.sight.doubtful  # an orphan overwrites nothing
    excuse = dead or doubt or any(map(unclear, case.result.met)) or lasting > 1
    return insists and told and excuse and identity in expected.anew


def told_as_deleted(case: Case) -> bool:
    """Whether it was said of what stays, as it is declared, and is not made anew: no dead process notes a failure."""
    return case.result.killed and AS_DELETED in case.result.output
