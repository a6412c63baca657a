"""What a run may not see of the service as it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tc_resources.behaviour.behaviour import Behaviour
from tests.model import behaviours
from tests.model.things import ODD, OURS, Identity, Service


@dataclass(frozen=True)
class Sight:
    """Which identities a run may not have seen as they are, and why."""

    hazy: frozenset[Identity]
    """Written so recently that a listing may still show it as it was."""
    doubtful: frozenset[Identity]
    """A row that cannot be recognised may be its own: an error, or another's row for its own."""
    ambiguous: frozenset[Identity]
    """Another's row may be taken for its own."""
    unlisted: frozenset[Identity]
    """The listing lacks it, or may, where it is there."""
    unfound: frozenset[Identity]
    """No reading shows it where it is there."""
    apart: frozenset[Identity] = frozenset()
    """As hazy, and perhaps written where nobody could note it, or through an endpoint of another name."""


def sight(
    behaviour: Behaviour,
    before: Service,
    after: Service,
    hazy: Collection[Identity],
    elsewhere: Collection[Identity],
    *,
    odd: bool,
) -> Sight:
    """That of a run between these two, of which some were had `elsewhere`; `odd` says whether a listing
    has a row of an unknown area.
    """
    there = {*before, *after, *hazy, *([ODD] if odd else [])}
    return Sight(
        frozenset(hazy),
        frozenset(row for row in OURS if behaviours.doubtful(behaviour, row, there)),
        frozenset(row for row in OURS if behaviours.ambiguous(behaviour, row)),
        frozenset(row for row in OURS for at in (before, after) if behaviours.unlisted(behaviour, row, at)),
        frozenset(row for row in OURS for at in (before, after) if behaviours.unfound(behaviour, row, at)),
        frozenset(hazy) & frozenset(elsewhere),
    )
