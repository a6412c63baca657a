"""Whether what an operation did is what the model says: each function raises Loss where it is not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from tc_resources.testing.emulator import Call
from tests.model.expected import Outcome, Refusal
from tests.model.stage import SECRETS, Options, Result
from tests.model.things import Identity, LimitIdentity, Loss, Managed, QuotaIdentity, Service

NOT_LOOKED_AT = "was not looked at before the run"
MAY_LAG = "may still show as it was"


@dataclass(frozen=True)
class Case:
    """An operation, with what was before it and after it, and what was done to it."""

    options: Options
    result: Result
    service: Service
    stack: list[Managed]
    after: Service
    managed: list[Managed]
    export: str
    codes: Collection[str]
    """The lasting refusals that were scripted for it."""
    hazy: Collection[Identity]
    """What was written so recently that a listing may still show it as it was."""

    def must(self, holds: bool, rule: str, *facts: object) -> None:
        if not holds:
            raise Loss("\n".join([rule, *map(str, facts), f"{self.result.calls}", self.result.output]))


def judge_up(case: Case, expected: Outcome, declared: Collection[Identity]) -> None:
    """Of an up or a destroy."""
    judge_discretion(case, {*declared, *(managed.identity for managed in case.stack)})
    if case.result.failed:
        judge_failure(case, expected)
        return
    refusals = [refusal for refusal in expected.refusals if not waived(case, refusal)]
    case.must(not refusals, "An up that must be refused was green.", refusals)
    case.must(not case.result.killed, "An up whose provider died was green.")
    for identity in everywhere(case, expected):
        live, right = case.after.get(identity), expected.service.get(identity, {None})
        case.must(live in right, f"{identity.id} is not as the program has it.", live, right)
    case.must(same_stack(case, expected.stack), "The state is not what the program says.", case.managed, expected.stack)


def judge_failure(case: Case, expected: Outcome) -> None:
    """It has a reason, each setting is as before or as it is to be, and nothing in force is forgotten."""
    case.must(excused(case, expected), "An operation failed without a reason.", expected.refusals)
    refused = {refusal.identity for refusal in expected.refusals if not waived(case, refusal)}
    twice = {refusal.identity for refusal in expected.refusals if refusal.twice}
    for identity in everywhere(case, expected):
        live, before = case.after.get(identity), case.service.get(identity)
        done = {*expected.service.get(identity, {None}), *expected.between.get(identity, ())}
        right = {before} if identity in refused - twice else {before, *done}
        if may_be_missing(case, identity, expected):
            right.add(None)
        case.must(live in right, f"{identity.id} is neither as it was nor as it is to be.", live, right)
    known = {managed.identity for managed in case.managed}
    for identity in {managed.identity for managed in case.stack} - known:
        live, right = case.after.get(identity), {*expected.service.get(identity, {None})}
        if case.service.get(identity) is None:
            right.add(None)
        case.must(live in right, f"The state has forgotten {identity.id}, which has not come to its end.", live, right)


def judge_preview(case: Case, expected: Outcome) -> None:
    """It tells the same refusals, and changes nothing."""
    judge_discretion(case, ())
    case.must(case.after == case.service, "A preview changed the service.")
    case.must(case.managed == case.stack, "A preview changed the state.")
    if case.result.failed:
        case.must(excused(case, expected), "A preview failed without a reason.", expected.refusals)
        return
    blind = NOT_LOOKED_AT in case.result.output
    refusals = [refusal for refusal in expected.refusals if refusal.twice or not (blind or waived(case, refusal))]
    case.must(not refusals, "A preview was green, where the up will be refused.", refusals)


def judge_refresh(case: Case, expected: Sequence[Managed]) -> None:
    """The state takes over what is in force; where that is not clear, it keeps what it has."""
    judge_discretion(case, ())
    case.must(case.after == case.service, "A refresh changed the service.")
    if case.result.failed:
        case.must(excused(case, None), "A refresh failed without a reason.")
        for old in case.stack:
            right = {old, *(new for new in expected if new.name == old.name)}
            gone = case.service.get(old.identity) is None
            case.must(gone or bool(right & {*case.managed}), "A refresh lost a resource.", old, case.managed)
    else:
        case.must(same_stack(case, expected), "A refresh missed the truth.", case.managed, expected)


def judge_empty_preview(case: Case) -> None:
    """After a green up there is nothing to do, and nothing to ask."""
    judge_preview(case, Outcome({}, [], [], frozenset(), {}))
    case.must(
        {*case.result.changes} <= {"same"}, "After a green up the next preview is not empty.", case.result.changes
    )
    case.must(not case.result.calls, "A preview without changes called the service.")


def judge_recovery(case: Case, due: Collection[Identity]) -> None:
    """What a cut-off operation left missing is in force after a green one that looked at it or changed it."""
    missing = [identity.id for identity in due if not case.result.failed and identity not in case.after]
    case.must(not missing, "What was left missing still is.", missing)


def judge_end(managed: Sequence[Managed]) -> None:
    """After a destroy without faults."""
    if managed:
        raise Loss(f"A destroy left {managed}.")


def judge_discretion(case: Case, ours: Collection[Identity]) -> None:
    """Nobody else's setting is written, and no secret is told."""
    addresses = {address(identity) for identity in ours}
    foreign = [call for call in case.result.writes if addressed(call) not in addresses]
    case.must(not foreign, "A call was made for what is not ours.", foreign)
    told = [secret for secret in SECRETS if secret in f"{case.result.output}{case.export}{case.result.calls}"]
    case.must(not told, "A secret was told.", told)


def excused(case: Case, expected: Outcome | None) -> bool:
    output, answered = case.result.output, {call.code for call in case.result.calls}
    return (
        case.result.killed
        or any(refusal.text in output for refusal in (expected.refusals if expected else ()))
        or any(code in output for code in case.codes if code in answered)
        or (bool(case.hazy) and MAY_LAG in output)
    )


def waived(case: Case, refusal: Refusal) -> bool:
    """Whether the run may have gone on, since it could not know."""
    return (refusal.lowers and NOT_LOOKED_AT in case.result.output) or (
        refusal.identity in case.hazy and not refusal.twice
    )


def may_be_missing(case: Case, identity: Identity, expected: Outcome) -> bool:
    """Between the two halves of setting something anew, which a limit needs only where the service insists."""
    insists = case.options.refuse_existing_limit or isinstance(identity, QuotaIdentity)
    told = "NOT IN FORCE" in case.result.output or case.result.killed
    return insists and told and identity in expected.anew


def left_missing(case: Case, expected: Outcome) -> set[Identity]:
    """What was in force and is to be, and is not: excused, as may_be_missing says."""
    return {
        identity
        for identity in case.service
        if case.result.failed and identity not in case.after and None not in expected.service[identity]
    }


def everywhere(case: Case, expected: Outcome) -> set[Identity]:
    return {*case.service, *case.after, *expected.service}


def same_stack(case: Case, expected: Sequence[Managed]) -> bool:
    """A listing that lags may have shown another baseline, and hide what a refresh looks for."""
    return sorted(map(repr, (clear(case, row) for row in case.managed))) == sorted(
        map(repr, (clear(case, row) for row in expected))
    )


def clear(case: Case, managed: Managed) -> Managed:
    return replace(managed, baseline=None) if managed.identity in case.hazy else managed


def address(identity: Identity) -> tuple[object, ...]:
    """What the log of calls shows of it: not the token."""
    if isinstance(identity, LimitIdentity):
        return tuple(identity)
    return (identity.sub_app_id, identity.quota_type, "***" if identity.api_token else None)


def addressed(call: Call) -> tuple[object, ...]:
    names = ("ZoneId", "DomainName", "Area") if "ZoneId" in call.params else ("SubAppId", "QuotaType", "ApiToken")
    return tuple(call.params.get(name) for name in names)
