"""What this machine wrote, and nobody stored, is not taken for what is stored: it is put in force again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tc_resources.testing.emulator import AnswerLost, Emulator, ErrorCode, Fault
from tests.unit.provider.host import AnyHost
from tests.unit.provider.origin_limits import ID as WWW
from tests.unit.provider.origin_limits import LIMIT, LIVE, ON, with_bandwidth, writes
from tests.unit.provider.quotas import ID as IMAGES
from tests.unit.provider.quotas import QUOTA, crossed

if TYPE_CHECKING:
    from tests.conftest import FakeClock


def lose(emulator: Emulator, action: str) -> None:
    """The first call is carried out, and nobody gets to know."""
    emulator.script(Fault(AnswerLost(), action), Fault(ErrorCode("UnauthorizedOperation"), action))


def test_a_limit_whose_update_lost_its_answer_is_set_again_where_the_program_goes_back(
    limits: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    _, state = limits.create(LIMIT)
    clock.sleep(60.0)
    lose(emulator, "ModifyPrefetchOriginLimit")
    limits.failure("update", WWW, state, {**LIMIT, "bandwidth": 600})
    emulator.clear_script()
    assert emulator.limits() == [with_bandwidth(600)]
    assert limits.diff(state, LIMIT, WWW) == (True, [])
    emulator.clear_calls()
    stored = limits.update(WWW, state, LIMIT)
    assert writes(emulator) == [ON]
    assert emulator.limits() == [LIVE]
    assert limits.diff(stored, LIMIT, WWW) == (False, [])


def test_what_was_refused_leaves_no_doubt(limits: AnyHost, emulator: Emulator, clock: FakeClock) -> None:
    _, state = limits.create(LIMIT)
    clock.sleep(60.0)
    emulator.script(Fault(ErrorCode("UnauthorizedOperation"), "ModifyPrefetchOriginLimit"))
    limits.failure("update", WWW, state, {**LIMIT, "bandwidth": 600})
    assert limits.diff(state, LIMIT, WWW) == (False, [])


def test_a_reading_ends_the_doubt(quotas: AnyHost, emulator: Emulator, clock: FakeClock) -> None:
    _, state = quotas.create(QUOTA)
    clock.sleep(60.0)
    lose(emulator, "ModifyAigcQuota")
    quotas.failure("update", IMAGES, state, {**QUOTA, "quota_limit": 3000})
    emulator.clear_script()
    _, read, _ = quotas.read(IMAGES, state)
    assert read["quota_limit"] == 3000
    assert quotas.diff(read, {**QUOTA, "quota_limit": 3000}, IMAGES) == (False, [])
    assert "CreateAigcQuota" not in [action for action, _ in crossed(emulator)[1:]]
