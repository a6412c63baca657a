"""A Pulumi project of one of the programs."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.workload import Inputs

PROGRAMS = Path(__file__).parents[1] / "programs"


def create(folder: Path, program: str) -> None:
    """Put the program's project into `folder`."""
    shutil.copytree(PROGRAMS / program, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROGRAMS / "declared.py", folder)
    (folder / "Pulumi.yaml").write_text("name: bench\nruntime: python\n", encoding="utf-8")


def declare(folder: Path, inputs: Inputs) -> None:
    """Let the program declare these."""
    (folder / "inputs.json").write_text(json.dumps(asdict(inputs)), encoding="utf-8")


def bytes_of_a_resource(deployment: dict[str, Any]) -> float:
    """What a resource takes, on average, of an exported state."""
    rows = [row for row in deployment["resources"] if not row["type"].startswith("pulumi:")]
    return sum(len(json.dumps(row, separators=(",", ":"))) for row in rows) / len(rows)
