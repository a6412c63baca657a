"""What is measured: which work, how far away, on which engine, by whom and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.contenders.contender import OPERATIONS, PREVIEWED
from bench.contenders.opening import FLOOR, INSTANCES, NAIVE, OURS, TCCLI, TERRAFORM
from bench.workload import Workload

NEAR, FAR = 0.05, 0.3
"""Seconds until the service answers."""
WITHOUT_PREVIEW = tuple(operation for operation in OPERATIONS if operation != PREVIEWED)


@dataclass(frozen=True)
class Case:
    """One comparison. `stacks` share the work out and run at once; `left_out` says who is not in it, and why."""

    workload: Workload
    latency: float
    repetitions: Mapping[str, int]
    embedded: bool = False
    stacks: int = 1
    operations: tuple[str, ...] = OPERATIONS
    left_out: str = ""

    def __str__(self) -> str:
        engine = "embedded engine" if self.embedded else "pulumi CLI"
        shared = f", {self.stacks} stacks at once" if self.stacks > 1 else ""
        spread = ", spread" if INSTANCES.keys() & self.repetitions.keys() else ""
        return f"{self.workload}, {self.latency * 1000:.0f} ms, {engine}{shared}{spread}"


def _times(repetitions: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, repetitions)


PULUMI = (FLOOR, OURS, NAIVE)
SLOW = "tccli, a process a call, to keep the run short"
TOO_MANY = "naive, which Pulumi's SDK fails to pickle by value more than 230 times; "


def _quotas(sub_apps: int, contenders: Mapping[str, int], left_out: str = "") -> Case:
    left_out += "terraform and tccli, to keep the run short"
    return Case(Workload(sub_apps=sub_apps), NEAR, contenders, operations=WITHOUT_PREVIEW, left_out=left_out)


SIXTY = Case(Workload(limits=60), NEAR, {**_times(3, *PULUMI), TERRAFORM: 1, TCCLI: 1})
SIXTY_FAR = Case(Workload(limits=60), FAR, {**_times(3, *PULUMI), TERRAFORM: 1}, left_out=SLOW)
FEW, MANY = _quotas(20, _times(3, *PULUMI)), _quotas(200, _times(1, FLOOR, OURS), TOO_MANY)
"""Those between which growth is seen."""
SIDE_BY_SIDE = (
    Case(Workload(limits=10), NEAR, {**_times(3, *PULUMI, TERRAFORM), TCCLI: 1}),
    SIXTY,
    SIXTY_FAR,
    Case(Workload(limits=100), NEAR, {**_times(3, *PULUMI), TERRAFORM: 1}, left_out=SLOW),
    FEW,
    MANY,
    *(Case(Workload(limits=size), NEAR, _times(3, *PULUMI), embedded=True) for size in (10, 60)),
)
TOGETHER = (Case(Workload(limits=90), NEAR, _times(3, *PULUMI), stacks=2, operations=WITHOUT_PREVIEW),)
SPREAD = (Case(Workload(limits=60), FAR, _times(3, FLOOR, OURS, *INSTANCES), operations=WITHOUT_PREVIEW),)
QUICK = (Case(Workload(limits=10), NEAR, _times(1, *PULUMI), operations=WITHOUT_PREVIEW),)
