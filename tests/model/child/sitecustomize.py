"""Loaded through PYTHONPATH by every Python that the model test's engine starts: no waits, and sudden deaths."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import time
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pulumi

from tc_resources.cloud import cancellation
from tc_resources.cloud.action import Action
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.services import listing
from tc_resources.cloud.transport import connection, shared_file
from tc_resources.cloud.transport.signing import Signature
from tc_resources.dynamic import process
from tc_resources.limits import command, orphan
from tc_resources.native import servicer
from tests.model import clock


@cache
def machine(process: int) -> Path:
    """Where MACHINE leads as the process looks first, though others may be on another one by then."""
    del process
    return Path(os.environ["MACHINE"]).resolve()


class Here:
    """The only place for what the processes of a machine share."""

    def __iter__(self) -> Iterator[Path]:
        yield machine(os.getpid())  # a fork's is its own


TIME = clock.Clock(Path(os.environ["CLOCK"]))
Clock.__init__.__defaults__ = (TIME.monotonic, TIME.told, TIME.sleep, random.uniform)
listing.PAGE = 3  # so that a few rows take several pages
shared_file.PLACES = Here()  # type: ignore[assignment]
orphan.LOOK, orphan.GRACE = 0.05, 5.0

PRELOADED = (
    "tc_resources.cloud.connect",
    "tc_resources.cloud.credentials.refreshing",
    "tc_resources.cloud.services.sts",
    "tc_resources.dynamic.aigc_quota",
    "tc_resources.dynamic.instance",
    "tc_resources.dynamic.prefetch_origin_limit",
    "tc_resources.native.main",
    "encodings.punycode",
    "idna.uts46data",
)
"""What all processes come to import, once for all that are forked."""

post, configure, begin = connection.Connection.post, process.configure, servicer.Servicer.Configure
locked = shared_file.Numbers.locked


def post_or_die(
    self: connection.Connection,
    action: Action,
    params: Mapping[str, object],
    signature: Signature,
    seconds: float,
) -> dict[str, Any]:
    """Send, unless it is this process's time: right before the call, or right after the service has carried it out."""
    moment = drawn_lot()
    if moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        return post(self, action, params, signature, seconds)
    finally:
        if moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)


def sleep_or_stop(self: cancellation.Cancellation, seconds: float) -> None:
    """As the package's, by this clock."""
    if not cancellation.finishing():
        self.demand(cancellation.WAITED)
    TIME.sleep(seconds)
    if not cancellation.finishing():
        self.demand(cancellation.WAITED)


def locked_by_the_machine(self: shared_file.Numbers, pause: Callable[[], None]) -> AbstractContextManager[array[float]]:
    """Time is played here, but whoever has the lock needs a real moment to go on."""
    del pause
    return locked(self, lambda: time.sleep(0.001))


def drawn_lot() -> str:
    """Each call takes a file from the folder LOTS, the last one first; the first one names the moment of a death."""
    for lot in sorted(Path(os.environ["LOTS"]).iterdir(), reverse=True):
        with suppress(FileNotFoundError):
            lot.unlink()
            return lot.suffix.removeprefix(".")
    return ""


def configure_or_fill(request: Any) -> None:
    begin_or_fill()
    configure(request)


def begin_or_fill() -> None:
    """Begin, as a file in SESSIONS tells, and with no room on any disk where the file FULL is."""
    (Path(os.environ["SESSIONS"]) / str(os.getpid())).touch()
    if Path(os.environ["FULL"]).exists():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def begin_natively(self: servicer.Servicer, request: Any, context: object) -> Any:
    begin_or_fill()
    return begin(self, request, context)


def commands(address: str) -> list[tuple[str, ...]]:
    """The engine's command line, which the embedded one does not have."""
    del address
    return [tuple(json.loads(Path(os.environ["COMMAND"]).read_text(encoding="utf-8")))]


command._commands = commands
# Each would be a call, of which nobody reads anything.
pulumi.log.debug = lambda *_, **__: None
cancellation.Cancellation.sleep = sleep_or_stop  # type: ignore[method-assign]
connection.Connection.post = post_or_die  # type: ignore[method-assign]
process.configure = configure_or_fill
shared_file.Numbers.locked = locked_by_the_machine  # type: ignore[method-assign, assignment]
servicer.Servicer.Configure = begin_natively  # type: ignore[method-assign, assignment]

if "PYTHON_MUTANT" in os.environ:
    import_module("tests.model.child.mutants").apply(os.environ["PYTHON_MUTANT"])
# After the variant, which may be about what these import.
for module in PRELOADED:
    import_module(module)
