"""`python -m bench.line SECONDS COMMAND …`: run a command at the far end of a real line.

Every packet takes SECONDS each way, so that a connection's handshake takes a round trip as well, which no wait in a
server shows. The command has a network namespace of its own, where it is FAR; the line ends with it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread

NEAR, FAR = "10.98.0.1", "10.98.0.2"
DEVICE = Path("/dev/net/tun")
PACKET = 1 << 16
# From Linux's if_tun.h.
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def missing() -> str:
    """What this machine lacks for a line; empty where it lacks nothing."""
    if not DEVICE.exists():
        return f"{DEVICE}, which Linux has"
    if os.geteuid() != 0:
        return "root's rights"
    return "" if shutil.which("ip") else "the command ip, of iproute2"


class Direction:
    """What enters at one end leaves at the other, in order and `seconds` later."""

    def __init__(self, source: int, target: int, seconds: float) -> None:
        self._source, self._target, self._seconds = source, target, seconds
        self._held: deque[tuple[float, bytes]] = deque()
        self._changed = Condition()

    def start(self) -> None:
        """Carry until an end has gone."""
        for work in (self._take, self._hand_on):
            Thread(target=work, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                packet = os.read(self._source, PACKET)
            except OSError:
                return
            with self._changed:
                self._held.append((time.monotonic() + self._seconds, packet))
                self._changed.notify()

    def _hand_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._held)
                due, packet = self._held.popleft()
            time.sleep(max(0.0, due - time.monotonic()))
            with suppress(OSError):
                os.write(self._target, packet)


def run(seconds: float, command: list[str]) -> int:
    """The command's exit code. Raises OSError, CalledProcessError where no line can be made."""
    near, far = f"near{os.getpid()}", f"far{os.getpid()}"
    ends = _end(near), _end(far)
    _ip("netns", "add", far)
    try:
        _raise(near, NEAR)
        _ip("link", "set", far, "netns", far)
        inside = ("netns", "exec", far)
        _raise(far, FAR, *inside, "ip")
        _ip(*inside, "ip", "link", "set", "lo", "up")
        for source, target in (ends, ends[::-1]):
            Direction(source, target, seconds).start()
        return subprocess.call(["ip", *inside, *command])  # noqa: S603, S607 - the machine's own, with what was asked for
    finally:
        _ip("netns", "delete", far)


def _end(name: str) -> int:
    end = os.open(DEVICE, os.O_RDWR)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return end


def _raise(name: str, address: str, *leading: str) -> None:
    _ip(*leading, "address", "add", f"{address}/24", "dev", name)
    _ip(*leading, "link", "set", name, "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)  # noqa: S603, S607 - the machine's own, with names made here


if __name__ == "__main__":
    sys.exit(run(float(sys.argv[1]), sys.argv[2:]))
