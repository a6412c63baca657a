"""What the machines of this process have done so far, and what they have lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.model.axes import FAULTS, HAPPENINGS, MODES

TALLY: Counter[str] = Counter()
HEAD = """from tc_resources.testing.emulator import AnswerLost, ErrorCode, Html, RequestLost, Slow
from tests.model.axes import Surroundings
from tests.model.machine import Machine

machine = Machine()
"""


@dataclass(frozen=True)
class Lost:
    """What went wrong, and the steps that led to it."""

    reason: str
    story: list[str]

    def program(self) -> str:
        """The run, as a program that repeats it."""
        return HEAD + "\n".join(self.story)


LOSSES: list[Lost] = []


def steps() -> int:
    """The steps of all runs: edits of programs, changes at the service, faults and operations."""
    return sum(count for name, count in TALLY.items() if name.startswith("step "))


def stepped(name: str, drawn: Iterable[str]) -> None:
    """A step was taken, for which this was drawn."""
    TALLY.update([step_of(name), *(drawn_for(name, found) for found in drawn)])


def happened(what: str) -> None:
    """Raises ValueError for what nobody waits for."""
    if what not in HAPPENINGS:
        raise ValueError(f"Nobody waits for {what}.")
    TALLY[happening(what)] += 1


def met(mode: str, fault: str) -> None:
    """An operation of this mode has met the fault. Raises ValueError for one that there is none of."""
    if mode not in MODES or fault not in FAULTS:
        raise ValueError(f"There is no {fault} in {mode}.")
    TALLY[pair(mode, fault)] += 1


def step_of(name: str) -> str:
    return f"step {name}"


def drawn_for(step: str, found: str) -> str:
    return f"drawn {step} {found}"


def happening(what: str) -> str:
    return f"happened {what}"


def pair(mode: str, fault: str) -> str:
    return f"met {mode} | {fault}"
