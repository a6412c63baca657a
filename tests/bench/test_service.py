from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from bench.service import Tally, serving
from bench.way import Way

LINE = Way(0.02, over_line=True)


def test_a_tally_counts_from_the_one_before() -> None:
    with serving(Way(0)) as service:
        httpx.post(service.account.url, json={}, trust_env=False)
        assert [service.tally(), service.tally()] == [Tally(1, 0, []), Tally(0, 0, [])]


@pytest.mark.skipif(bool(LINE.missing), reason=f"a real line takes {LINE.missing}")
def test_over_a_line_a_connection_alone_takes_a_round_trip() -> None:
    with serving(LINE) as service:
        address = urlsplit(service.account.url)
        start = time.perf_counter()
        socket.create_connection((str(address.hostname), int(address.port or 0))).close()
        assert time.perf_counter() - start >= 2 * LINE.seconds


def test_ways_are_told_apart_by_their_names() -> None:
    assert [str(Way(0.05)), str(LINE)] == ["50 ms", "a line of 20 ms each way"]
