"""One request and its answer, within bounds: whatever the other side sends, it ends in time and in little memory.

A time-out of httpx begins anew with each byte, and httpx reads and unpacks all that comes. So the exchange runs in a
thread of its own, which is left alone once the time is over, and an answer is taken as it is and up to a size.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OverdueError
from contextvars import copy_context
from threading import Lock, Thread
from typing import cast

import httpx

from tc_resources.cloud.cancellation import Cancellation

MAX_SIZE = 1 << 20
"""Bytes of an answer; a page of a hundred rows has a tenth of it. As JSON it takes 30 times as much at the worst."""
PLAIN = "identity"
"""The content encoding that asks for no compression."""
OVER = "tc_over"
"""The request's extension that says whether anybody still waits for its answer."""


def exchange(
    client: httpx.Client,
    request: httpx.Request,
    seconds: float,
    cancellation: Cancellation,
    auth: httpx.Auth | None = None,
    *,
    reads: bool = True,
) -> httpx.Response:
    """The answer to `request`, signed by `auth` and read whole. `client` has `restrict` among its response hooks.

    Raises httpx.HTTPError, also where it takes longer than `seconds`, and StoppedError where the run is cancelled; then
    nothing is sent any more. The answer to a write that has been sent is waited for all the same.
    """
    end = time.monotonic() + seconds
    passage, answer = _Passage(reads=reads), Future[httpx.Response]()

    def note(event: str, info: Mapping[str, object]) -> None:
        if event.endswith("send_request_headers.started") and not _opens_tunnel(info):
            passage.leave()

    def send() -> None:
        try:
            answer.set_result(client.send(request, auth=auth))
        except BaseException as error:  # noqa: BLE001 - handed to the one who waits
            answer.set_exception(error)

    request.extensions = {**request.extensions, "trace": note, OVER: passage}
    Thread(target=copy_context().run, args=(send,), daemon=True).start()
    try:
        cancellation.attend(answer, seconds, passage.let_go)
        return answer.result(max(0.0, end - time.monotonic()))
    except OverdueError:
        raise httpx.ReadTimeout("its answer did not end within the time limit (setting timeout)") from None
    finally:
        passage.closed = True


class _Passage:
    """Through which a request leaves, while somebody waits for its answer."""

    def __init__(self, *, reads: bool) -> None:
        self._lock, self._reads = Lock(), reads
        self._left = self.closed = False

    def leave(self) -> None:
        """Raises httpx.WriteTimeout where it is closed."""
        with self._lock:
            if self.closed:
                raise httpx.WriteTimeout("nobody waits for the answer any more")
            self._left = True

    def let_go(self) -> bool:
        """Close it, unless a write has left: whether it is closed."""
        with self._lock:
            self.closed |= self._reads or not self._left
            return self.closed


def _opens_tunnel(info: Mapping[str, object]) -> bool:
    """Whether it is the way that a proxy is asked for, before the request itself."""
    return getattr(info.get("request"), "method", None) == b"CONNECT"


def restrict(response: httpx.Response) -> None:
    """Refuse an answer that is compressed, and end one that grows too large or that nobody waits for any more."""
    encoding = response.headers.get("Content-Encoding", PLAIN)
    if encoding.lower() != PLAIN:
        raise httpx.DecodingError(f"its answer is compressed ({encoding}), which was not asked for")
    body = cast("httpx.SyncByteStream", response.stream)
    response.stream = _Restricted(body, response.request.extensions[OVER])


class _Restricted(httpx.SyncByteStream):
    def __init__(self, body: httpx.SyncByteStream, passage: _Passage) -> None:
        self._body, self._passage = body, passage

    def __iter__(self) -> Iterator[bytes]:
        whole = bytearray()  # not a list of its pieces, each of which may be a single byte
        for piece in self._body:
            whole += piece
            if len(whole) > MAX_SIZE:
                raise httpx.RemoteProtocolError(f"its answer has more than {MAX_SIZE} bytes")
            if self._passage.closed:
                raise httpx.ReadTimeout("nobody waits for the answer any more")
        yield bytes(whole)

    def close(self) -> None:
        self._body.close()
