"""What the registry knows of creations, and that one thread at a time learns of others."""

from __future__ import annotations

import errno
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from unittest.mock import Mock

import pytest

from tc_resources.cloud.errors import CloudError
from tc_resources.limits.registry import Registry, RegistryError
from tc_resources.limits.run import Run

KIND, PARTS = "prefetch_origin_limit", ("zone-1", "www.example.com", "Overseas")


def test_a_creation_that_has_begun_is_none_until_it_has_ended() -> None:
    """A process may have died in its midst."""
    registry = Registry(None)
    registry.add(KIND, PARTS)
    assert registry.makes(KIND, PARTS)
    with suppress(CloudError), registry.making(KIND, PARTS):
        assert not registry.makes(KIND, PARTS)
        raise CloudError
    assert not registry.makes(KIND, PARTS)
    with registry.making(KIND, PARTS):
        pass
    assert registry.makes(KIND, PARTS)


def test_what_may_be_about_another_setting_makes_none() -> None:
    registry = Registry(None)
    registry.add(KIND, ("zone-1", None, "Overseas"), {1})
    assert registry.declares(KIND, PARTS)
    assert not registry.makes(KIND, PARTS)


def test_a_creation_whose_end_cannot_be_noted_is_none_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has been carried out, and nothing after that may fail it."""
    registry = Registry(None)
    with registry.making(KIND, PARTS):
        monkeypatch.setattr(registry, "add", Mock(side_effect=RegistryError(OSError(errno.ENOSPC, "no room"))))


def test_a_failure_that_cannot_be_shared_is_known_to_the_process_that_had_it(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(Run(1))
    monkeypatch.setattr(registry._lines, "add", Mock(side_effect=OSError(errno.ENOSPC, "no room")))
    registry.note_failure()
    assert registry.has_failed()


class Meeting(Registry):
    """Where threads that learn at once of what others declare meet."""

    def __init__(self) -> None:
        super().__init__(None)
        self._meeting = threading.Barrier(2, timeout=0.2)
        self.met = False

    def _catch_up(self) -> None:
        with suppress(threading.BrokenBarrierError):
            self._meeting.wait()
            self.met = True


def test_one_thread_at_a_time_learns_what_others_declare() -> None:
    """Else one would take what another has read and not noted yet for not declared."""
    registry = Meeting()
    with ThreadPoolExecutor(2) as threads:
        assert [*threads.map(lambda _: registry.declares(KIND, PARTS), range(2))] == [False, False]
    assert not registry.met
