"""Our errors are one text; other authors' providers in the same process keep their tracebacks."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tc_resources import provider
from tc_resources.dynamic import process
from tc_resources.dynamic.failure import LimitError
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault
from tests.unit.provider.host import TELLS_TRACEBACKS, AnyHost, Run

LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}


@pytest.fixture(autouse=True)
def _tracebacks() -> Iterator[None]:
    yield
    assert not hasattr(sys, "tracebacklimit")


def ours(text: str = "It failed.") -> str:
    """What Pulumi's host makes of an error of ours."""
    try:
        raise LimitError(text)
    except LimitError:
        return traceback.format_exc()


def another_authors() -> str:
    """What it makes of somebody else's."""
    try:
        return os.environ["NO_SUCH_VARIABLE"]
    except KeyError:
        return traceback.format_exc()


def test_our_error_is_its_text_alone() -> None:
    assert ours("Creating the limit failed.") == "tc_resources.LimitError: Creating the limit failed.\n"


def test_another_providers_traceback_is_whole_after_our_error() -> None:
    ours()
    assert "Traceback (most recent call last)" in another_authors()
    assert 'return os.environ["NO_SUCH_VARIABLE"]' in another_authors()


def test_an_error_that_is_told_twice_switches_nothing_off() -> None:
    error = LimitError("It failed.")
    assert str(error) == str(error) == "It failed."
    assert "Traceback" in another_authors()


def test_of_two_errors_at_once_the_later_one_has_no_traceback_either() -> None:
    first, second = LimitError("first"), LimitError("second")
    assert str(first) == "first"
    assert sys.tracebacklimit == 0
    assert str(second) == "second"


def test_four_threads_tell_only_their_texts_and_another_providers_traceback_is_whole_after_them() -> None:
    barrier = Barrier(4)

    def fail(n: int) -> list[str]:
        barrier.wait(5)
        return [ours(f"{n}.{turn} failed.") for turn in range(50)]

    with ThreadPoolExecutor(4) as threads:
        told = [text for texts in threads.map(fail, range(4)) for text in texts]
    assert told == [f"tc_resources.LimitError: {n}.{turn} failed.\n" for n in range(4) for turn in range(50)]
    assert "Traceback" in another_authors()


def test_four_operations_at_once_fail_with_their_texts_alone(run: Run, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("FailedOperation"), "ModifyPrefetchOriginLimit", times=20))

    def fail(n: int) -> str:
        return run.limits.failure("create", {**LIMIT, "domain_name": f"n{n}.example.com"})

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(fail, range(20)))
    starts = [f"Creating the prefetch origin limit of n{n}.example.com in" for n in range(20)]
    assert [text.startswith(start) for text, start in zip(told, starts, strict=True)] == [True] * 20
    assert emulator.limits() == []


@pytest.mark.skipif(not TELLS_TRACEBACKS, reason="this Pulumi tells no traceback of anybody's")
def test_a_mistake_of_ours_keeps_its_traceback(new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what can be expected is told in one text; for the rest a traceback is what a report needs."""
    limits: AnyHost = new_run().limits
    monkeypatch.setattr(
        "tc_resources.cloud.services.teo.PrefetchOriginLimits.get", lambda *_: os.environ["NO_SUCH_VARIABLE"]
    )
    text = limits.failure("create", LIMIT)
    assert "Traceback (most recent call last)" in text
    assert "NO_SUCH_VARIABLE" in text


def test_a_provider_that_was_not_configured_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_sessions", [])
    with pytest.raises(RuntimeError, match="was not configured"):
        provider.LimitProvider("aigc_quota").diff("1#Image", {}, {})


def test_a_length_of_tracebacks_that_somebody_else_has_set_is_set_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "tracebacklimit", 5, raising=False)
    first, second = LimitError("first"), LimitError("second")
    assert (str(first), sys.tracebacklimit) == ("first", 0)
    assert (str(second), sys.tracebacklimit) == ("second", 5)
    monkeypatch.undo()


def test_tracebacks_are_on_again_once_nobody_holds_an_error_that_was_never_told() -> None:
    LimitError("nobody reads it")
    gc.collect()
    assert not hasattr(sys, "tracebacklimit")
