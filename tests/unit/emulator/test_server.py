from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota


def port(emulator: Emulator) -> int:
    return int(emulator.url.rpartition(":")[2])


def test_it_listens_on_one_loopback_address_only(emulator: Emulator) -> None:
    """On Linux all of 127.0.0.0/8 is this machine, so a server on every interface would answer here."""
    with pytest.raises(OSError, match=r"refused|assign|timed out"):
        socket.create_connection(("127.0.0.2", port(emulator)), timeout=1)


def test_a_taken_port_is_an_os_error(emulator: Emulator) -> None:
    second = Emulator(port=port(emulator))
    with pytest.raises(OSError, match="in use"):
        second.__enter__()


def test_it_starts_and_stops_at_once_even_while_clients_hold_on(http: httpx.Client) -> None:
    began = time.perf_counter()
    with Emulator() as emulator:
        http.post(emulator.url)
        held = socket.create_connection(("127.0.0.1", port(emulator)))
    assert time.perf_counter() - began < 0.5
    held.close()


def test_it_stops_while_an_answer_is_pending(http: httpx.Client) -> None:
    with Emulator(latency=60) as emulator:
        caller = threading.Thread(target=lost, args=(http, emulator.url))
        caller.start()
        while not emulator.calls:
            time.sleep(0.001)
    caller.join(timeout=1)
    assert not caller.is_alive()


def lost(http: httpx.Client, url: str) -> None:
    with pytest.raises(httpx.TransportError):
        http.post(url)


def test_a_state_file_outlives_the_emulator(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    limit, quota = Limit("zone-1", "a.example.com", "Overseas", 500), Quota(1, "Text", 5, usage=2, api_token="a")
    with Emulator(state=state) as first:
        first.put_limit(limit)
        first.put_quota(quota)
    with Emulator(state=state) as second:
        assert (second.limits(), second.quotas()) == ([limit], [quota])


def test_in_memory_each_emulator_has_its_own_state() -> None:
    with Emulator() as first, Emulator() as second:
        first.put_quota(Quota(1, "Image", 5))
        assert (len(first.quotas()), second.quotas()) == (1, [])


@pytest.mark.parametrize("options", [{"rate": 100}])
def test_many_threads_may_call_and_look_at_once(emulator: Emulator, call: Callable[..., dict[str, Any]]) -> None:
    def work(number: int) -> None:
        for quota_type in ("Image", "Video", "Text"):
            call("CreateAigcQuota", SubAppId=number, QuotaType=quota_type, QuotaLimit=number)
            emulator.quotas()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted({quota.sub_app_id for quota in emulator.quotas()}) == list(range(8))
    assert len(emulator.calls) == len(emulator.quotas()) == 24
