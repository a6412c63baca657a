"""Several at once, on one account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.contenders.contender import Contender
from bench.workload import Inputs


class Together:
    """Contenders of one kind that share the work out and start each operation at the same moment."""

    def __init__(self, contenders: Sequence[Contender]) -> None:
        self._contenders = contenders
        self.process, self.operations = contenders[0].process, contenders[0].operations

    def declare(self, inputs: Inputs) -> None:
        for contender, hand in zip(self._contenders, inputs.dealt(len(self._contenders)), strict=True):
            contender.declare(hand)

    def run(self, operation: str) -> None:
        self._at_once(lambda contender: contender.run(operation))

    def state_bytes(self) -> float | None:
        return self._contenders[0].state_bytes()

    def _at_once(self, act: Callable[[Contender], None]) -> None:
        with ThreadPoolExecutor(len(self._contenders)) as threads:
            list(threads.map(act, self._contenders))
