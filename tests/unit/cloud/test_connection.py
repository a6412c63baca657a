"""What goes through a proxy and what does not, which authorities are trusted, and how many connections are opened."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer, ThreadingTCPServer
from typing import Any, ClassVar
from unittest.mock import Mock

import httpx
import pytest
import trustme

from tc_resources.cloud import settings
from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.errors import CloudError, ConfigError, TransportError
from tc_resources.cloud.services.teo import DESCRIBE, MODIFY
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.cloud.transport.trust import CABundle
from tc_resources.testing.emulator import Emulator

HOST = "cloud.example.com"
KEY = Credentials("AKID", "key")
ON = {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}
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

    def handle(self) -> None:
        self.asked.append(self.rfile.readline().decode().strip())
        while self.rfile.readline().strip():
            pass
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


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """A certification authority of a company's own, and its file."""
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, path


@pytest.fixture
def service(authority: tuple[trustme.CA, Path]) -> Iterator[int]:
    """A service behind TLS, on loopback, with a certificate for HOST."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert(HOST).configure_cert(context)
    server = HTTPServer(("127.0.0.1", 0), Service)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that does not trust it hangs up
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with served(server) as port:
        yield port


@pytest.fixture
def proxy(service: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Proxy]]:
    """The proxy of the environment, in front of the service."""
    kind = type("OneProxy", (Proxy,), {"asked": [], "service": service})
    with served(ThreadingTCPServer(("127.0.0.1", 0), kind)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        yield kind


@contextmanager
def open_for_a_while(client: Client) -> Iterator[Client]:
    """The client, whose connections do not outlast the block."""
    try:
        yield client
    finally:
        client._requester._connection._http.close()


def trusting(path: Path) -> Settings:
    return Settings(KEY, Endpoint(f"https://{HOST}"), ca_bundle=CABundle(path, "caBundle"))


def call(known: Settings, times: Clock) -> dict[str, Any]:
    with open_for_a_while(client_of(known, clock=times)) as client, client.operation(2):
        return client.call(DESCRIBE, {})


def test_a_proxy_is_asked_for_the_service_and_the_bundle_is_trusted_behind_it(
    proxy: type[Proxy], authority: tuple[trustme.CA, Path], times: Clock
) -> None:
    assert call(trusting(authority[1]), times) == {"RequestId": "r-1"}
    assert proxy.asked == [f"CONNECT {HOST}:443 HTTP/1.1"]


def test_without_the_bundle_its_authority_is_not_trusted(proxy: type[Proxy], times: Clock) -> None:
    with pytest.raises(TransportError, match="certificate verify failed"):
        call(Settings(KEY, Endpoint(f"https://{HOST}")), times)
    assert proxy.asked


def test_a_host_of_no_proxy_is_asked_directly(
    proxy: type[Proxy], authority: tuple[trustme.CA, Path], times: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "other.example.com,.example.com")
    connect = socket.create_connection
    here = ("127.0.0.1", proxy.service)
    monkeypatch.setattr(socket, "create_connection", lambda _, *how, **more: connect(here, *how, **more))
    assert call(trusting(authority[1]), times) == {"RequestId": "r-1"}
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("target", "service", "address"),
    [
        ("intl", "teo", ("proxy.example.com", 3128)),
        ("cn", "sts", ("proxy.example.com", 3128)),
        ("intl", "metadata", ("metadata.tencentyun.com", 80)),
        ("http://127.0.0.1:8402", "teo", ("127.0.0.1", 8402)),
        ("http://127.8.9.10:8402", "metadata", ("127.8.9.10", 8402)),
        ("http://localhost:8402", "teo", ("localhost", 8402)),
        ("http://[::1]:8402", "teo", ("::1", 8402)),
        ("http://10.0.0.1", "teo", ("proxy.example.com", 3128)),
    ],
)
def test_a_proxy_is_not_asked_for_what_only_this_machine_knows(
    target: str, service: str, address: tuple[str, int], times: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example.com:3128")
    asked: list[tuple[str, int]] = []

    def refuse(where: tuple[str, int], *_: object, **__: object) -> None:
        asked.append(where)
        raise OSError("refused")

    monkeypatch.setattr(socket, "create_connection", refuse)
    client = client_of(Settings(KEY, Endpoint(target)), clock=times)
    with pytest.raises(CloudError, match="had no answer"):
        client._requester.get(service, "/")
    assert set(asked) == {address}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        ("", "it holds no certificates in PEM form"),
        ("a-secret", "it holds no certificates in PEM form"),
        ("-----BEGIN CERTIFICATE-----\na-secret\n-----END CERTIFICATE-----", "it holds no certificates in PEM form"),
    ],
)
def test_a_bundle_that_is_none_is_an_error_that_names_the_file_and_shows_nothing(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    config = {"tc-resources:secretId": "AKID", "tc-resources:secretKey": "key", "tc-resources:caBundle": str(path)}
    with pytest.raises(ConfigError, match=reason) as raised:
        client_of(settings.load(config, {}))
    assert str(raised.value).startswith(f"tc-resources:caBundle cannot be read from {path}: ")
    assert "a-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("ALL_PROXY", "socks5://me:a-secret@proxy.example.com", "SOCKS"),
        ("HTTPS_PROXY", "ftp://me:a-secret@proxy.example.com", "a proxy is a URL of http or https"),
        ("HTTP_PROXY", "http://me:a-secret", "a proxy is a URL"),
        ("NO_PROXY", "[::1", "NO_PROXY has hosts with commas between them"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_an_error_that_names_the_variables_and_shows_no_password(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, reason: str
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=reason) as raised:
        client_of(Settings(KEY, Endpoint("http://127.0.0.1:8402")))
    assert str(raised.value).startswith("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY or NO_PROXY cannot be used: ")
    assert "a-secret" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    ("target", "loaded"),
    [
        ("http://127.0.0.1:8402", 0),
        ("http://[::1]:8402", 0),
        ("http://localhost:8402", 0),
        ("http://10.0.0.1", 1),
        ("https://127.0.0.1:8402", 1),
    ],
)
def test_authorities_are_loaded_but_for_plain_http_on_loopback(
    authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch, target: str, loaded: int
) -> None:
    """A host of plain HTTP may be behind a proxy of https."""
    files: list[Path] = []
    create = ssl.create_default_context

    def note(*, cafile: Path) -> ssl.SSLContext:
        files.append(cafile)
        return create(cafile=cafile)

    monkeypatch.setattr(ssl, "create_default_context", note)
    client_of(Settings(KEY, Endpoint(target), ca_bundle=CABundle(authority[1], "caBundle")))
    assert files == [authority[1]] * loaded


def test_calls_share_a_connection(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Mock(side_effect=socket.create_connection)
    monkeypatch.setattr(socket, "create_connection", opened)
    for _ in range(5):
        client.call(DESCRIBE, {"ZoneId": "zone-1"})
        client.call(MODIFY, ON)
    assert opened.call_count == 1


def test_four_threads_open_four_connections_at_most(
    emulator: Emulator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Mock(side_effect=socket.create_connection)
    monkeypatch.setattr(socket, "create_connection", opened)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: client.call(DESCRIBE, {"ZoneId": "zone-1"}), range(20)))
    assert len(emulator.calls) == 20
    assert 1 <= opened.call_count <= 4


def test_this_machines_emulator_is_not_looked_for_behind_a_proxy(
    emulator: Emulator, connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    # httpx looks for a proxy only where it makes the transport itself.
    with open_for_a_while(connect(transport=None)) as client:
        client.call(DESCRIBE, {"ZoneId": "zone-1"})
    assert len(emulator.calls) == 1


def test_over_plain_http_no_authority_is_loaded_and_else_those_that_httpx_trusts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Mock()
    monkeypatch.setattr(httpx, "Client", made)
    for target in ("http://127.0.0.1:8402", "intl"):
        client_of(Settings(KEY, Endpoint(target)))
    plain, encrypted = [call.kwargs["verify"] for call in made.call_args_list]
    assert (plain.get_ca_certs(), plain.verify_mode, encrypted) == ([], ssl.CERT_REQUIRED, True)
