from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.transport.signing import TC3
from tc_resources.testing.emulator import Emulator, Limit, NotLoopbackError, Quota
from tests.unit.emulator.conftest import needs_ipv6


def port(emulator: Emulator) -> int:
    return int(emulator.url.rpartition(":")[2])


def test_it_listens_on_one_loopback_address_only(emulator: Emulator) -> None:
    """On Linux all of 127.0.0.0/8 is this machine, so a server on every interface would answer here."""
    with pytest.raises(OSError, match=r"refused|assign|timed out"):
        socket.create_connection(("127.0.0.2", port(emulator)), timeout=1)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_it_listens_on_another_address_of_loopback_when_told(http: httpx.Client, host: str) -> None:
    with Emulator(host=host) as emulator:
        assert emulator.url.startswith(f"http://{host}:")
        assert http.post(emulator.url).status_code == 200


@needs_ipv6
def test_an_address_of_ipv6_stands_in_brackets_and_calls_are_signed_for_it(http: httpx.Client) -> None:
    with Emulator(host="::1") as emulator:
        assert emulator.url.startswith("http://[::1]:")
        auth = TC3(Credentials(emulator.secret_id, emulator.secret_key))
        headers = {"X-TC-Action": "DescribeAigcQuotas", "X-TC-Version": "2018-07-17"}
        params = {"SubAppId": 1, "QuotaType": "Image"}
        answer = http.post(emulator.url, json=params, headers=headers, auth=auth, extensions={"tc_service": "vod"})
        assert answer.json()["Response"]["TotalCount"] == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "2001:db8::1"])  # noqa: S104 - to be refused
def test_an_address_that_others_can_reach_is_refused_and_said_why(host: str) -> None:
    with pytest.raises(NotLoopbackError, match=f"{host} is not an address of loopback.*public knowledge.*allow_remote"):
        Emulator(host=host).__enter__()


def test_an_address_that_others_can_reach_is_taken_where_that_is_asked_for_by_name(http: httpx.Client) -> None:
    with Emulator(host="0.0.0.0", allow_remote=True) as emulator:  # noqa: S104 - what is tested
        assert http.post(f"http://127.0.0.1:{port(emulator)}").status_code == 200


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
    pending = threading.Event()

    async def hold(_: float) -> None:
        pending.set()
        await asyncio.Event().wait()

    with Emulator(latency=60, sleep=hold) as emulator:
        caller = threading.Thread(target=lost, args=(http, emulator.url))
        caller.start()
        assert pending.wait(timeout=5)
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
