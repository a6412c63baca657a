"""The processes of an operation: each is started as by `python -u …`, on Linux out of a warm fork server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from tc_resources.testing.engine.forks import Fork, server_for

WARM = sys.platform == "linux"  # elsewhere the system's own libraries do not bear a fork
STOP_SECONDS = 5.0


class Process:
    """Its standard input is empty; it stays open until `end_input`, or the end of this process."""

    def __init__(self, arguments: Sequence[str], directory: Path, environment: Mapping[str, str]) -> None:
        (stdin, input_), (stdout, theirs_out), (stderr, theirs_err) = os.pipe(), os.pipe(), os.pipe()
        self._process = _start(arguments, directory, environment, (stdin, theirs_out, theirs_err))
        for fd in (stdin, theirs_out, theirs_err):
            os.close(fd)
        self._stdin = os.fdopen(input_, "w")
        self._streams = [os.fdopen(fd, encoding="utf-8", errors="replace") for fd in (stdout, stderr)]
        self._pumps: list[threading.Thread] = []

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative where a signal has ended it."""
        return self._process.poll()

    def read_line(self) -> str:
        """The next line of its standard output, stripped; empty once there are no more. Not for use after `pump`."""
        return self._streams[0].readline().strip()

    def pump(self, on_line: Callable[[str], None]) -> None:
        """Hands on what it prints, line by line, until it has closed its streams."""

        def run(stream: IO[str]) -> None:
            for line in stream:
                on_line(line)

        self._pumps = [threading.Thread(target=run, args=(stream,)) for stream in self._streams]
        for thread in self._pumps:
            thread.start()

    def end_input(self) -> None:
        """Closes its standard input, so that reading from it waits for nothing."""
        self._stdin.close()

    def interrupt(self) -> None:
        """Asks it to end, as Pulumi does; `close` then waits for that."""
        if self.exit_code is None:
            self._process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """Waits for a process that has been interrupted, and until all that it printed has been handed on."""
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._pumps:
            thread.join()
        for stream in (self._stdin, *self._streams):
            stream.close()


def _start(
    arguments: Sequence[str], directory: Path, environment: Mapping[str, str], streams: Sequence[int]
) -> Fork | subprocess.Popen[bytes]:
    if WARM and (server := server_for(environment)):
        return Fork(server, arguments, directory, environment, streams)
    stdin, stdout, stderr = streams
    command = [sys.executable, "-u", *arguments]
    return subprocess.Popen(command, cwd=directory, env=environment, stdin=stdin, stdout=stdout, stderr=stderr)  # noqa: S603 - our own arguments
