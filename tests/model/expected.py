"""The model: what an operation makes of the service and of the stack's state, in the words of docs/.

It knows of no call, no provider and no engine. An operation is a function of what the program declares, what the stack
manages and what the service has. Where they leave an outcome open, the model has all that are right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tc_resources.behaviour.behaviour import Behaviour
from tests.model.behaviours import refused
from tests.model.things import Declared, Identity, LimitIdentity, Managed, QuotaIdentity, Service, Setting

NO_CAP = -1
"""What stands here for a cap whose value the state does not have."""
PART = "leave out a part of the program"
"""Why an operation that is about a part ends nothing."""
NEEDED = "was not specified in --target list"
"""Why the engine does not even ask the provider."""
Ending = Setting | None
"""What an identity has in the end; None: no setting."""


@dataclass(frozen=True)
class Refusal:
    """Why an up must fail, and what it says then."""

    why: str
    identity: Identity
    texts: tuple[str, ...]
    """Any of them says it."""
    twice: bool = False
    """Whether the program declares one identity twice."""
    late: bool = False
    """Whether it is the service's own, which nobody knows before the write."""
    idle: bool = False
    """Whether the value is in force all the same: the run may go on."""
    unseen: tuple[str, ...] = ()
    """Any of them says it where what is there does not show yet, and the service refuses the value for itself."""


@dataclass(frozen=True)
class Outcome:
    """With `refusals` the operation fails; without it leaves the service and the stack exactly so."""

    service: dict[Identity, set[Ending]]
    stack: list[Managed]
    refusals: list[Refusal]
    anew: frozenset[Identity]
    """What may have to be taken away for a moment: a failure in between begins with NOT IN FORCE."""
    between: dict[Identity, set[Ending]]
    """What a failure may leave where one of several resources that manage a setting has ended it, and another not."""
    spared: Sequence[Managed] = ()
    """What the stack may have besides."""
    lowered: frozenset[Identity] = frozenset()
    """Renewals to no more than what is there, whose value nobody can try before: a refusal leaves the usage cleared."""


def up(
    program: Sequence[Declared],
    stack: Sequence[Managed],
    service: Service,
    again: Collection[str],
    behaviour: Behaviour,
    doubted: Collection[Identity] = (),
    astray: Collection[Identity] = (),
    part: Callable[[Declared | Managed], bool] | None = None,
) -> Outcome:
    """Create, update or leave alone what is declared, then end what has left; `again` are the names to `--replace`.

    Of the `doubted`, which failed runs wrote, what has not changed may be written again; of those `astray` it must be.

    `part` says of a resource whether the operation is about it, where it is not about all: then it ends nothing, since
    what it leaves out may declare it. What has left the program stays then, or the operation is refused.
    """
    # What an operation leaves out may be what another identity comes from, which then nobody knows.
    twins = [replace(refusal, idle=part is not None) for refusal in duplicates(program)]
    ended, managed, refusals, anew, lowered = list(stack), [], twins, set(), set()
    replaced: list[Managed] = []
    spared: list[Managed] = []
    after: dict[Identity, set[Ending]] = {}
    for declared in program:
        found, old = service.get(declared.identity), former(declared, stack)
        if part and not part(declared):
            if old:
                ended.remove(old)
                managed.append(replace(old, name=declared.name, face=declared.face))
            continue
        if old and old.identity == declared.identity and declared.name not in again:
            ended.remove(old)
            shown = refuse_lowering(declared, old, found)
            refusals += either_refuses(shown, refuse_update(declared, old, found, behaviour))
            ending = updated(declared, old, found, behaviour)
            may_stay = not renews(declared, old)
            if declared.identity in doubted and may_stay and declared.value == old.value:
                again_written = modified(declared.value, found, behaviour)
                refusals += refuse_again(declared, found, behaviour)
                after.setdefault(declared.identity, set()).add(again_written)
                ending = again_written if declared.identity in astray else ending
            managed.append(as_managed(declared, old.baseline))
        else:
            shown = refuse_conflict(declared, found) or refuse_below_usage(declared, found)
            refusals += either_refuses(shown, refuse_value(declared.identity, declared.value, found, behaviour))
            ending, may_stay = modified(declared.value, found, behaviour), True
            managed.append(as_managed(declared, baseline(declared, found)))
            replaced += [old] if old else []
        after.setdefault(declared.identity, set()).add(ending)
        if may_stay and found and found.value == declared.value:  # also where the service does not take it once more
            after[declared.identity].add(found)
        if overwrites(declared, old, found) or (old and renews(declared, old)):
            anew.add(declared.identity)
        if old and renews(declared, old) and found and declared.value <= found.value:
            lowered.add(declared.identity)
    gone = [old for old in ended if old.identity not in after]
    if part:
        # The engine deletes nothing that something else needs which it leaves alone: it says so, or skips it.
        refusals += [Refusal("part", old.identity, (PART, NEEDED), idle=True) for old in ended if part(old)]
        left = [(old, replace(old, leaving=old.leaving or old in replaced)) for old in ended]
        spared = [row for old, row in left if part(old) and old not in gone]
        managed += [row for _, row in left if row not in spared]
        gone = []
    between = endings(service, gone, behaviour)
    refusals += refuse_endings(service, gone, behaviour)
    last, both = {**settled(service, between), **after}, either(program, twins, service, behaviour)
    return Outcome(last, managed, refusals, frozenset(anew), between | both, spared, frozenset(lowered))


def either(
    program: Sequence[Declared], twins: Collection[Refusal], service: Service, behaviour: Behaviour
) -> dict[Identity, set[Ending]]:
    """What those set that declare one identity twice: which of them is the last one nobody knows."""
    found: dict[Identity, set[Ending]] = {twin.identity: set() for twin in twins}
    for declared in program:
        if declared.identity in found:
            found[declared.identity].add(modified(declared.value, service.get(declared.identity), behaviour))
    return found


def twice_managed(stack: Sequence[Managed]) -> set[Identity]:
    """What two resources have: of them one may know the value that a listing which lags still shows."""
    times = Counter(row.identity for row in stack)
    return {identity for identity in times if times[identity] > 1}


def refreshed(stack: Sequence[Managed], service: Service, unfound: Collection[Identity] = ()) -> list[Managed]:
    """The state takes over what is in force, and forgets what is gone, or is `unfound` there.

    A cap of 0 may be hidden: it is set again.
    """
    found = [(old, None if old.identity in unfound else service.get(old.identity)) for old in stack]
    seen = [replace(managed, value=setting.value if setting else NO_CAP) for managed, setting in found]
    return [new for new, (old, setting) in zip(seen, found, strict=True) if setting or may_be_hidden(old)]


def may_be_hidden(managed: Managed) -> bool:
    return isinstance(managed.identity, QuotaIdentity) and managed.value in (0, NO_CAP)


def destroyed(stack: Sequence[Managed], service: Service, behaviour: Behaviour) -> Outcome:
    """Every setting that the stack manages ends."""
    between = endings(service, stack, behaviour)
    return Outcome(settled(service, between), [], refuse_endings(service, stack, behaviour), frozenset(), between)


def duplicates(program: Sequence[Declared]) -> list[Refusal]:
    """Two resources of one program with the same identity are an error."""
    seen: set[Identity] = set()
    found = []
    for declared in program:
        if declared.identity in seen:
            found.append(Refusal("duplicate", declared.identity, ("are one and the same",), twice=True))
        seen.add(declared.identity)
    return found


def either_refuses(shown: Sequence[Refusal], own: list[Refusal]) -> list[Refusal]:
    """What is refused by what shows, before the service would refuse it on its `own`."""
    unseen = tuple(text for refusal in own for text in refusal.texts)
    return [replace(refusal, unseen=unseen) for refusal in shown] or own


def refuse_conflict(declared: Declared, found: Ending) -> list[Refusal]:
    """Create, there with another value: refused and told the value, unless `adopt`."""
    if found is None or found.value == declared.value or declared.adopt:
        return []
    return [Refusal("conflict", declared.identity, (f"It is there already with {found.value} ",))]


def refuse_lowering(declared: Declared, old: Managed, found: Ending) -> list[Refusal]:
    """A change is held against the usage of what is in force, unless a new period clears that."""
    changed = declared.value != old.value and not renews(declared, old)
    return refuse_below_usage(declared, found) if changed else []


def refuse_below_usage(declared: Declared, found: Ending) -> list[Refusal]:
    """A cap below the usage so far is refused, unless `allow_below_usage`; 0 is the off switch and passes."""
    if found is None or declared.allow_below_usage or declared.value == 0:
        return []
    if declared.value >= found.value or declared.value >= found.usage:
        return []
    return [Refusal("below usage", declared.identity, (f"is below the {found.usage} ",))]


def refuse_update(declared: Declared, old: Managed, found: Ending, behaviour: Behaviour) -> list[Refusal]:
    """What the service refuses of an update; a new period first sets a cap that is above the old one."""
    if renews(declared, old) and found and declared.value <= found.value:
        return refuse_value(declared.identity, declared.value, None, behaviour)
    if declared.value == old.value and not renews(declared, old):
        return []
    return refuse_value(declared.identity, declared.value, found, behaviour)


def refuse_value(identity: Identity, value: int, found: Ending, behaviour: Behaviour) -> list[Refusal]:
    """A value that the service does not take."""
    codes = refused(behaviour, identity, value, found.usage if found else 0)
    idle = found is not None and found.value == value
    return [Refusal("value", identity, codes, late=True, idle=idle)] if codes else []


def refuse_again(declared: Declared, found: Ending, behaviour: Behaviour) -> list[Refusal]:
    """What the service may refuse of a value that is written once more."""
    refusals = refuse_value(declared.identity, declared.value, found, behaviour) + refuse_below_usage(declared, found)
    return [replace(refusal, idle=True) for refusal in refusals]


def refuse_endings(service: Service, ended: Iterable[Managed], behaviour: Behaviour) -> list[Refusal]:
    """What a quota is to go back to may be a value that the service does not take, unless another one has ended it."""
    ended = list(ended)
    made_by_all = endings(service, ended, behaviour)
    found = [
        (old.identity, ending(old, service.get(old.identity), behaviour), service.get(old.identity)) for old in ended
    ]
    return [
        replace(refusal, why="ending", idle=refusal.idle or len(made_by_all[identity]) > 1)
        for identity, made, before in found
        if made is not None
        for refusal in refuse_value(identity, made.value, before, behaviour)
    ]


def modified(value: int, found: Ending, behaviour: Behaviour) -> Setting:
    """What a write makes of a setting, or of none; the usage of a quota goes on, or not."""
    return Setting(value, found.usage if found and behaviour.modified_usage == "kept" else 0)


def updated(declared: Declared, old: Managed, found: Ending, behaviour: Behaviour) -> Ending:
    """A new value is put in force, also where the setting is gone; what has not changed is left as it is.

    A new period clears the usage: not the first one, nor the end of periods.
    """
    if renews(declared, old):
        return Setting(declared.value)
    if declared.value == old.value:
        return found
    return modified(declared.value, found, behaviour)


def renews(declared: Declared, old: Managed) -> bool:
    """Whether the quota gets another period than the one that it has."""
    periods = {declared.period, old.period}
    return old.identity == declared.identity and None not in periods and len(periods) == 2


def overwrites(declared: Declared, old: Managed | None, found: Ending) -> bool:
    """Whether a limit may be made anew: one that shows the right value may have been set to another just now."""
    if found is None or not isinstance(declared.identity, LimitIdentity):
        return False
    return found.value != declared.value or declared.adopt or old is not None


def baseline(declared: Declared, found: Ending) -> int | None:
    """What deleting an adopted quota goes back to: the other value that was there."""
    if isinstance(declared.identity, LimitIdentity) or found is None or found.value == declared.value:
        return None
    return found.value


def endings(service: Service, ended: Iterable[Managed], behaviour: Behaviour) -> dict[Identity, set[Ending]]:
    """What each of these resources makes of its setting."""
    made: dict[Identity, set[Ending]] = {}
    for old in ended:
        made.setdefault(old.identity, set()).add(ending(old, service.get(old.identity), behaviour))
    return made


def ending(old: Managed, found: Ending, behaviour: Behaviour) -> Ending:
    """A limit is turned off. A quota is reset to `reset_limit`, else to its baseline, else deleted."""
    value = old.baseline if old.reset_limit is None else old.reset_limit
    return None if found is None or value is None else modified(value, found, behaviour)


def settled(service: Service, endings: Mapping[Identity, set[Ending]]) -> dict[Identity, set[Ending]]:
    """After a run that was cut off two resources may have managed one setting: they end it in any order, and one that
    is gone stays gone.
    """
    after: dict[Identity, set[Ending]] = {identity: {setting} for identity, setting in service.items()}
    for identity, made in endings.items():
        after[identity] = {None} if None in made else made
    return after


def former(declared: Declared, stack: Sequence[Managed]) -> Managed | None:
    """The resource as the stack has it, under its name or one that it had before, or as the other face's."""
    alike = [old for old in stack if old.identity.kind == declared.identity.kind and not old.leaving]
    here = {(old.name, old.face): old for old in alike}
    return next((here[name] for name in declared.aliases if name in here), None)


def as_managed(declared: Declared, baseline: int | None) -> Managed:
    of_quota = isinstance(declared.identity, QuotaIdentity)
    return Managed(
        declared.name,
        declared.identity,
        declared.value,
        declared.reset_limit if of_quota else None,
        declared.period if of_quota else None,
        baseline if of_quota else None,
        face=declared.face,
    )
