"""Who depends on whom in the state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from tc_resources.testing.engine.resource import Resource


def depending_on(root: Resource, resources: Sequence[Resource], settled: Collection[str]) -> list[Resource]:
    """What depends on `root`, however far away, in order of dependency; `settled` URNs are known not to."""
    found, urns = [], {root.urn}
    for candidate in resources[resources.index(root) + 1 :]:
        if candidate.urn not in settled and candidate.needs() & urns:
            found.append(candidate)
            urns.add(candidate.urn)
    return found


def waves(condemned: Iterable[Resource]) -> list[list[Resource]]:
    """The resources in the order of their deletion: all of a wave may go at once, since nothing left needs them.

    Where two have one URN, some may seem to need each other: then what comes later in the state needs what was before.
    """
    left, found = list(condemned), []
    while left:
        needed = {urn for resource in left for urn in _needed(resource)}
        found.append([resource for resource in left if resource.urn not in needed] or _not_needed_later(left))
        left = [resource for resource in left if resource not in found[-1]]
    return found


def _not_needed_later(resources: Sequence[Resource]) -> list[Resource]:
    found: list[Resource] = []
    needed: set[str] = set()
    for resource in reversed(resources):
        if resource.urn not in needed:
            found.append(resource)
        needed |= _needed(resource)
    return found


def _needed(resource: Resource) -> set[str]:
    return {*resource.needs(), resource.parent}


def depended_on(roots: Iterable[Resource], resources: Iterable[Resource]) -> set[str]:
    """The URNs that any of `roots` depends on, however far away."""
    by_urn = {resource.urn: resource for resource in resources}
    found: set[str] = set()
    pending = list(roots)
    while pending:
        resource = pending.pop()
        new = _needed(resource) - found
        found |= new
        pending += [by_urn[urn] for urn in new if urn in by_urn]
    return found
