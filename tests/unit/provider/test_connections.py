"""When a provider process opens its connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tc_resources.cloud.transport.connection import Connection
from tc_resources.testing.emulator import Emulator
from tests.unit.provider.host import AnyHost
from tests.unit.provider.origin_limits import ID, LIMIT, LIVE

Reserved = list[tuple[str, int]]


@pytest.fixture
def reserved(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> Reserved:
    """To what service, with how many calls made by then; and "over", with how many at its end."""
    found: Reserved = []

    @contextmanager
    def reserving(_: Connection, service: str) -> Iterator[None]:
        found.append((service, len(emulator.calls)))
        yield
        found.append(("over", len(emulator.calls)))

    monkeypatch.setattr(Connection, "reserving", reserving)
    return found


def test_a_write_has_its_connection_opened_before_anything_is_read(
    limits: AnyHost, emulator: Emulator, reserved: Reserved
) -> None:
    limits.create(LIMIT)
    assert reserved == [("teo", 0), ("over", len(emulator.calls))]
    assert emulator.limits() == [LIVE]


def test_so_has_an_update_and_a_delete(limits: AnyHost, emulator: Emulator, reserved: Reserved) -> None:
    emulator.put_limit(LIVE)
    limits.update(ID, LIMIT, {**LIMIT, "bandwidth": 700})
    limits.delete(ID, {**LIMIT, "bandwidth": 700})
    assert [service for service, _ in reserved] == ["teo", "over"] * 2
    assert emulator.limits() == []


def test_what_only_reads_needs_none_ahead(limits: AnyHost, emulator: Emulator, reserved: Reserved) -> None:
    emulator.put_limit(LIVE)
    assert limits.read(ID, LIMIT)
    assert reserved == []
