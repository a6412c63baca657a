"""The engine that has started this process of Pulumi's dynamic provider host."""

from __future__ import annotations

import os
import select
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from tc_resources.dynamic.words import WORDS
from tc_resources.limits.command import shows_all
from tc_resources.limits.registry import Registry
from tc_resources.limits.run import engine_address, listens, run_at

STDIN = 0


class DynamicEngine:
    """It holds the other end of our standard input and listens on the address that is our last argument."""

    words = WORDS

    def __init__(self, argv: Sequence[str], stdin: int = STDIN, stdout: TextIO | None = None) -> None:
        self.address = engine_address(argv)
        self.registry = Registry(run_at(self.address))
        self._stdin, self._stdout = stdin, stdout

    def notice(self, text: str) -> None:
        """Show the user a line; the engine prints it under the stack."""
        stdout = self._stdout or sys.stdout
        encoding = getattr(stdout, "encoding", None) or "ascii"
        with suppress(OSError, ValueError):  # nobody reads it any more
            print(text.encode(encoding, "backslashreplace").decode(encoding), file=stdout, flush=True)

    def shows_all(self) -> bool:
        """Whether the command was not told to leave a part of the program out."""
        return shows_all(self.address)

    def alive(self) -> bool:
        """Whether the engine still runs. A process whose engine was killed goes on by itself."""
        if not self.address or not stat.S_ISFIFO(os.fstat(self._stdin).st_mode):
            return True
        poll = select.poll()
        poll.register(self._stdin, select.POLLIN)
        closed = any(event & select.POLLHUP for _, event in poll.poll(0))
        return not closed or listens(self.address)
