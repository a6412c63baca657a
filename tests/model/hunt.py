"""How soon the model finds each broken variant of the package: `python -m tests.model.hunt [NAME…]`, or `make mutants`.

Each variant runs in a process of its own until something is lost. One that the model has not found in MOST steps has
survived, and the exit code is 1; so it is where the model finds something in the package as it is, which all variants
may meet after as many steps: then nothing is told of them. What is no verdict of the model's, as an error in a step of
it, is no find.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from tests.model.tally import LOSSES, steps
from tests.model.things import Loss

MOST = 5_000
SEED = 1
LONGEST = 1_200
"""Seconds after which a hunt hangs, which is no find."""
APPLY = "from tests.model.child import mutants; mutants.apply({name!r})"
NAMES = "import json; from tests.model.child.mutants import MUTANTS; print(json.dumps([*MUTANTS]))"


def main() -> int:
    """The exit code: 1 where one has survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="of these variants, instead of all")
    parser.add_argument("--here", action="store_true", help="in this process, whose PYTHON_MUTANT names it")
    given = parser.parse_args()
    if given.here:
        print(json.dumps(hunted()))
        return 0
    names = given.names or json.loads(python("-c", NAMES).stdout)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sound, *found = [*pool.map(hunt, ["", *names])]
    survivors = [name for name, told in zip(names, found, strict=True) if not told]
    if sound:
        print("The package as it is has lost something itself, so that no find counts.")
    else:
        print(f"{len(names)} broken variants, {len(survivors)} survived {MOST} steps: {', '.join(survivors) or 'none'}")
    return 1 if survivors or sound else 0


def hunt(name: str) -> bool:
    """Whether it was found, with a line that says how; without a name it is the package as it is.

    Raises CalledProcessError where the variant cannot be made.
    """
    if name:
        python("-c", APPLY.format(name=name))
    number, reason, program = 0, "", ""
    with suppress(subprocess.TimeoutExpired):
        number, reason, program = json.loads(
            python("-m", "tests.model.hunt", "--here", mutant=name).stdout.splitlines()[-1]
        )
    found = reason.startswith(Loss.__name__)
    first, *details = reason.splitlines() or [""]
    told = f"{number:>5} steps" if found else " no verdict" if reason else "   survived"
    print(f"{told}  {name or 'the package as it is'}: {first}", flush=True)
    if reason and not (name and found):
        print(*details, f"This program repeats it:\n\n{program}\n", sep="\n", flush=True)
    return found if name else bool(reason)


def hunted() -> tuple[int, str, str]:
    """After how many steps something is lost, what it is, and the program that repeats it."""
    from tests.model.machine import run_machine

    with suppress(Exception):  # whatever it was, it is among the losses
        run_machine(SEED, MOST)
    return (steps(), LOSSES[0].reason, LOSSES[0].program()) if LOSSES else (steps(), "", "")


def python(*arguments: str, mutant: str | None = None) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [sys.executable, *arguments]
    environment = {**os.environ, **({"PYTHON_MUTANT": mutant} if mutant else {})}
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=LONGEST, env=environment)  # noqa: S603 - written above


if __name__ == "__main__":
    sys.exit(main())
