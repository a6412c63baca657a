"""Long runs of the model test, several at once: `python -m tests.model.soak [STEPS]`, or `make soak STEPS=…`.

Each batch is a process with a seed of its own, which it prints; `--seed` repeats one. At the end it tells how often
each alternative was drawn, and what was not, which as of ENOUGH steps is a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from tests.model.coverage import table, undrawn
from tests.model.tally import LOSSES, TALLY, Lost

BATCH = 1_000
"""Steps of one process, at the least, which takes all that it has opened with it."""
LONGEST = 1_800
"""Seconds after which a batch hangs, which is a loss too."""
ENOUGH = 50_000
"""Steps in which all that can be drawn is."""
SUMMARY = ("cases", "kills", "failed", "operation ")


def main() -> int:
    """The exit code: 1 where anything was lost, or not drawn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", type=int, nargs="?", default=100_000)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="after which no batch begins")
    parser.add_argument("--seed", type=int, help="repeat one batch, in this process")
    given = parser.parse_args()
    if given.seed is not None:
        print(json.dumps(run(given.seed)))
        return 0
    return soak(given.steps, given.minutes * 60)


def run(seed: int) -> dict[str, Any]:
    """One batch."""
    from tests.model.machine import run_machine

    with suppress(Exception):  # whatever it was, it is among the losses
        run_machine(seed, BATCH)
    return {"seed": seed, "tally": TALLY, "losses": [asdict(lost) for lost in LOSSES[:1]]}


def soak(steps: int, seconds: float = float("inf")) -> int:
    """Batches until there are `steps` or the time is over, a line for each, and a summary."""
    start, total, losses = time.monotonic(), Counter[str](), 0

    def over() -> bool:
        return counted(total, "step ") >= steps or time.monotonic() > start + seconds

    print(f"{steps} steps in batches of {BATCH} or more, {os.cpu_count()} at a time.", flush=True)
    for batch in batches(-(-steps // BATCH), over):
        total.update(batch["tally"])
        losses += len(batch["losses"])
        done = counted(total, "step ")
        pace = done / (time.monotonic() - start)
        print(f"seed {batch['seed']:>10}: {done:>7} steps, {pace:.0f} a second, {losses} losses", flush=True)
        for lost in batch["losses"]:
            print(told(lost), flush=True)
    print(summary(total, losses, time.monotonic() - start))
    missed = undrawn(total)
    print(f"{len(missed)} alternatives were not drawn{':' if missed else '.'}", *missed, sep="\n  ")
    return 1 if losses or (missed and counted(total, "step ") >= ENOUGH) else 0


def batches(number: int, over: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    seeds = [random.SystemRandom().randrange(2**32) for _ in range(number)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for future in as_completed([pool.submit(start_batch, seed, over) for seed in seeds]):
            if batch := future.result():
                yield batch


def start_batch(seed: int, over: Callable[[], bool]) -> dict[str, Any]:
    """Run it in a process of its own; nothing where it is over."""
    if over():
        return {}
    command = [sys.executable, "-m", "tests.model.soak", "--seed", str(seed)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=True)  # noqa: S603 - written above
        batch: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    except subprocess.SubprocessError as error:
        reason = f"{error}\n{error.stderr}" if isinstance(error, subprocess.CalledProcessError) else str(error)
        return {"seed": seed, "tally": {}, "losses": [{"reason": reason, "story": []}]}
    return batch


def told(lost: dict[str, Any]) -> str:
    loss = Lost(**lost)
    return f"LOST: {loss.reason}\nThis program repeats it:\n\n{loss.program()}\n"


def counted(total: Counter[str], prefix: str) -> int:
    return sum(count for name, count in total.items() if name.startswith(prefix))


def summary(total: Counter[str], losses: int, seconds: float) -> str:
    lines = [f"{counted(total, 'step ')} steps in {seconds:.0f} s"]
    lines += [f"{count:>9} {name}" for name, count in sorted(total.items()) if name.startswith(SUMMARY)]
    lines += table(total)
    return "\n".join([*lines, f"{losses:>9} losses"])


if __name__ == "__main__":
    sys.exit(main())
