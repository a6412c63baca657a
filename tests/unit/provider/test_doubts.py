"""What this machine wrote, and nobody stored, is not taken for what is stored: it is put in force again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import TransportError
from tc_resources.cloud.identities import LIMITS, QUOTAS
from tc_resources.cloud.services.last_writes import LastWrites
from tc_resources.cloud.transport.shared_file import Numbers
from tc_resources.testing.emulator import AnswerLost, Emulator, ErrorCode, Fault, Quota
from tc_resources.testing.emulator.faults import Kind, Script
from tests.unit.provider.host import AnyHost, Run
from tests.unit.provider.origin_limits import ID as WWW
from tests.unit.provider.origin_limits import LIMIT, LIVE, ON, with_bandwidth, writes
from tests.unit.provider.quotas import ID as IMAGES
from tests.unit.provider.quotas import QUOTA, crossed

if TYPE_CHECKING:
    from tests.conftest import FakeClock


class Meanwhile(Script):
    """Somebody acts once a call has come."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act

    def take(self, action: str, params: Mapping[str, object]) -> Kind | None:
        self._act()
        return super().take(action, params)


def overwrite(note: Numbers, at: float) -> None:
    with note.locked(lambda: None) as numbers:
        numbers[0], numbers[1] = at, 5


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


def test_an_update_that_lost_its_answer_is_in_doubt_also_in_the_second_of_the_stored_one(
    limits: AnyHost, emulator: Emulator
) -> None:
    _, state = limits.create(LIMIT)
    lose(emulator, "ModifyPrefetchOriginLimit")
    limits.failure("update", WWW, state, {**LIMIT, "bandwidth": 600})
    assert limits.diff(state, LIMIT, WWW) == (True, [])


def test_a_write_that_was_proved_behind_a_lost_answer_is_in_no_doubt(
    limits: AnyHost, quotas: AnyHost, emulator: Emulator
) -> None:
    for host, declared, resource_id, action in (
        (limits, LIMIT, WWW, "ModifyPrefetchOriginLimit"),
        (quotas, QUOTA, IMAGES, "CreateAigcQuota"),
    ):
        emulator.script(Fault(AnswerLost(), action))
        _, state = host.create(declared)
        assert len(emulator.calls_of(action)) == 2
        assert host.diff(state, declared, resource_id) == (False, [])


def test_what_another_process_notes_meanwhile_is_not_taken_for_what_was_proved(
    client: Client, clock: FakeClock
) -> None:
    ours = LastWrites(client, LIMITS)
    with suppress(TransportError), ours.writing(WWW, 500):
        raise TransportError("No answer.")
    clock.sleep(1.0)
    with suppress(KeyboardInterrupt), LastWrites(client, LIMITS).writing(WWW, 5):
        raise KeyboardInterrupt
    others = ours.of(WWW)
    ours.stored(WWW)
    assert ours.of(WWW) == others


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


def test_a_quota_whose_delete_lost_its_answer_is_made_again_where_the_program_has_it_again(
    new_run: Callable[[], Run], emulator: Emulator, clock: FakeClock
) -> None:
    _, state = new_run().quotas.create(QUOTA)
    clock.sleep(60.0)
    lose(emulator, "DeleteAigcQuota")
    new_run().quotas.failure("delete", IMAGES, state)
    emulator.clear_script()
    assert emulator.quotas() == []
    again = new_run().quotas
    assert again.diff(state, QUOTA, IMAGES) == (True, [])
    emulator.clear_calls()
    again.update(IMAGES, state, QUOTA)
    assert [action for action, _ in crossed(emulator)][-1] == "CreateAigcQuota"
    assert [quota.quota_limit for quota in emulator.quotas()] == [2000]


def test_a_reading_tells_nothing_of_a_write_that_comes_after_it(
    quotas: AnyHost, emulator: Emulator, clock: FakeClock, client: Client
) -> None:
    _, state = quotas.create(QUOTA)
    clock.sleep(60.0)
    note = LastWrites(client, QUOTAS)._note(IMAGES)
    emulator._gateway.script = Meanwhile(lambda: overwrite(note, clock.at))
    _, read, _ = quotas.read(IMAGES, state)
    assert quotas.diff(read, QUOTA, IMAGES) == (True, [])


def test_a_note_that_another_process_does_not_let_go_of_is_a_doubt(
    quotas: AnyHost, clock: FakeClock, client: Client
) -> None:
    _, state = quotas.create(QUOTA)
    clock.sleep(60.0)
    with LastWrites(client, QUOTAS)._note(IMAGES).locked(lambda: None):
        assert quotas.diff(state, QUOTA, IMAGES) == (True, [])
    assert quotas.diff(state, QUOTA, IMAGES) == (False, [])


def test_what_is_proved_to_be_there_is_in_no_doubt_by_a_killed_runs_note_ahead_of_the_time(
    limits: AnyHost, emulator: Emulator, clock: FakeClock, client: Client
) -> None:
    """As long as no answer has told the time, a note says the latest that it may be."""
    emulator.put_limit(LIVE)
    overwrite(LastWrites(client, LIMITS)._note(WWW), clock.now() + 900)
    emulator.script(Fault(ErrorCode("ResourceInUse.PrefetchOriginLimitAlreadyExists"), "ModifyPrefetchOriginLimit"))
    _, state = limits.create(LIMIT)
    assert writes(emulator) == [ON]
    assert limits.diff(state, LIMIT, WWW) == (False, [])


def test_a_reading_ends_the_doubt_of_a_killed_runs_note_ahead_of_the_time(
    limits: AnyHost, quotas: AnyHost, emulator: Emulator, clock: FakeClock, client: Client
) -> None:
    emulator.put_limit(LIVE)
    emulator.put_quota(Quota(1, "Image", 2000))
    for kind, resource_id in ((LIMITS, WWW), (QUOTAS, IMAGES)):
        overwrite(LastWrites(client, kind)._note(resource_id), clock.now() + 900)
    for host, declared, resource_id in ((limits, LIMIT, WWW), (quotas, QUOTA, IMAGES)):
        _, read, _ = host.read(resource_id, {})
        assert host.diff(read, declared, resource_id) == (False, [])
    assert writes(emulator) == []
