"""What the runs of a stack have written, and who knows of that: what a later run may not see as it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tc_resources.behaviour.behaviour import Behaviour
from tests.model import behaviours, judge
from tests.model.stage import TIME, Result
from tests.model.things import OURS, Declared, Identity, Managed, Service


class Writings:
    """By the runs so far. Their machine notes its writes, and the state has those of runs that came to an end."""

    def __init__(self) -> None:
        self._at: dict[tuple[object, ...], float] = {}
        self.elsewhere: set[Identity] = set()
        """What explicit instances have had, runs whose processes share nothing, and failed ones of another machine."""
        self._unstored: set[Identity] = set()
        """What a run that has failed wrote last."""
        self._doubted: set[Identity] = set()
        """What it may have been about to write besides."""
        self._astray: set[Identity] = set()
        """What it did write, to another value than the stack has, as this machine knows."""

    @property
    def doubted(self) -> tuple[frozenset[Identity], frozenset[Identity]]:
        """What the next up may write again though it has not changed, and what of that it must."""
        return frozenset(self._doubted), frozenset(self._astray - self.elsewhere)

    def begin(self, program: Sequence[Declared], stack: Sequence[Managed], *, spoilt: bool) -> None:
        """An operation on these; where the folder is `spoilt` that processes share, they note nothing."""
        self.elsewhere |= {declared.identity for declared in program if declared.instance or spoilt}
        self.elsewhere |= {row.identity for row in stack if spoilt}

    def end(self, result: Result, managed: Sequence[Managed], after: Service, *, refreshed: bool) -> None:
        """The operation has left this stack and this service; where it has read all, the state has what it wrote."""
        if refreshed and not result.failed:
            for known in (self._doubted, self._astray):
                known.difference_update({row.identity for row in managed})
        last = {judge.addressed(call): call for call in result.writes}
        self._at |= {address: call.at for address, call in last.items()}
        touched = {row: last[judge.address(row)] for row in OURS if judge.address(row) in last}
        for known in (self._unstored, self._doubted, self._astray):
            known.difference_update(touched)
        if result.failed:
            self._unstored.update(touched)
            self._doubted.update(OURS if result.killed or result.orphaned else touched)
            self._astray.update(strayed({row for row, call in touched.items() if call.code is None}, managed, after))

    def hazy(self, behaviour: Behaviour) -> list[Identity]:
        """What was written so recently that a listing may still show it as it was."""
        now = TIME.now()
        written = {row: self._at.get(judge.address(row), 0) for row in OURS}
        return [row for row, at in written.items() if at > now - 2 * behaviours.lag(behaviour, row)]

    def note(self, identity: Identity) -> None:
        """Others have written it just now."""
        self._at[judge.address(identity)] = TIME.now()

    def move(self) -> None:
        """Another machine has the state and nothing else."""
        self.elsewhere |= self._unstored
        self._astray.clear()


def strayed(touched: Collection[Identity], managed: Sequence[Managed], after: Service) -> set[Identity]:
    """What of the touched is not as the stack has it. Of a token's quota no log shows which token's it is."""
    stored = {row: {old.value for old in managed if old.identity == row} for row in touched}
    known = {row: values for row, values in stored.items() if values and getattr(row, "api_token", None) is None}
    return {row for row, values in known.items() if row not in after or after[row].value not in values}
