"""The file of what was measured: every single run, so that any other figure can be made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.measurement import Measurement


@dataclass
class Results:
    """What was measured on which machine; `left_out` has, by case, who was not and why."""

    machine: Mapping[str, str]
    measurements: list[Measurement] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def replace(self, case: str, measurements: list[Measurement], left_out: str) -> None:
        """Take these in place of what there is of the case."""
        self.measurements = [row for row in self.measurements if row.case != case] + measurements
        self.left_out[case] = left_out

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def load(file: Path, machine: Mapping[str, str]) -> Results:
    """The results in `file` if they are this machine's, else empty ones."""
    content = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if content.get("machine") != machine:
        return Results(machine)
    return Results(machine, [Measurement(**row) for row in content["measurements"]], content["left_out"])
