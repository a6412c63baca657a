"""A service and a proxy in front of it, on loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import StreamRequestHandler, TCPServer
from typing import ClassVar

from tc_resources.cloud.client import Client

FINE = {"Response": {"RequestId": "r-1"}}


@contextmanager
def served(server: TCPServer) -> Iterator[int]:
    """The port of a server that answers while the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield int(server.socket.getsockname()[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Service(BaseHTTPRequestHandler):
    """Finds everything fine."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(FINE).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Proxy(StreamRequestHandler):
    """Connects to the one service that there is, whichever is asked for."""

    asked: ClassVar[list[str]]
    service: ClassVar[int]
    port: ClassVar[int]
    refuses_with: ClassVar[bytes] = b""

    def handle(self) -> None:
        self.asked.append(self.rfile.readline().decode().strip())
        while self.rfile.readline().strip():
            pass
        if self.refuses_with:
            self.wfile.write(b"HTTP/1.1 " + self.refuses_with + b"\r\nContent-Length: 0\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self.service)) as there:
            back = threading.Thread(target=copy, args=(there, self.connection))
            back.start()
            copy(self.connection, there)
            back.join()


def copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@contextmanager
def open_for_a_while(client: Client) -> Iterator[Client]:
    """The client, whose connections do not outlast the block."""
    try:
        yield client
    finally:
        client._requester._connection._http.close()
