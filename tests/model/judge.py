"""Whether what an operation did is what the model says: each function raises Loss where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from tc_resources.cloud.errors import THROTTLED, TRANSIENT
from tc_resources.testing.emulator import AnswerLost, Call, Overlooked
from tests.model import tally
from tests.model.evidence import Case
from tests.model.excuses import excused, may_be_missing, misled, taken_for_gone, told_as_deleted, unforeseen, waived
from tests.model.expected import NO_CAP, Ending, Outcome, twice_managed
from tests.model.meddling import ENDLESS
from tests.model.stage import SECRETS
from tests.model.things import Declared, Identity, LimitIdentity, Loss, Managed, Setting

MOST_REFUSALS = 6
"""Of one call in one operation, which may be another token's, or a second try of a creation."""


def judge_up(case: Case, expected: Outcome, declared: Collection[Identity]) -> None:
    """Of an up or a destroy."""
    judge_discretion(case, {*declared, *(managed.identity for managed in case.stack)})
    if case.result.failed:
        judge_failure(case, expected)
        return
    refusals = [
        refusal for refusal in expected.refusals if not (waived(case, refusal) or taken_for_gone(case, refusal))
    ]
    case.must(not refusals, "An up that must be refused was green.", refusals)
    case.must(not case.result.killed, "An up whose provider died was green.")
    case.must(not case.result.orphaned, "An up whose engine was killed was green.")
    case.must(not (case.unshared and declared), "An up was green whose processes share nothing.")
    for identity in everywhere(case, expected):
        live, right = case.after.get(identity), {*expected.service.get(identity, {None})}
        blurred = case.sight.ambiguous | case.sight.apart
        if identity in blurred or (identity in case.sight.unfound and misled(case, expected)):
            right.add(case.service.get(identity))
        case.must(live in right, f"{identity.id} is not as the program has it.", live, right)
    same = same_stack(case, expected.stack, expected.spared)
    case.must(same, "The state is not what the program says.", case.managed, expected.stack)


def judge_failure(case: Case, expected: Outcome) -> None:
    """It has a reason, each setting is as before or as it is to be, and nothing in force is forgotten."""
    case.must(excused(case, expected), "An operation failed without a reason.", expected.refusals)
    for refusal in expected.refusals:
        if any(text in case.result.output for text in refusal.texts):
            tally.happened(f"refused: {refusal.why}")
    refused = {refusal.identity for refusal in expected.refusals if not waived(case, refusal)}
    twice = {refusal.identity for refusal in expected.refusals if refusal.twice}
    twice |= {identity for identity, endings in expected.between.items() if len(endings) > 1}
    for identity in everywhere(case, expected):
        live, before = case.after.get(identity), case.service.get(identity)
        done = {*expected.service.get(identity, {None}), *expected.between.get(identity, ())}
        right = {before} if identity in refused - twice else {before, *done}
        if identity in expected.anew and (len(right) > 1 or identity in expected.lowered):
            right |= halfway(before, right)
        if may_be_missing(case, identity, expected):
            right.add(None)
        case.must(live in right, f"{identity.id} is neither as it was nor as it is to be.", live, right)
    known = {managed.identity for managed in case.managed}
    unseen = case.sight.unfound | case.sight.ambiguous | case.new
    for identity in {managed.identity for managed in case.stack} - known - unseen:
        live, right = case.after.get(identity), {*expected.service.get(identity, {None})}
        if case.service.get(identity) is None:
            right.add(None)
        case.must(live in right, f"The state has forgotten {identity.id}, which has not come to its end.", live, right)
        wanted = identity in case.service and identity in {managed.identity for managed in expected.stack}
        told = live is None or told_as_deleted(case)
        case.must(told or not wanted, f"The state has forgotten {identity.id}, which is in force.", live)


def judge_preview(case: Case, expected: Outcome, program: Collection[Declared] = ()) -> None:
    """It tells the same refusals, and changes nothing."""
    judge_discretion(case, ())
    case.must(case.after == case.service, "A preview changed the service.")
    case.must(case.managed == case.stack, "A preview changed the state.")
    if case.result.failed:
        case.must(excused(case, expected), "A preview failed without a reason.", expected.refusals)
        return
    late = {declared.identity for declared in program if declared.late}
    refusals = [refusal for refusal in expected.refusals if refusal.twice or not unforeseen(case, refusal)]
    refusals = [refusal for refusal in refusals if refusal.identity not in late]
    case.must(not refusals, "A preview was green, where the up will be refused.", refusals)


def judge_refresh(case: Case, expected: Sequence[Managed]) -> None:
    """The state takes over what is in force; where that is not clear, it keeps what it has."""
    judge_discretion(case, ())
    case.must(case.after == case.service, "A refresh changed the service.")
    if case.result.failed:
        case.must(excused(case, None), "A refresh failed without a reason.")
        for old in case.stack:
            right = {old, *(new for new in expected if new.key == old.key)}
            right |= {*as_seen(case, [*right])}
            gone = case.service.get(old.identity) is None or old.identity in case.sight.unfound
            blurred = case.sight.ambiguous | case.sight.apart
            kept = gone or old.identity in blurred or bool(right & {*case.managed})
            case.must(kept, "A refresh lost a resource.", old, case.managed)
    else:
        seen = [as_seen(case, rows) for rows in (case.managed, expected)]
        known = [[row for row in rows if row.identity not in case.sight.apart] for rows in seen]
        case.must(same_stack(replace(case, managed=known[0]), known[1]), "A refresh missed the truth.", *known)


def as_seen(case: Case, rows: Sequence[Managed]) -> list[Managed]:
    """Without values of which one row may know what another does not: of what two resources have, where a listing lags,
    and of a token's cap of 0 that the listing alone shows, if at all, where that has overlooked some.
    """
    overlooked = Overlooked() in case.result.met and not case.behaviour.zero_quotas_found
    zeros = {row for row, live in case.service.items() if getattr(row, "api_token", None) and live.value == 0}
    unsure = (case.sight.hazy & twice_managed(case.stack)) | (zeros if overlooked else set())
    return [replace(row, value=NO_CAP) if row.identity in unsure else row for row in rows]


def judge_empty_preview(case: Case) -> None:
    """After a green up there is nothing to do, and nothing to ask."""
    judge_preview(case, Outcome({}, [], [], frozenset(), {}))
    case.must(
        {*case.result.changes} <= {"same"}, "After a green up the next preview is not empty.", case.result.changes
    )
    case.must(not case.result.calls, "A preview without changes called the service.")


def judge_recovery(case: Case, due: Collection[Identity]) -> None:
    """What a cut-off operation left missing is in force after a green one that looked at it or changed it."""
    due = {*due} - case.sight.ambiguous
    missing = [identity.id for identity in due if not case.result.failed and identity not in case.after]
    case.must(not missing, "What was left missing still is.", missing)


def judge_mistake(case: Case, mistaken: Managed, other: Identity) -> None:
    """A destroy where a resource's id and its inputs address two settings: neither is touched."""
    judge_discretion(case, {row.identity for row in case.stack})
    case.must(case.result.failed, "A destroy of what addresses two settings was green.")
    for identity in (mistaken.identity, other):
        live, before = case.after.get(identity), case.service.get(identity)
        case.must(live == before, f"{identity.id} was touched, which another resource may be about.", live, before)


def judge_beside_orphan(case: Case, program: Collection[Declared]) -> None:
    """A green up beside what a killed engine has left stands, whatever the orphans go on to do."""
    judge_discretion(case, {*(row.identity for row in program), *(row.identity for row in case.stack)})
    if case.result.failed:
        return
    for declared in program:
        live = case.after.get(declared.identity)
        right = live is not None and live.value == declared.value
        case.must(right, f"An orphan has undone {declared.identity.id}.", live, declared.value)


def judge_end(managed: Sequence[Managed]) -> None:
    """After a destroy without faults."""
    if managed:
        raise Loss(f"A destroy left {managed}.")


def judge_discretion(case: Case, ours: Collection[Identity]) -> None:
    """It comes to an end, nobody else's setting is written, and no secret is told."""
    case.must(case.result.readings < ENDLESS, "It reads without end.", case.result.readings)
    addresses = {address(identity) for identity in ours}
    foreign = [call for call in case.result.writes if addressed(call) not in addresses]
    case.must(not foreign, "A call was made for what is not ours.", foreign)
    refused = Counter((call.action, str(call.params)) for call in case.result.calls if is_final(call.code))
    unheard = case.result.met.count(AnswerLost())
    often = [call for call, times in refused.items() if times > MOST_REFUSALS + unheard]
    case.must(not often, "What was refused was tried again.", often)
    told = [secret for secret in SECRETS if secret in f"{case.result.output}{case.export}{case.result.calls}"]
    case.must(not told, "A secret was told.", told)


def is_final(code: str | None) -> bool:
    """Whether the same call cannot succeed."""
    passing = ("RequestLost", "HTTP ", THROTTLED)
    return code is not None and code not in TRANSIENT and not code.startswith(passing)


def halfway(before: Ending, right: Collection[Ending]) -> set[Ending]:
    """What may be left of a renewal that was cut off, or taken back: a right value, with the usage so far or none."""
    values = [setting.value for setting in right if setting]
    return {Setting(value, usage) for value in values for usage in (0, before.usage if before else 0)}


def left_missing(case: Case, expected: Outcome) -> set[Identity]:
    """What was in force and is to be, and is not: excused, as may_be_missing says."""
    return {
        identity
        for identity in case.service
        if case.result.failed and identity not in case.after and None not in expected.service.get(identity, {None})
    }


def everywhere(case: Case, expected: Outcome) -> set[Identity]:
    return {*case.service, *case.after, *expected.service}


def same_stack(case: Case, expected: Sequence[Managed], spared: Sequence[Managed] = ()) -> bool:
    """A listing that lags may have shown another baseline; another's row may have been taken for its own."""
    found, wanted = clear(case, knowing(case, expected)), clear(case, expected)
    return not (wanted - found or found - wanted - clear(case, spared))


def knowing(case: Case, expected: Sequence[Managed]) -> list[Managed]:
    """What is managed, with the baselines that are expected: who is told of a former resource may keep that one's."""
    former = {(row.identity, row.baseline) for row in case.stack}
    wanted = {replace(row, baseline=None): row.baseline for row in expected}
    return [
        replace(row, baseline=wanted.get(replace(row, baseline=None), row.baseline))
        if row not in expected and (row.identity, row.baseline) in former
        else row
        for row in case.managed
    ]


def clear(case: Case, stack: Sequence[Managed]) -> Counter[str]:
    sight = case.sight
    seen = [row for row in stack if row.identity not in sight.ambiguous]
    blurred = sight.hazy | sight.unlisted
    return Counter(repr(replace(row, baseline=None) if row.identity in blurred else row) for row in seen)


def address(identity: Identity) -> tuple[object, ...]:
    """What the log of calls shows of it: not the token."""
    if isinstance(identity, LimitIdentity):
        return tuple(identity)
    return (identity.sub_app_id, identity.quota_type, "***" if identity.api_token else None)


def addressed(call: Call) -> tuple[object, ...]:
    names = ("ZoneId", "DomainName", "Area") if "ZoneId" in call.params else ("SubAppId", "QuotaType", "ApiToken")
    return tuple(call.params.get(name) for name in names)
