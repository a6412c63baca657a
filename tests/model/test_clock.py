"""The time of a case is one for all that share it, and whoever waits takes it along."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.model.clock import Clock


def test_who_sleeps_makes_it_later_for_all_that_share_the_file(tmp_path: Path) -> None:
    one, other = (Clock(tmp_path / "clock") for _ in range(2))
    unix, seconds = other.now(), other.monotonic()
    one.sleep(1_000.0)
    assert other.now() >= unix + 1_000
    assert other.monotonic() >= seconds + 1_000


def test_those_who_sleep_at_once_are_each_as_much_later_as_they_asked_for(tmp_path: Path) -> None:
    def shortest(clock: Clock) -> float:
        took = []
        for _ in range(50):
            before = clock.now()
            clock.sleep(10.0)
            took.append(clock.now() - before)
        return min(took)

    with ThreadPoolExecutor(4) as pool:
        assert min(pool.map(shortest, [Clock(tmp_path / "clock") for _ in range(4)])) >= 10.0 - 1e-3


def test_sleep_that_is_to_meet_what_goes_on_meanwhile_takes_as_long_in_the_end(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    with clock.slowly():
        before = clock.now()
        clock.sleep(1.0)
        assert clock.now() >= before + 1


WRITES = """
import sys
from pathlib import Path
from tests.model.clock import Clock
clock = Clock(Path(sys.argv[1]))
print("begun", flush=True)
while True:
    clock._write(*clock._read())
"""


def test_another_process_never_sees_it_half_written(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    clock.sleep(1_000_000.0)
    command = [sys.executable, "-c", WRITES, str(tmp_path / "clock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:  # noqa: S603 - written above
        assert writer.stdout
        writer.stdout.readline()
        try:
            assert min(clock._read()[0] for _ in range(300_000)) > 999_999
        finally:
            writer.kill()
