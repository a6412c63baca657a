"""What a process takes until it can work: fresh interpreters that take turns, by the wall clock."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

from bench.contenders.opening import FLOOR, OURS
from bench.measurement import Measurement

CASE = "imports"
PROGRAM, PROVIDER = "a program's import", "a provider's, until its first call"
REPETITIONS = 51
HOST = "import pulumi.dynamic, dill, grpc._channel, grpc._server"
"""What Pulumi's own provider process imports."""
CLIENT = """
from tc_resources.limits.session import Process
config = {"tc-resources:secretId": "AKIDnobody", "tc-resources:secretKey": "none"}
Process(config, {}).handler("prefetch_origin_limit").service
"""
SNIPPETS = {
    (PROGRAM, FLOOR): "import pulumi",
    (PROGRAM, OURS): "import tc_resources",
    (PROVIDER, FLOOR): HOST,
    (PROVIDER, OURS): HOST + CLIENT,
}


def imports() -> Iterator[Measurement]:
    """Each snippet in turn, and that as often as REPETITIONS says."""
    for repetition in range(REPETITIONS):
        for (operation, name), snippet in SNIPPETS.items():
            yield Measurement(CASE, name, repetition, operation, _seconds(snippet), 0, 0, None, None)


def _seconds(snippet: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", snippet], check=True)  # noqa: S603 - written above
    return time.perf_counter() - start
