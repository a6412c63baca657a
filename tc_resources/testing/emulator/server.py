"""The thread that serves the emulator, on loopback unless somebody insists."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from threading import Event, Thread

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

LOOPBACK = "127.0.0.1"
START_SECONDS = 10


class Connection(H11Protocol):
    """Shows the application its transport, so that it can hang up without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Called by asyncio for each client; requests find the transport in their state."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Server(uvicorn.Server):
    """Starts and stops on events, where uvicorn polls every tenth of a second."""

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            http=Connection,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            date_header=False,
            server_header=False,
        )
        super().__init__(config)
        self.ready = Event()

    async def main_loop(self) -> None:
        """Runs until `stop`; `ready` is set as soon as connections are accepted."""
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self.ready.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Break what is open: a client that keeps its connection alive would hold up the end."""
        for listening in sockets or []:
            self._loop.remove_reader(listening)
        # A connection accepted just now takes some rounds of the loop to appear, and leaks if the server closes first.
        await rounds(3)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for server in self.servers:
            server.close()
        await rounds(1)

    def stop(self) -> None:
        """Have the server end soon; to be called from other threads."""
        self._loop.call_soon_threadsafe(self._stopping.set)


class NotLoopbackError(ValueError):
    """The emulator was to listen where other machines can reach it, and nobody has said that it may."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is not an address of loopback. Whoever reaches the emulator can use it, since its key is public "
            "knowledge: to let it listen there all the same, say allow_remote=True (--allow-remote)."
        )


class ServerThread:
    """`app` on a port of `host`, from `start` to `stop`. Port 0 takes a free one."""

    def __init__(self, app: ASGIApp, host: str, port: int, *, allow_remote: bool) -> None:
        self._server = Server(app)
        self._address = (host, port)
        self._allow_remote = allow_remote
        self._thread = Thread(target=self._serve, name="emulator", daemon=True)

    def start(self) -> int:
        """The port, which accepts connections by then. Raises OSError where it is taken, NotLoopbackError."""
        self._socket = listener(*self._address, allow_remote=self._allow_remote)
        self._thread.start()
        if not self._server.ready.wait(START_SECONDS):
            raise RuntimeError(f"The emulator did not start within {START_SECONDS} s.")
        port: int = self._socket.getsockname()[1]
        return port

    def stop(self) -> None:
        """Returns once nothing is served any more."""
        self._server.stop()
        self._thread.join()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])


async def rounds(count: int) -> None:
    """Let the event loop go round."""
    for _ in range(count):
        await asyncio.sleep(0)


def listener(host: str, port: int, *, allow_remote: bool) -> socket.socket:
    """A socket that listens on an address of `host`; of IPv4, where it has one of either kind."""
    family, *_, address = min(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    if not (allow_remote or ip_address(address[0]).is_loopback):
        raise NotLoopbackError(host)
    # asyncio switches Nagle's delay (40 ms an answer) off only where the protocol is named.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def url_of(host: str, port: int) -> str:
    """Where a client finds what listens there; an IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
