"""A delete that was refused with an unclear code is settled by what is there, once no listing can lag behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tc_resources.cloud.services.settling import LAG
from tc_resources.cloud.services.teo import PrefetchOriginLimits
from tc_resources.testing.emulator import AnswerLost, Behaviour, Emulator, ErrorCode, Fault, Limit, Quota
from tests.unit.provider.host import Run

if TYPE_CHECKING:
    from tests.conftest import FakeClock

LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
IMAGE = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5}
TEXT = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5, "api_token": "an-api-token"}
LIMIT_ID, IMAGE_ID, TEXT_ID = "zone-1#www.example.com#Overseas", "1#Image", "1#Text#8dfba01da860"
LAGGING = {"behaviour": Behaviour(limit_lag=25.0, quota_lag=25.0)}
FAILED = ErrorCode("FailedOperation")
RESET = {**IMAGE, "reset_limit": 7}
ALL = pytest.mark.parametrize(
    ("kind", "id_", "inputs", "action"),
    [
        ("limits", LIMIT_ID, LIMIT, "ModifyPrefetchOriginLimit"),
        ("quotas", IMAGE_ID, IMAGE, "DeleteAigcQuota"),
        ("quotas", TEXT_ID, TEXT, "DeleteAigcQuota"),
        ("quotas", IMAGE_ID, RESET, "ModifyAigcQuota"),
    ],
    ids=["limit", "quota", "token", "reset"],
)
NewRun = Callable[..., Run]
Inputs = dict[str, Any]


@ALL
@pytest.mark.parametrize("options", [LAGGING])
@pytest.mark.parametrize("code", ["FailedOperation", "absent"])
def test_a_failed_end_is_no_absence_while_the_listing_lags_behind_the_creation(
    new_run: NewRun, emulator: Emulator, kind: str, id_: str, inputs: Inputs, action: str, code: str
) -> None:
    absent = "FailedOperation.PrefetchOriginLimitNotFound" if kind == "limits" else "ResourceNotFound"
    state = getattr(new_run(), kind).create(inputs)[1]
    emulator.script(Fault(ErrorCode(absent if code == "absent" else code), action, times=99))
    assert "answered" in getattr(new_run(), kind).failure("delete", id_, state)
    assert len(emulator.limits() + emulator.quotas()) == 1


@ALL
@pytest.mark.parametrize("options", [LAGGING])
def test_one_that_is_gone_is_so_once_the_lag_is_over(
    new_run: NewRun, emulator: Emulator, clock: FakeClock, kind: str, id_: str, inputs: Inputs, action: str
) -> None:
    state = getattr(new_run(), kind).create(inputs)[1]
    began = clock.at
    emulator.script(Fault(AnswerLost(), action), Fault(FAILED, action, times=9))
    if inputs is RESET:
        emulator.clear_script()
        emulator.drop_quota(1, "Image")
        emulator.script(Fault(FAILED, action, times=9))
    getattr(new_run(), kind).delete(id_, state)
    assert not emulator.limits()
    assert not emulator.quotas()
    assert LAG <= clock.at - began <= 2 * LAG + 5


def test_a_zone_that_lacks_it_is_no_proof_while_a_read_of_it_alone_lags(
    run: Run, emulator: Emulator, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows shift between the pages of a zone, and another resource has ended the same limit just now."""
    emulator.put_zone("zone-1")
    lagging = iter([500, 500])
    monkeypatch.setattr(PrefetchOriginLimits, "_targeted", lambda *_: next(lagging, None))
    emulator.script(Fault(FAILED, "ModifyPrefetchOriginLimit", times=9))
    run.limits.delete(LIMIT_ID, LIMIT)
    assert len(clock.slept) == 2
    assert len(emulator.writes) == 1


@ALL
@pytest.mark.parametrize("written_at", [None, 1_700_000_000])
def test_what_was_written_long_ago_and_is_gone_needs_no_wait(
    new_run: NewRun,
    emulator: Emulator,
    clock: FakeClock,
    kind: str,
    id_: str,
    inputs: Inputs,
    action: str,
    written_at: int | None,
) -> None:
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)
    emulator.script(Fault(FAILED, action))
    getattr(new_run(), kind).delete(id_, inputs if written_at is None else {**inputs, "written_at": written_at})
    assert clock.slept == []


@ALL
@pytest.mark.parametrize("options", [LAGGING])
def test_the_wait_ends_with_the_operations_time_and_then_nothing_is_forgotten(
    new_run: NewRun,
    emulator: Emulator,
    clock: FakeClock,
    config: dict[str, str],
    kind: str,
    id_: str,
    inputs: Inputs,
    action: str,
) -> None:
    state = getattr(new_run(), kind).create(inputs)[1]
    emulator.script(Fault(FAILED, action, times=99))
    began = clock.at
    hasty = new_run({**config, "tc-resources:timeout": "10"})
    assert "did not settle within the time limit" in getattr(hasty, kind).failure("delete", id_, state)
    assert clock.at - began <= 10
    assert len(emulator.limits() + emulator.quotas()) == 1


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(limit_lag=25.0, existing_limit="refuses")}])
def test_an_off_that_fails_in_the_midst_of_a_recreation_has_taken_nothing_away(
    new_run: NewRun, emulator: Emulator
) -> None:
    """The service has just said that the limit is there: a listing that lacks it lags."""
    state = new_run().limits.create(LIMIT)[1]
    emulator.script(Fault(FAILED, when={"Enabled": "off"}, times=99))
    text = new_run().limits.failure("update", LIMIT_ID, state, {**LIMIT, "bandwidth": 600})
    assert "FailedOperation" in text
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]


@pytest.mark.parametrize("options", [LAGGING])
def test_a_delete_that_fails_in_the_midst_of_a_renewal_has_taken_nothing_away(
    new_run: NewRun, emulator: Emulator
) -> None:
    old = {**IMAGE, "period": "2026-10"}
    state = new_run().quotas.create(old)[1]
    emulator.script(Fault(FAILED, "DeleteAigcQuota", times=99))
    assert "FailedOperation" in new_run().quotas.failure("update", IMAGE_ID, state, {**IMAGE, "period": "2026-11"})
    assert emulator.quotas() == [Quota(1, "Image", 5)]
