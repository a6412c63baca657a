"""Steps that others take at the service, who use it too."""

from __future__ import annotations

from hypothesis.stateful import precondition

from tests.model import tally
from tests.model.axes import ANY_VALUE, PICKS, VALUES, Choice
from tests.model.rules.case import Case
from tests.model.steps import rule
from tests.model.things import ODD, OURS, LimitIdentity, QuotaIdentity, Setting, chosen


class OtherRules(Case):
    """Others."""

    @precondition(lambda self: self._in_force())
    @rule(pick=PICKS, value=Choice(100, 250, 500, 50, 200_000))
    def drift(self, pick: int, value: int) -> None:
        """To any value, also one that no program may ask for."""
        identity = chosen(self._in_force(), pick)
        self._put(identity, self.service[identity]._replace(value=value))
        if isinstance(identity, LimitIdentity) and value in (50, 200_000):
            tally.happened("Mbps out of range set by others")

    @precondition(lambda self: self._in_force() and "vanish" not in self.story[-1])
    @rule(pick=PICKS)
    def vanish(self, pick: int) -> None:
        identity = chosen(self._in_force(), pick)
        self.stage.drop(identity)
        del self.service[identity]

    @precondition(lambda self: "appear" not in self.story[-1])
    @rule(pick=PICKS, value=VALUES, usage=Choice(0, 30))
    def appear(self, pick: int, value: int, usage: int) -> None:
        identity = chosen(OURS, pick)
        if identity not in self.service:
            self._put(identity, Setting(value, usage if isinstance(identity, QuotaIdentity) else 0))

    @precondition(lambda self: self._counting())
    @rule(amount=Choice(10, 110, 400))
    def use(self, amount: int) -> None:
        self.use_all(amount)

    @precondition(lambda self: self.late())
    @rule(pick=PICKS, value=ANY_VALUE)
    def meddle(self, pick: int, value: int | None) -> None:
        """Others set or end something in the middle of the next up, before it is this one's turn."""
        identity = chosen(self.late(), pick)
        usage = self.service.get(identity, Setting(0)).usage
        self.meanwhile[identity] = None if value is None else Setting(value, usage)

    @precondition(lambda self: not self.odd)
    @rule(often=Choice(*range(6)))
    def confuse(self, often: int) -> None:
        """A row of an area that there is none of."""
        if not often:
            self.odd = True
            self.stage.put(ODD, Setting(300))
            tally.happened("an odd row is there")

    @precondition(lambda self: not self.stage.meddler.shift)
    @rule()
    def shift(self) -> None:
        """From now on pages shift."""
        self.stage.shift_pages()
