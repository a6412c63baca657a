"""A process that has imported what programs and providers need, and is forked for each of them.

It serves only where that has started no thread: a fork of gRPC's, which older SDKs start, is not to be relied on. It
ends with the engine's process, also by `kill -9`, and then interrupts what it has forked.
"""

from __future__ import annotations

import sys

# This file is started by its path, which must not lead the imports of what is run here.
if not getattr(sys.flags, "safe_path", False):  # as of Python 3.11
    sys.path.pop(0)

import atexit
import gc
import json
import os
import runpy
import select
import signal
import socket
from contextlib import suppress
from importlib import import_module
from importlib.metadata import entry_points

# The private ones and the codec are what gRPC, httpx and sockets import when they are first used.
PRELOADED = ("pulumi.dynamic", "dill", "grpc._channel", "grpc._server", "httpcore", "encodings.idna", "yaml")
ENTRY_POINTS = "local_engine.preload"
"""The group in which a package names modules that its providers need."""
READY = b"\1"


def serve(control: socket.socket) -> socket.socket:
    """Forks at each request, and tells on its socket the process id and later the exit code.

    Returns in the forked processes, with the socket of their request.
    """
    deaths, wakeup = _deaths()
    children: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([control, deaths], [], [])
        if deaths in ready:
            deaths.recv(4096)
            _reap(children)
        if control in ready:
            _, fds, _, _ = socket.recv_fds(control, 1, 1)
            if not fds:
                _end(children)
            request = socket.socket(fileno=fds[0])
            pid = os.fork()
            if not pid:
                signal.set_wakeup_fd(-1)
                for inherited in (control, deaths, wakeup, *children.values()):
                    inherited.close()
                return request
            children[pid] = request
            _tell(request, pid)


def become(request: socket.socket) -> None:
    """Takes over what a new process would be started with, and runs what Python would be told to."""
    head, fds, _, _ = socket.recv_fds(request, 4, 3)
    with request, request.makefile("rb") as body:
        wanted = json.loads(body.read(int.from_bytes(head, "big")))
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    os.chdir(wanted["directory"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _run(*wanted["arguments"])


def _run(option: str, *arguments: str) -> None:
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.getcwd() if option == "-m" else os.path.dirname(option))  # noqa: PTH109, PTH120 - sys.path is of texts
    if option == "-m":
        sys.argv = list(arguments)
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = [option, *arguments]
        runpy.run_path(option, run_name="__main__")


def _deaths() -> tuple[socket.socket, socket.socket]:
    """The first is readable whenever a child has ended; the second is what makes it so."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reading, writing


def _reap(children: dict[int, socket.socket]) -> None:
    for pid in list(children):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with children.pop(pid) as request:
                _tell(request, os.waitstatus_to_exitcode(status))


def _end(children: dict[int, socket.socket]) -> None:
    for pid in children:
        os.kill(pid, signal.SIGINT)
    os._exit(0)


def _tell(request: socket.socket, number: int) -> None:
    with suppress(OSError):
        request.sendall(number.to_bytes(4, "big", signed=True))


def _leave() -> None:
    """Does without the end of each module, which takes longer than most operations; all other handlers have run."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(exit_code)


if __name__ == "__main__":
    exit_code = 1
    atexit.register(_leave)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    named = [entry.module for entry in entry_points(group=ENTRY_POINTS)]
    for name in (*PRELOADED, *named):
        with suppress(ImportError):  # what a program lacks, it is told when it runs
            import_module(name)
    gc.freeze()
    control = socket.socket(fileno=int(sys.argv[1]))
    if len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208 - only their number counts
        sys.exit()
    control.send(READY)
    try:
        become(serve(control))
        exit_code = 0
    except SystemExit as end:
        exit_code = end.code if isinstance(end.code, int) else end.code is not None
        raise
