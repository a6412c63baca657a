"""How many broken lines of the core the tests see: `python -m tests.mutation.sample [PATH…]`, or `make mutation`.

Cosmic Ray breaks one place at a time, in a copy of the tree, and the tests of that part run until one fails. The places
are drawn: a few of each module, the same for a seed. One that no test sees and that argued.json does not explain is a
survivor, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from queue import Queue
from random import Random
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
ARGUED = Path(__file__).with_name("argued.json")
"""For each mutation that may survive, as `told` shows it, why."""
CORE = ("tc_resources/cloud", "tc_resources/limits", "tc_resources/dynamic", "tc_resources/native")
TESTS = {
    "tc_resources/cloud": ("tests/unit/cloud", "tests/unit/provider"),
    "tc_resources/limits": ("tests/unit/limits", "tests/unit/provider", "tests/unit/program"),
    "tc_resources/dynamic": ("tests/unit/program", "tests/unit/provider"),
    "tc_resources/native": ("tests/unit/native", "tests/unit/provider"),
}
"""The tests that run for a part, those that see most of it first."""
UNSEEN = ("core/ReplaceBinaryOperator_BitOr",)
"""Operators whose changes are mostly in annotations, which nobody evaluates."""
DECLARING = "@dataclass"
"""How a line begins of which no change is drawn: whether an object could be written to is no behaviour."""
LONGEST = 600
"""Seconds after which the tests hang, which somebody sees."""


class Place(NamedTuple):
    """What is changed, by an operator of Cosmic Ray's and how often that can be applied before it in the module."""

    module: str
    operator: str
    occurrence: int


def main() -> int:
    """The exit code: 1 where one has survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", default=CORE, help="modules or folders, instead of the whole core")
    parser.add_argument("--each", type=int, default=2, help="places of a module")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    places = [it for module in modules(given.paths) for it in drawn(module, given.each, Random(given.seed))]
    argued = json.loads(ARGUED.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        survivors = [text for text in survived(places, Path(folder)) if text not in argued]
    print(f"{len(places)} changes, {len(survivors)} survived.")
    return 1 if survivors else 0


def modules(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        found = sorted((ROOT / path).rglob("*.py")) if (ROOT / path).is_dir() else [ROOT / path]
        yield from (str(file.relative_to(ROOT)) for file in found)


def drawn(module: str, number: int, random: Random) -> list[Place]:
    """So many places of a module, at each of which one operator is applied."""
    work_db = import_module("cosmic_ray.work_db")
    init = import_module("cosmic_ray.commands.init")
    with work_db.use_db(":memory:", work_db.WorkDB.Mode.create) as db:
        init.init([ROOT / module], db, {})
        found = [mutation for item in db.work_items for mutation in item.mutations]
    lines = (ROOT / module).read_text(encoding="utf-8").splitlines()
    places: dict[tuple[Any, Any], list[Place]] = {}
    for it in found:
        if not it.operator_name.startswith(UNSEEN) and not lines[it.start_pos[0] - 1].startswith(DECLARING):
            place = Place(module, it.operator_name, it.occurrence)
            places.setdefault((it.start_pos, it.end_pos), []).append(place)
    chosen = random.sample(sorted(places), min(number, len(places)))
    return [random.choice(places[position]) for position in chosen]


def survived(places: Sequence[Place], folder: Path) -> Iterator[str]:
    """The changes that no test has seen, each with a line as soon as it is known; each core has a copy of the tree."""
    copies: Queue[Path] = Queue()
    for number in range(os.cpu_count() or 1):
        copies.put(
            shutil.copytree(ROOT, folder / str(number), ignore=shutil.ignore_patterns(".*", "dist", "node_modules"))
        )

    def test(place: Place) -> str:
        copy = copies.get()
        try:
            return tested(place, copy)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(copies.qsize()) as pool:
        yield from filter(None, pool.map(test, places))


def tested(place: Place, copy: Path) -> str:
    """The change as it is shown, "" where a test has seen it."""
    file = copy / place.module
    before = file.read_text(encoding="utf-8")
    run("-m", "cosmic_ray.cli", "apply", place.module, place.operator, str(place.occurrence), copy=copy)
    text = told(place.module, before, file.read_text(encoding="utf-8"))
    try:
        seen = not passed(place.module, copy)
    finally:
        file.write_text(before, encoding="utf-8")
    print(f"{'seen' if seen else 'SURVIVED':>8}  {text}", flush=True)
    return "" if seen else text


def told(module: str, before: str, after: str) -> str:
    """The first line that differs, as it was and as it is."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    old, new = next(((old, new) for old, new in pairs if old != new), ("", ""))
    return f"{module}: {old.strip()} => {new.strip()}"


def passed(module: str, copy: Path) -> bool:
    tests = next(tests for part, tests in TESTS.items() if module.startswith(part))
    try:
        run("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests, copy=copy)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return False
    return True


def run(*arguments: str, copy: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(  # noqa: S603 - written above
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, check=True, timeout=LONGEST
    )


if __name__ == "__main__":
    sys.exit(main())
