"""The emulated service in a process of its own, so that it shares no interpreter with what is measured.

`python -m bench.service HOST LATENCY` prints its account, and then a tally for each line that it reads, in JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.proxy import forwarding
from bench.way import Way
from tc_resources.testing.emulator import Emulator

RATE = 20
"""Requests that it takes of one action in a second."""


@dataclass(frozen=True)
class Account:
    """How the service is reached: directly, or through a proxy under whatever name."""

    url: str
    proxy: str
    secret_id: str
    secret_key: str


@dataclass(frozen=True)
class Tally:
    """What has arrived since the last one, and what the service has now."""

    calls: int
    throttled: int
    values: list[int]
    """The bandwidth or quota of each setting."""


@dataclass(frozen=True)
class Service:
    """The other end of the process."""

    account: Account
    _process: subprocess.Popen[str]

    def tally(self) -> Tally:
        """Count the calls, and start to count anew."""
        print(file=self._process.stdin, flush=True)
        return Tally(**_answer(self._process))


@contextmanager
def serving(way: Way) -> Iterator[Service]:
    """A service at the other end of `way`."""
    command = way.command(sys.executable, "-m", "bench.service", way.host, str(way.latency))
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - written above
        yield Service(Account(**_answer(process)), process)


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError("The service has not started, or has ended.")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _serve(host: str, latency: float) -> None:
    with (
        Emulator(host=host, allow_remote=True, latency=latency, rate=RATE) as emulator,
        forwarding(host, emulator.url) as proxy,
    ):
        _say(Account(emulator.url, proxy, emulator.secret_id, emulator.secret_key))
        for _ in sys.stdin:
            _say(_tally(emulator))
            emulator.clear_calls()


def _say(what: Account | Tally) -> None:
    print(json.dumps(asdict(what)), flush=True)


def _tally(emulator: Emulator) -> Tally:
    codes = [call.code for call in emulator.calls]
    limits = [limit.bandwidth for limit in emulator.limits()]
    return Tally(
        len(codes), codes.count("RequestLimitExceeded"), limits + [quota.quota_limit for quota in emulator.quotas()]
    )


if __name__ == "__main__":
    _serve(sys.argv[1], float(sys.argv[2]))
