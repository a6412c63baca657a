"""What the machines of this process have done so far, and what they have lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

TALLY: Counter[str] = Counter()
HEAD = """from tc_resources.testing.emulator import AnswerLost, ErrorCode, Html, RequestLost, Slow
from tests.model.machine import Machine
from tests.model.stage import Surroundings

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
