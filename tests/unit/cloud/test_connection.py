"""What goes through a proxy and what does not, and which authorities are trusted behind it."""

from __future__ import annotations

import os
import socket
import ssl
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from http.server import HTTPServer
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from tc_resources.cloud import settings
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.errors import (
    CloudError,
    ConfigError,
    EndpointError,
    Outcome,
    ProxyRefusedError,
    TransportError,
    UnresolvedError,
    UntrustedError,
)
from tc_resources.cloud.services.teo import DESCRIBE
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport import proxies
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.cloud.transport.trust import CABundle
from tc_resources.dynamic.words import WORDS
from tc_resources.limits.advice import explain
from tc_resources.testing.emulator import Emulator
from tests.account import account_of
from tests.unit.cloud.tunnel import Proxy, Service, open_for_a_while, served
from tests.unit.cloud.wire import say
from tests.unit.cloud.wire import served as plain

if TYPE_CHECKING:
    from tests.conftest import FakeClock

HOST = "cloud.example.com"
KEY = Credentials("AKID", "key")


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
def proxy(service: int) -> Iterator[type[Proxy]]:
    """A proxy in front of the service."""
    kind: type[Proxy] = type("OneProxy", (Proxy,), {"asked": [], "service": service})
    with served(ThreadingTCPServer(("127.0.0.1", 0), kind)) as port:
        kind.port = port
        yield kind


def environ(proxy: type[Proxy], **more: str) -> dict[str, str]:
    return {"HTTPS_PROXY": f"http://me:a-secret@127.0.0.1:{proxy.port}", **more}


def known(environ: dict[str, str], path: Path | None = None, target: str = f"https://{HOST}") -> Settings:
    bundle = CABundle(path, "caBundle") if path else None
    return Settings(KEY, Endpoint(target), ca_bundle=bundle, proxies=proxies.read(environ))


def call(known: Settings, times: Clock, seconds: float = 90) -> dict[str, Any]:
    with open_for_a_while(client_of(known, clock=times)) as client, client.operation(seconds):
        return client.call(DESCRIBE, {})


def failure(known: Settings, times: Clock) -> TransportError:
    """What a call ends with that has to fail; its texts hold no password."""
    with pytest.raises(TransportError) as raised:
        call(known, times)
    texts = "".join(traceback.format_exception(raised.value))
    assert not [secret for secret in ("a-secret", "bWU6YS1zZWNyZXQ=") if secret in texts]
    return raised.value


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The addresses of each name; of all others it is known that there is none."""
    known: dict[str, list[str]] = {}
    look_up = socket.getaddrinfo

    def look_up_here(host: str, *how: Any, **more: Any) -> list[Any]:
        if not any(sign.isalpha() for sign in host):
            return look_up(host, *how, **more)
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [one for address in known[host] for one in look_up(address, *how, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
    return known


def test_a_proxy_is_asked_for_the_service_and_the_bundle_is_trusted_behind_it(
    proxy: type[Proxy], authority: tuple[trustme.CA, Path], times: Clock
) -> None:
    assert call(known(environ(proxy), authority[1]), times) == {"RequestId": "r-1"}
    assert proxy.asked == [f"CONNECT {HOST}:443 HTTP/1.1"]


def test_a_certificate_that_is_not_trusted_is_tried_once_and_the_setting_named(
    proxy: type[Proxy], times: Clock, clock: FakeClock
) -> None:
    error = failure(known(environ(proxy)), times)
    assert isinstance(error, UntrustedError)
    assert "its certificate is not trusted (unable to get local issuer certificate)" in str(error)
    assert explain(error, WORDS).endswith(
        "name its PEM file in tc-resources:caBundle (TENCENTCLOUD_CA_BUNDLE) or SSL_CERT_FILE."
    )
    assert (len(proxy.asked), clock.slept, error.outcome) == (1, [], Outcome.REFUSED)


def test_a_certificate_for_another_host_is_tried_once(
    proxy: type[Proxy], authority: tuple[trustme.CA, Path], times: Clock
) -> None:
    error = failure(known(environ(proxy), authority[1], "https://other.example.com"), times)
    assert isinstance(error, UntrustedError)
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("answer", ["407 Proxy Authentication Required", "403 a-secret", "404 Not Found"])
def test_a_proxy_that_refuses_gets_the_password_once_and_no_text_repeats_it(
    proxy: type[Proxy], times: Clock, clock: FakeClock, answer: str
) -> None:
    proxy.refuses_with = answer.encode()
    error = failure(known(environ(proxy)), times)
    assert isinstance(error, ProxyRefusedError)
    assert str(error) == (
        "teo:DescribePrefetchOriginLimit was not sent: the proxy 127.0.0.1 of HTTPS_PROXY refused it "
        f"(HTTP {answer[:3]})."
    )
    assert (len(proxy.asked), clock.slept, error.outcome) == (1, [], Outcome.REFUSED)


def test_a_proxy_of_plain_http_refuses_once_too(proxy: type[Proxy], times: Clock, clock: FakeClock) -> None:
    proxy.refuses_with = b"407 a-secret"
    error = failure(known({"http_proxy": f"http://me:a-secret@127.0.0.1:{proxy.port}"}, None, "http://10.0.0.1"), times)
    assert isinstance(error, ProxyRefusedError)
    assert (proxy.asked, clock.slept) == (["POST http://10.0.0.1/ HTTP/1.1"], [])


def test_a_proxy_that_does_not_reach_the_service_is_asked_again(proxy: type[Proxy], times: Clock) -> None:
    proxy.refuses_with = b"503 a-secret"
    assert "did not reach the service (HTTP 503)" in str(failure(known(environ(proxy)), times))
    assert len(proxy.asked) > 5


def test_what_speaks_no_tls_is_no_endpoint_and_tried_once(times: Clock, clock: FakeClock) -> None:
    with plain(say(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        target = server.url.replace("http", "https")
        error = failure(known({}, None, target), times)
        assert isinstance(error, EndpointError)
        assert (len(server.requests), clock.slept) == (1, [])
    assert explain(error, WORDS) == (
        f"teo:DescribePrefetchOriginLimit had no answer from {target}: it does not speak TLS. "
        "Check tc-resources:endpoint (TENCENTCLOUD_ENDPOINT)."
    )


def test_a_name_that_is_not_known_is_tried_for_some_seconds_only(
    names: dict[str, list[str]], times: Clock, clock: FakeClock
) -> None:
    assert HOST not in names
    error = failure(known({}), times)
    assert isinstance(error, UnresolvedError)
    assert f"the name {HOST} cannot be resolved (Name or service not known)" in str(error)
    assert clock.slept == [1, 2, 4]


def test_the_way_to_a_service_is_known_once_it_was_reached_and_behind_a_proxy_that_to_the_proxy(
    proxy: type[Proxy], emulator: Emulator, authority: tuple[trustme.CA, Path], times: Clock
) -> None:
    near = replace(known({}, None, emulator.url), credentials=Credentials(emulator.secret_id, emulator.secret_key))
    for settings_ in (near, known(environ(proxy), authority[1])):
        with open_for_a_while(client_of(settings_, clock=times)) as client:
            connection = client._requester._connection
            assert connection.round_trip("teo") == 0.0
            client.call(DESCRIBE, {"ZoneId": "zone-1"})
            assert 0 < connection.round_trip("teo") < 1
    assert connection._routes is not None
    assert connection._routes._network.round_trip("127.0.0.1") == connection.round_trip("teo")


def test_a_host_of_no_proxy_is_asked_directly(
    proxy: type[Proxy],
    authority: tuple[trustme.CA, Path],
    times: Clock,
    names: dict[str, list[str]],
) -> None:
    names[HOST] = ["127.0.0.1"]
    target = f"https://{HOST}:{proxy.service}"
    exempt = environ(proxy, NO_PROXY="other.example.com,.example.com")
    assert call(known(exempt, authority[1], target), times) == {"RequestId": "r-1"}
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("target", "service", "address"),
    [
        ("intl", "teo", ("10.0.0.9", 3128)),
        ("cn", "sts", ("10.0.0.9", 3128)),
        ("intl", "metadata", ("169.254.0.23", 80)),
        ("http://127.0.0.1:8402", "teo", ("127.0.0.1", 8402)),
        ("http://127.8.9.10:8402", "metadata", ("127.8.9.10", 8402)),
        ("http://localhost:8402", "teo", ("127.0.0.1", 8402)),
        ("http://[::1]:8402", "teo", ("::1", 8402)),
        ("http://10.0.0.1", "teo", ("10.0.0.9", 3128)),
    ],
)
def test_a_proxy_is_not_asked_for_what_only_this_machine_knows(
    target: str,
    service: str,
    address: tuple[str, int],
    times: Clock,
    names: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names.update(
        {"proxy.example.com": ["10.0.0.9"], "metadata.tencentyun.com": ["169.254.0.23"], "localhost": ["127.0.0.1"]}
    )
    asked: list[tuple[str, int]] = []

    def refuse(where: tuple[str, int], *_: object, **__: object) -> None:
        asked.append(where)
        raise OSError("refused")

    monkeypatch.setattr(socket, "create_connection", refuse)
    everywhere = {"ALL_PROXY": "http://proxy.example.com:3128"}
    client = client_of(known(everywhere, None, target), clock=times)
    with pytest.raises(CloudError, match="had no answer"):
        client._requester.get(service, "/")
    assert set(asked) == {address}


def test_a_socks_proxy_that_needs_a_package_is_an_error_that_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    environ = {"ALL_PROXY": "socks5://me:a-secret@proxy.example.com"}
    with pytest.raises(ConfigError) as raised:
        client_of(known(environ))
    assert str(raised.value) == (
        "ALL_PROXY cannot be used: a SOCKS proxy needs one more package: pip install 'httpx[socks]'."
    )
    assert "a-secret" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("asked", [{"HTTPS_PROXY": "http://proxy.example.com"}, {"NO_PROXY": "*"}])
@pytest.mark.parametrize("unused", ["socks5://proxy.example.com", "ftp://proxy.example.com"])
def test_a_proxy_that_no_service_is_reached_by_needs_no_package_and_no_sense(
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, str], unused: str
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    client_of(known({"ALL_PROXY": unused, **asked}))


def test_the_authorities_of_the_environment_are_trusted_and_those_of_config_before_them(
    proxy: type[Proxy], authority: tuple[trustme.CA, Path], times: Clock
) -> None:
    key = {"TENCENTCLOUD_SECRET_ID": "AKID", "TENCENTCLOUD_SECRET_KEY": "key"}
    given = {**key, **environ(proxy), "SSL_CERT_FILE": str(authority[1]), "TENCENTCLOUD_ENDPOINT": f"https://{HOST}"}
    assert call(settings.load({}, given), times) == {"RequestId": "r-1"}
    assert call(settings.load({"tc-resources:caBundle": str(authority[1])}, {**given, "SSL_CERT_FILE": "/lost"}), times)


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


def test_this_machines_emulator_is_not_looked_for_behind_a_proxy(
    emulator: Emulator, times: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    loaded = settings.load({}, {**os.environ, **account_of(emulator)})
    with open_for_a_while(client_of(loaded, clock=times)) as client:
        client.call(DESCRIBE, {"ZoneId": "zone-1"})
    assert len(emulator.calls) == 1
