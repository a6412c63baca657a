"""The engine that has started a process: its address, and the run, of which all processes share what is declared."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import NamedTuple

from tc_resources.cloud.transport.shared_file import boot
from tc_resources.limits.processes import ancestors, socket_at


def engine_address(argv: Sequence[str]) -> str:
    """The last argument, "" where it is none: flags of the engine's own, such as those for its log, stand before it."""
    last = argv[-1] if len(argv) > 1 else ""
    host, _, port = last.rpartition(":")
    return last if host and port.isdecimal() else ""


def listens(address: str) -> bool:
    """Whether an engine listens there. One that is too busy to answer does."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except (ConnectionRefusedError, OverflowError, ValueError):
        return False
    except OSError:
        return True
    return True


class Run(NamedTuple):
    """A run: the port at which its engine listens, and what else tells it from other runs, "" where nobody tells.

    The port is what all its processes know for certain; ports and the numbers of processes are used again. On Linux
    the engine's socket tells runs apart, elsewhere the engine's process does, by its number and its start.
    """

    port: int
    socket: str = ""
    process: str = ""

    @property
    def known(self) -> bool:
        """Whether something tells it from every other run."""
        return bool(self.socket or self.process)

    def may_be(self, other: Run) -> bool:
        """Whether nothing that is known of both differs."""
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True) if mine and theirs)


def run_at(address: str) -> Run | None:
    """The run whose engine listens at this address, None where it is none."""
    port = port_of(address)
    if not port:
        return None
    socket = socket_at(port)
    if socket:
        return Run(port, f"{socket}-{boot()[:8]}")
    engine = next((process for process in ancestors() if process.is_engine and process.start), None)
    return Run(port, process=f"{engine.number} {engine.start}" if engine else "")


def port_of(address: str) -> int:
    """The port of an address, 0 where it is none."""
    port = address.rpartition(":")[2]
    return int(port) if port.isdecimal() else 0
