"""What is measured: which work, over which way, on which engine, by whom and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bench.contenders.contender import DESTROY, OPERATIONS, PREVIEWED, REFRESH, UP
from bench.contenders.opening import BRIDGED, DYNAMIC, FLOOR, NAIVE, NATIVE, TCCLI, TERRAFORM
from bench.way import Way
from bench.workload import Workload

NEAR, FAR = Way(0.05), Way(0.15, over_line=True)
WITHOUT_PREVIEW = tuple(operation for operation in OPERATIONS if operation != PREVIEWED)


@dataclass(frozen=True)
class Case:
    """One comparison. `stacks` share the work out and run at once; `switches` are variables by which the CLI works in
    another way; `left_out` says who is not in it, and why.
    """

    workload: Workload
    way: Way
    repetitions: Mapping[str, int]
    embedded: bool = False
    stacks: int = 1
    operations: tuple[str, ...] = OPERATIONS
    left_out: str = ""
    switches: tuple[str, ...] = ()

    def __str__(self) -> str:
        engine = "embedded engine" if self.embedded else "pulumi CLI"
        shared = f", {self.stacks} stacks at once" if self.stacks > 1 else ""
        switched = f" with {' and '.join(self.switches)}" if self.switches else ""
        return f"{self.workload}, {self.way}, {engine}{switched}{shared}"


def _times(repetitions: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, repetitions)


OURS = (FLOOR, DYNAMIC, NATIVE)
PULUMI = (*OURS, NAIVE)
PEERS = (*PULUMI, TERRAFORM, BRIDGED)
SLOW = "tccli, a process a call, to keep the run short"
TOO_MANY = "naive, which Pulumi's SDK fails to pickle by value more than 230 times; "


def _quotas(sub_apps: int, contenders: Mapping[str, int], left_out: str = "") -> Case:
    left_out += "terraform, bridged and tccli, to keep the run short"
    return Case(Workload(sub_apps=sub_apps), NEAR, contenders, operations=WITHOUT_PREVIEW, left_out=left_out)


SIXTY = Case(Workload(limits=60), NEAR, {**_times(3, *PEERS), TCCLI: 1})
SIXTY_FAR = Case(Workload(limits=60), FAR, _times(3, *PEERS), left_out=SLOW)
FEW, MANY = _quotas(20, _times(3, *PULUMI)), _quotas(200, _times(1, *OURS), TOO_MANY)
"""Those between which growth is seen."""
NO_CHECKPOINTS, NO_BACKUPS, PARALLEL = (
    "PULUMI_SKIP_CHECKPOINTS=true",
    "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS=true",
    "PULUMI_PARALLEL=64",
)
CLOSE = (
    Case(Workload(limits=10), NEAR, {**_times(3, *PEERS), TCCLI: 1}),
    SIXTY,
    Case(Workload(limits=100), NEAR, _times(1, *PEERS), left_out=SLOW),
    *(Case(Workload(limits=size), NEAR, _times(3, FLOOR, DYNAMIC, NAIVE), embedded=True) for size in (10, 60)),
)
DISTANT = (SIXTY_FAR,)
LARGE = (FEW, MANY)
SWITCHED = tuple(replace(MANY, switches=(switch,)) for switch in (NO_CHECKPOINTS, NO_BACKUPS, PARALLEL))
HUGE = (
    replace(
        MANY,
        workload=Workload(sub_apps=2000),
        repetitions=_times(1, DYNAMIC, NATIVE),
        operations=(UP, REFRESH, DESTROY),
        switches=(NO_CHECKPOINTS,),
        left_out=f"{MANY.left_out}; the floor, which is no matter of memory",
    ),
)
TOGETHER = (Case(Workload(limits=90), NEAR, _times(3, *PULUMI), stacks=2, operations=WITHOUT_PREVIEW),)
QUICK = (Case(Workload(limits=10), NEAR, _times(1, *PULUMI), operations=WITHOUT_PREVIEW),)
