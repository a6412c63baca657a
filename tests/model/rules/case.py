"""What all rules of the machine share: one stack on one account, and what of it a step can be about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tc_resources.testing.emulator import ErrorCode, Fault, Slow
from tests.model import behaviours
from tests.model.axes import REFUSALS, Death, Spoiling, Trouble
from tests.model.operations import Operations
from tests.model.tally import LOSSES, TALLY, Lost
from tests.model.things import OURS, SHIFTING, Declared, Identity, LimitIdentity, Managed, QuotaIdentity, Setting

MOST = 6
"""Resources of a program."""
CHANGES, FEW_CHANGES = 5, 2
"""Steps between two operations, and before those that need more than chance, at the least."""


class Case(Operations):
    """One stack on one account, and the story of how it came to be so."""

    def __init__(self) -> None:
        super().__init__()
        TALLY["cases"] += 1
        self.story: list[str] = []
        self.lost = False
        self.named = 0

    @contextmanager
    def told(self) -> Iterator[None]:
        """What goes wrong here is kept with all the steps that have led to it, and ends the run."""
        try:
            yield
        except Exception as error:
            self.lost = True
            LOSSES.append(Lost(f"{type(error).__name__}: {error}", self.story))
            raise

    def use_all(self, amount: int) -> None:
        for identity in self._counting():
            setting = self.service[identity]
            self._put(identity, setting._replace(usage=setting.usage + amount))

    def _face(self, fault: Trouble, call: int) -> None:
        """Have this call of the next operation meet the fault."""
        if isinstance(fault, Spoiling):
            self.spoilt = fault.kind
        elif isinstance(fault, Death):
            self._kill(fault, call)
        else:
            if isinstance(fault, ErrorCode) and fault.code in REFUSALS.alternatives:
                self.codes.add(fault.code)
            self.stage.emulator.script(*[Fault(Slow(0.0))] * (call - 1), Fault(fault))

    def _kill(self, death: Death, call: int) -> None:
        if death.who == "provider":
            self.stage.kill_at(call, death.moment)
        else:
            self.stage.kill_engine_at(call, both=death.who == "both")

    def _smooth(self) -> None:
        """The next up comes at once, meets nothing, and what the program has is refused nothing: it is about others."""
        self._forget_troubles()
        self.heed("override")
        self.changes = 0

    def renew_all(self, period: str | None) -> None:
        for declared in self._quotas():
            self.edit(declared, period=period)

    def _fresh_name(self) -> str:
        self.named += 1
        return f"r{self.named}"

    def _quotas(self) -> list[Declared]:
        return [declared for declared in self.program if isinstance(declared.identity, QuotaIdentity)]

    def _settled_rows(self) -> list[Declared]:
        """What of the program the stack has already."""
        there = {row.identity for row in self._settled()}
        return [declared for declared in self.program if declared.identity in there]

    def _settled_quotas(self) -> list[Declared]:
        return [declared for declared in self._settled_rows() if isinstance(declared.identity, QuotaIdentity)]

    def _settled_limits(self) -> list[Declared]:
        return [declared for declared in self._settled_rows() if isinstance(declared.identity, LimitIdentity)]

    def _lagging(self) -> list[Declared]:
        """What the stack has already as the program declares it, and a listing would show late if it were changed."""
        there = {(row.key, row.identity, row.value) for row in self._settled()}
        known = [row for row in self.program if (row.key, row.identity, row.value) in there]
        lagging = [row for row in known if behaviours.lag(self.behaviour, row.identity)]
        limits = [row for row in lagging if isinstance(row.identity, LimitIdentity)]
        return limits if limits and self.behaviour.existing_limit == "refuses" else lagging  # those are made anew

    def _unmanaged(self) -> list[Identity]:
        """What neither the program nor the stack has, where there is room for more."""
        taken = {row.identity for row in self.program} | {row.identity for row in self.stack}
        return [identity for identity in OURS if identity not in taken] if len(self.program) < MOST else []

    def _unmanaged_quotas(self) -> list[Identity]:
        return [identity for identity in self._unmanaged() if isinstance(identity, QuotaIdentity)]

    def _unmanaged_lagging(self, *, limits: bool) -> list[Identity]:
        """Those of them that a listing shows late, or all where it shows none late; the `limits` alone, if any."""
        free = self._unmanaged()
        lagging = [identity for identity in free if behaviours.lag(self.behaviour, identity)] or free
        return [identity for identity in lagging if limits and isinstance(identity, LimitIdentity)] or lagging

    def _shifting(self) -> list[Identity]:
        """Those that are unmanaged, whose rows are on the pages that may shift."""
        return [identity for identity in self._unmanaged() if identity[0] == SHIFTING[0].zone_id]

    def _beside(self, identity: Identity) -> list[Identity]:
        """Other limits that are unmanaged in the zone of this one."""
        return [other for other in self._unmanaged() if other[0] == identity[0] and isinstance(other, LimitIdentity)]

    def _settled(self) -> list[Managed]:
        """What one resource of the stack alone manages, and is not about to leave."""
        ids = [row.identity for row in self.stack]
        return [row for row in self.stack if not row.leaving and ids.count(row.identity) == 1]

    def _may_be_troubled(self) -> bool:
        return bool(self.program) and self.troubles < 2

    def _in_force(self) -> list[Identity]:
        return [identity for identity in OURS if identity in self.service]

    def _counting(self) -> list[Identity]:
        return [identity for identity in self._in_force() if isinstance(identity, QuotaIdentity)]

    def _clear(self, identity: Identity) -> None:
        if identity in self.service:
            self.stage.drop(identity)
            del self.service[identity]

    def _put(self, identity: Identity, setting: Setting) -> None:
        self.stage.put(identity, setting)
        self.service[identity] = setting
