"""A run that goes on after errors deletes under an old name what it could not create under the new one: it is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pulumi.runtime import rpc

from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit
from tests.unit.provider.host import AnyHost, Run

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


WARNING = "If this run was to create it anew and fails to, `pulumi up` is to run before a destroy"


def test_what_is_deleted_before_it_is_created_stays_in_force_and_is_told_what_a_failure_means(
    limits: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the engine does with deleteBeforeReplace."""
    limits.check(LIMIT)
    limits.delete(ID, LIMIT)
    assert WARNING in capsys.readouterr().out
    limits.create(LIMIT)
    assert emulator.limits() == [THERE]
    assert [call.params["Enabled"] for call in emulator.writes] == ["on"]


def test_what_is_deleted_after_it_is_created_stays_without_a_warning(
    limits: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    limits.check(LIMIT)
    limits.create(LIMIT)
    limits.delete(ID, LIMIT)
    assert WARNING not in capsys.readouterr().out
    assert emulator.limits() == [THERE]


def test_what_a_policy_has_made_of_a_check_is_declared_by_its_creation(limits: AnyHost, emulator: Emulator) -> None:
    """A remediation changes what was checked, and nobody checks that again."""
    limits.check({**LIMIT, "domain_name": "old-brand.example.com"})
    limits.create(LIMIT)
    limits.delete(ID, LIMIT)
    assert emulator.limits() == [THERE]
    assert [call.params["Enabled"] for call in emulator.writes] == ["on"]


def test_what_a_program_reads_and_does_not_manage_any_more_is_not_ended(limits: AnyHost, emulator: Emulator) -> None:
    limits.read(ID, {})
    assert "This program reads it by its id" in limits.failure("delete", ID, LIMIT)
    assert emulator.limits() == [THERE]


@pytest.mark.parametrize("name", ["written_at", "bandwidth"])
def test_a_number_that_is_stored_as_text_is_one_and_anything_else_is_told(
    limits: AnyHost, emulator: Emulator, name: str
) -> None:
    assert limits.read(ID, {**LIMIT, name: "500"})[0] == ID
    assert f"has no whole number as {name}" in limits.failure("delete", ID, {**LIMIT, name: [500]})
    assert emulator.limits() == [THERE]
    limits.delete(ID, {**LIMIT, name: "500"})
    assert emulator.limits() == []


def test_a_check_does_without_what_the_state_lacks(limits: AnyHost) -> None:
    """The update tells it."""
    lacking = {name: value for name, value in LIMIT.items() if name != "bandwidth"}
    assert limits.check(LIMIT, lacking) == limits.check(LIMIT)


QUOTA = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5}
FAILING: dict[str, Callable[[Run], object]] = {
    "a create": lambda run: run.quotas.failure("create", QUOTA),
    "an update": lambda run: run.quotas.failure("update", "1#Image", {**QUOTA, "quota_limit": 6}, QUOTA),
    "a read of what is not managed": lambda run: run.quotas.failure("read", "1#Image", {}),
    "a check": lambda run: run.quotas.check({**QUOTA, "quota_limit": -1}),
    "what is left out for another provider's": lambda run: run.quotas.check({**QUOTA, "sub_app_id": rpc.UNKNOWN}),
}


@pytest.mark.parametrize("failing", FAILING)
def test_once_anything_has_failed_what_this_run_may_still_have_declared_is_kept(
    run: Run, emulator: Emulator, failing: str
) -> None:
    """As in an `apply` of what has failed."""
    emulator.script(*(Fault(ErrorCode("LimitExceeded"), f"{verb}AigcQuota", 9) for verb in ("Create", "Modify")))
    FAILING[failing](run)
    told = run.limits.failure("delete", ID, LIMIT)
    assert "Something else has failed in this run" in told
    assert "kept in the state until a run succeeds" in told
    assert emulator.limits() == [THERE]


def test_what_is_there_under_another_name_is_deleted_whatever_else_has_failed(run: Run, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("LimitExceeded"), "CreateAigcQuota", 9))
    run.quotas.failure("create", QUOTA)
    run.limits.check(LIMIT)
    run.limits.create(LIMIT)
    run.limits.delete(ID, LIMIT)
    assert emulator.limits() == [THERE]
