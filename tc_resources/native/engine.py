"""The engine that has started this plugin, or attaches to it: it listens on an address, and takes notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cached_property

import grpc

from tc_resources.limits.command import shows_all
from tc_resources.limits.registry import Registry
from tc_resources.limits.run import listens, run_at
from tc_resources.native.protocol import ENGINE, caller, message
from tc_resources.native.words import WORDS

INFO = 1
SECONDS = 5.0
"""How long a notice may take: what it tells of is done."""

_urn: ContextVar[str] = ContextVar("urn", default="")


@contextmanager
def on_row(urn: str) -> Iterator[None]:
    """Notices inside are shown on this resource's row."""
    token = _urn.set(urn)
    try:
        yield
    finally:
        _urn.reset(token)


class NativeEngine:
    """Its address is our last argument, and comes with Handshake and Attach too; "" is an engine that nobody named."""

    words = WORDS

    def __init__(self, address: str = "") -> None:
        self._serve(address)

    def attach(self, address: str) -> None:
        """Serve the engine at this address from now on; what an earlier one's run declares is over."""
        if address not in ("", self.address):
            self._serve(address)

    def _serve(self, address: str) -> None:
        self.address, self.registry = address, Registry(run_at(address))
        vars(self).pop("_log", None)

    def notice(self, text: str) -> None:
        """Show the user a line on the resource's row."""
        if self.address:
            with suppress(grpc.RpcError, ValueError):  # it hears nothing any more
                self._log(message("LogRequest")(severity=INFO, message=text, urn=_urn.get()), timeout=SECONDS)

    @cached_property
    def _log(self) -> Callable[..., object]:
        return caller(grpc.insecure_channel(self.address), ENGINE, "Log")

    def shows_all(self) -> bool:
        """Whether the command was not told to leave a part of the program out."""
        return shows_all(self.address)

    def alive(self) -> bool:
        """Whether the engine still runs. A plugin whose engine was killed goes on by itself."""
        return not self.address or listens(self.address)

    def write(self, text: str) -> None:
        """Take the package's log, as a stream: nobody sees a plugin's own."""
        if text.strip():
            self.notice(text.rstrip("\n"))

    def flush(self) -> None:
        """Nothing is held back."""
