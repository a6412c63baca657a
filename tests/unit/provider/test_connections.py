"""When a provider process opens its connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tc_resources.cloud.transport.connection import Connection
from tc_resources.testing.emulator import Emulator
from tests.unit.provider.host import AnyHost
from tests.unit.provider.origin_limits import ID, LIMIT, LIVE

Prepared = list[tuple[str, int, int]]


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> Prepared:
    """To what service, how many were wanted, and how many calls had been made by then."""
    found: Prepared = []
    monkeypatch.setattr(Connection, "prepare", lambda _, *how: found.append((*how, len(emulator.calls))))
    return found


def test_what_is_to_be_written_has_its_connection_opened_before_anything_is_read(
    limits: AnyHost, emulator: Emulator, prepared: Prepared
) -> None:
    limits.create(LIMIT)
    assert prepared == [("teo", 1, 0)]
    assert emulator.limits() == [LIVE]


def test_as_many_connections_are_wanted_as_there_are_writes_at_once(limits: AnyHost, prepared: Prepared) -> None:
    domains = [f"{number}.example.com" for number in range(4)]
    with ThreadPoolExecutor(len(domains)) as pool:
        [*pool.map(lambda domain: limits.create({**LIMIT, "domain_name": domain}), domains)]
    assert len(prepared) == len(domains)
    assert max(wanted for _, wanted, _ in prepared) <= len(domains)


def test_what_only_reads_needs_none_ahead(limits: AnyHost, emulator: Emulator, prepared: Prepared) -> None:
    emulator.put_limit(LIVE)
    assert limits.read(ID, LIMIT)
    assert prepared == []
