"""How many connections are opened."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.services.teo import DESCRIBE, MODIFY
from tc_resources.testing.emulator import Emulator

ON = {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}


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
