"""The engine that has started a process: its address, and the run, of which all processes share one file."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tc_resources.cloud.transport.shared_file import boot

PROC = Path("/proc")
LISTENING = "0A"
"""The state of a socket, in the kernel's table, that takes connections."""


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


def name_of_run(address: str) -> str:
    """The same for all processes of a run, whose engine listens at this address, and another for any other run.

    On Linux the engine's socket names the run for certain; elsewhere the engine's process does, by its number and its
    start: ports and the numbers of processes are used again.
    """
    port = address.rpartition(":")[2]
    return f"run-{port}-{_socket(int(port)) or _engine()}"


def _socket(port: int) -> str:
    """The socket that listens on a port of this machine, since it was booted; "" where the system does not tell."""
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    return f"{fields[9]}-{boot()[:8]}"
    return ""


def _engine() -> str:
    """The engine's process, by its number and start: it starts the provider's through a shell."""
    number = _status(os.getppid(), 1, "ppid")
    return f"{number}-{_status(number, 19, 'lstart')}"


def _status(process: int | str, field: int, name: str) -> str:
    """What the system says of a process: a field behind its command in /proc, or what ps calls `name`."""
    if not PROC.exists():
        command = ["/bin/ps", "-o", f"{name}=", "-p", str(process)]
        listed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no part of it comes from outside
        return "".join(listed.stdout.split())
    try:
        return (PROC / str(process) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[field]
    except FileNotFoundError:  # the parent of a container's first process
        return ""
