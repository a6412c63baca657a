"""What many operations do that are asked for at once, while the service is out of reach."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import ConfigError, Outcome, TransportError
from tc_resources.limits.reach import AGAIN, Reach

if TYPE_CHECKING:
    from tests.conftest import FakeClock

TIMEOUT = 6.0


def lost(reach: Reach, clock: FakeClock, kind: str = "limit") -> TransportError:
    """An operation that waits for its whole time in vain, if it waits at all."""
    with pytest.raises(TransportError) as raised, reach.trying(kind):
        wait_in_vain(clock)
    return raised.value


def wait_in_vain(clock: FakeClock) -> None:
    clock.sleep(TIMEOUT)
    raise no_answer()


def no_answer(*, silent: bool = True) -> TransportError:
    error = TransportError("No answer.")
    error.silent = silent
    return error


def test_forty_operations_that_four_threads_work_off_end_soon_after_the_first_four(
    times: Clock, clock: FakeClock
) -> None:
    """On Ctrl-C the engine waits for all that it has asked for."""
    reach = Reach(times.monotonic)
    with ThreadPoolExecutor(4) as threads:
        errors = list(threads.map(lambda _: lost(reach, clock), range(40)))
    assert sum(clock.slept) <= 4 * TIMEOUT  # which pass at once, but on this clock one after the other
    assert {str(error) for error in errors} == {"No answer.", "No answer. So this was not tried."}


def test_what_was_not_tried_was_not_carried_out(times: Clock, clock: FakeClock) -> None:
    reach = Reach(times.monotonic)
    assert lost(reach, clock).outcome is Outcome.UNCLEAR
    assert lost(reach, clock).outcome is Outcome.REFUSED


def test_after_a_second_one_operation_tries_again_and_its_success_lets_all_others(
    times: Clock, clock: FakeClock
) -> None:
    reach = Reach(times.monotonic)
    lost(reach, clock)
    clock.sleep(AGAIN)
    with reach.trying("limit"):
        assert "So this was not tried" in str(lost(reach, clock))
    with reach.trying("limit"), reach.trying("limit"):
        pass


def test_another_service_and_another_error_say_nothing_of_the_reach(times: Clock, clock: FakeClock) -> None:
    reach = Reach(times.monotonic)
    lost(reach, clock)
    with reach.trying("quota"):
        pass
    with pytest.raises(ConfigError), reach.trying("quota"):
        raise ConfigError("Wrong.")
    with reach.trying("quota"):
        pass


def test_an_operation_with_a_time_of_its_own_says_nothing_of_the_reach(times: Clock) -> None:
    reach = Reach(times.monotonic)
    with pytest.raises(TransportError), reach.trying("limit", tells=False):
        raise no_answer()
    with reach.trying("limit"):
        pass


def test_time_that_ran_out_while_others_were_answered_says_nothing_of_the_reach(times: Clock) -> None:
    """One large zone may take longer than there is time."""
    reach = Reach(times.monotonic)
    with pytest.raises(TransportError), reach.trying("limit"):
        raise no_answer(silent=False)
    with reach.trying("limit"):
        pass
