"""Steps that edit the program."""

from __future__ import annotations

from hypothesis.stateful import precondition

from tests.model.axes import ANY_VALUE, EITHER, INSTANCES, ONE_OR_ALL, PERIODS, PICKS, SOMETIMES, VALUES, Choice
from tests.model.rules.case import MOST, Case
from tests.model.steps import rule
from tests.model.things import FACES, OURS, Declared, chosen


class ProgramRules(Case):
    """The program."""

    @precondition(lambda self: len(self.program) < MOST)
    @rule(pick=PICKS, value=VALUES, adopt=SOMETIMES, instance=INSTANCES, twice=Choice(*range(16)), face=Choice(*FACES))
    def declare(
        self, pick: int, value: int, adopt: bool, instance: str | None, twice: int, face: str = "dynamic"
    ) -> None:
        spared = face if twice == 1 else None  # neither face is told who declares the same in the other one
        taken = [declared.identity for declared in self.program if declared.face != spared]
        identity = chosen([identity for identity in OURS if identity not in taken], pick)
        self.program.append(Declared(self._fresh_name(), identity, value, adopt=adopt, instance=instance, face=face))

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, value=Choice(100, 250, 500, 120, 1000))
    def change(self, pick: int, value: int) -> None:
        self.edit(chosen(self.program, pick), value=value)

    @precondition(lambda self: self._quotas())
    @rule(pick=PICKS, value=Choice(0, 7, 20))
    def throttle(self, pick: int, value: int) -> None:
        self.edit(chosen(self._quotas(), pick), value=value)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, adopt=EITHER, allow_below_usage=EITHER)
    def permit(self, pick: int, adopt: bool, allow_below_usage: bool) -> None:
        self.edit(chosen(self.program, pick), adopt=adopt, allow_below_usage=allow_below_usage)

    @precondition(lambda self: self._quotas())
    @rule(pick=PICKS, reset_limit=Choice(None, 0, 9))
    def reset(self, pick: int, reset_limit: int | None) -> None:
        self.edit(chosen(self._quotas(), pick), reset_limit=reset_limit)

    @precondition(lambda self: self._quotas())
    @rule(pick=ONE_OR_ALL, period=PERIODS)
    def renew(self, pick: int | None, period: str | None) -> None:
        """Of one quota, or of all, as where the program takes the month."""
        if pick is None:
            self.renew_all(period)
        else:
            self.edit(chosen(self._quotas(), pick), period=period)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, alias=EITHER, value=ANY_VALUE)
    def rename(self, pick: int, alias: bool, value: int | None) -> None:
        old = chosen(self.program, pick)
        former = (old.name, *old.former) if alias else ()
        self.edit(chosen(self.program, pick), name=self._fresh_name(), former=former, value=value or old.value)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, to=PICKS, value=ANY_VALUE)
    def move(self, pick: int, to: int, value: int | None) -> None:
        old = chosen(self.program, pick)
        taken = [declared.identity for declared in self.program]
        free = [identity for identity in OURS if identity.kind == old.identity.kind and identity not in taken]
        if free:
            self.edit(chosen(self.program, pick), identity=chosen(free, to), value=value or old.value)

    @precondition(lambda self: len(self.program) > 1)
    @rule(pick=PICKS, other=PICKS)
    def swap(self, pick: int, other: int) -> None:
        one, two = pick % len(self.program), other % len(self.program)
        first, second = self.program[one].identity, self.program[two].identity
        if first.kind == second.kind:
            self.edit(self.program[one], identity=second)
            self.edit(self.program[two], identity=first)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, instance=INSTANCES)
    def entrust(self, pick: int, instance: str | None) -> None:
        self.edit(chosen(self.program, pick), instance=instance)

    @precondition(lambda self: self.program)
    @rule(pick=ONE_OR_ALL, face=Choice(*FACES), alias=EITHER)
    def transfer(self, pick: int | None, face: str, alias: bool) -> None:
        """To a face, perhaps from the other one: of one resource, or of all."""
        ids = [declared.identity for declared in self.program]
        for declared in [*self.program] if pick is None else [chosen(self.program, pick)]:
            if declared.face != face and ids.count(declared.identity) == 1:
                self.edit(declared, face=face, moved=alias)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, late=Choice(True, True, False))
    def delay(self, pick: int, late: bool) -> None:
        """It waits for something slow, or not any more."""
        self.edit(chosen(self.program, pick), late=late)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS)
    def remove(self, pick: int) -> None:
        self.program.remove(chosen(self.program, pick))
