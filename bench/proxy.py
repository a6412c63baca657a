"""A forwarding proxy for a client that composes its host names itself: all of them lead to one address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit


@contextmanager
def forwarding(host: str, url: str) -> Iterator[str]:
    """A proxy's URL on `host`; requests keep their headers, the Host that was signed among them, and their body."""

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            connection = HTTPConnection(urlsplit(url).netloc)
            connection.request("POST", urlsplit(self.path).path, body, dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            connection.close()

    with ThreadingHTTPServer((host, 0), Forward) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://{host}:{server.server_port}"
        server.shutdown()
        thread.join()
