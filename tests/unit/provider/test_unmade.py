"""A run that goes on after errors deletes under an old name what it could not create under the new one: it is kept."""

from __future__ import annotations

import pytest

from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit
from tests.unit.provider.host import AnyHost

LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
ID = "zone-1#www.example.com#Overseas"
THERE = Limit("zone-1", "www.example.com", "Overseas", 500)


@pytest.fixture(autouse=True)
def _there(emulator: Emulator) -> None:
    emulator.put_limit(THERE)


def test_what_could_not_be_created_under_a_new_name_is_kept_under_the_old_one(
    limits: AnyHost, emulator: Emulator
) -> None:
    limits.check(LIMIT)
    emulator.script(Fault(ErrorCode("UnauthorizedOperation.CamUnauthorized"), "ModifyPrefetchOriginLimit"))
    limits.failure("create", LIMIT)
    assert "Deleting the prefetch origin limit of www.example.com" in limits.failure("delete", ID, LIMIT)
    assert "kept in the state until a run has" in limits.failure("delete", ID, LIMIT)
    assert emulator.limits() == [THERE]


@pytest.mark.parametrize("failing", ["create", "update"])
def test_what_was_left_out_since_something_else_had_failed_is_kept_under_the_old_name(
    limits: AnyHost, emulator: Emulator, failing: str
) -> None:
    """It needs the other one."""
    other = {**LIMIT, "domain_name": "other.example.com"}
    for declared in (LIMIT, other):
        limits.check(declared)
    emulator.script(Fault(ErrorCode("UnauthorizedOperation.CamUnauthorized"), "ModifyPrefetchOriginLimit"))
    args = {"create": (other,), "update": ("zone-1#other.example.com#Overseas", other, {**other, "bandwidth": 700})}
    limits.failure(failing, *args[failing])
    assert "kept in the state" in limits.failure("delete", ID, LIMIT)
    assert emulator.limits() == [THERE]


def test_what_is_created_after_all_is_deleted_under_the_old_name_and_stays(limits: AnyHost, emulator: Emulator) -> None:
    limits.check(LIMIT)
    emulator.script(Fault(ErrorCode("UnauthorizedOperation.CamUnauthorized"), "ModifyPrefetchOriginLimit"))
    limits.failure("create", LIMIT)
    limits.create(LIMIT)
    limits.delete(ID, LIMIT)
    assert emulator.limits() == [THERE]


def test_what_is_deleted_before_it_is_created_stays_in_force(limits: AnyHost, emulator: Emulator) -> None:
    """As the engine does with deleteBeforeReplace."""
    limits.check(LIMIT)
    limits.delete(ID, LIMIT)
    limits.create(LIMIT)
    assert emulator.limits() == [THERE]
    assert [call.params["Enabled"] for call in emulator.writes] == ["on"]
