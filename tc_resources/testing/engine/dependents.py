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

    They come in the order of the state, where each needs only what stands before it: two may have one URN.
    """
    left, found = list(condemned), []
    while left:
        wave: list[Resource] = []
        needed: set[str] = set()
        for resource in reversed(left):
            if resource.urn not in needed:
                wave.append(resource)
            needed |= {*resource.needs(), resource.parent}
        found.append(wave)
        left = [resource for resource in left if resource not in wave]
    return found


def depended_on(roots: Iterable[Resource], resources: Iterable[Resource]) -> set[str]:
    """The URNs that any of `roots` depends on, however far away."""
    by_urn = {resource.urn: resource for resource in resources}
    found: set[str] = set()
    pending = list(roots)
    while pending:
        resource = pending.pop()
        new = {*resource.needs(), resource.parent} - found
        found |= new
        pending += [by_urn[urn] for urn in new if urn in by_urn]
    return found
