"""The life of both resources, from the first up to the destroy."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from pulumi.automation import ConfigValue, OpType

from tc_resources.testing import Emulator, Limit, LocalEngine, Quota
from tests.service.account import BANDWIDTHS, QUOTAS, Account, emulated, vacant


def declared(stack: LocalEngine, bandwidth: int, quota_limit: int) -> Mapping[OpType, int]:
    """Run an up with these values: how many resources of which changes."""
    stack.set_config("bandwidth", ConfigValue(str(bandwidth)))
    stack.set_config("quotaLimit", ConfigValue(str(quota_limit)))
    return stack.up().summary.resource_changes or {}


def in_force(account: Account, bandwidth: int | None, quota_limit: int | None) -> tuple[int | None, int | None]:
    return account.settled(account.bandwidth, bandwidth), account.settled(account.quota_limit, quota_limit)


def test_both_are_created_left_alone_updated_refreshed_and_destroyed(account: Account, stack: LocalEngine) -> None:
    assert declared(stack, BANDWIDTHS[0], QUOTAS[0]) == {"create": 3}
    assert in_force(account, BANDWIDTHS[0], QUOTAS[0]) == (BANDWIDTHS[0], QUOTAS[0])
    assert declared(stack, BANDWIDTHS[0], QUOTAS[0]) == {"same": 3}
    assert declared(stack, BANDWIDTHS[1], QUOTAS[1]) == {"same": 1, "update": 2}
    assert in_force(account, BANDWIDTHS[1], QUOTAS[1]) == (BANDWIDTHS[1], QUOTAS[1])
    assert stack.refresh().summary.resource_changes == {"same": 3}
    assert stack.destroy().summary.resource_changes == {"delete": 3}
    assert in_force(account, None, None) == (None, None)


def test_what_is_there_with_the_same_values_is_taken_over_by_another_stack(
    account: Account, stack: LocalEngine
) -> None:
    declared(stack, BANDWIDTHS[0], QUOTAS[0])
    other = account.stack()
    assert declared(other, BANDWIDTHS[0], QUOTAS[0]) == {"create": 3}
    assert in_force(account, BANDWIDTHS[0], QUOTAS[0]) == (BANDWIDTHS[0], QUOTAS[0])
    other.destroy()
    assert in_force(account, None, None) == (None, None)


def test_what_is_gone_is_noticed_and_made_anew(account: Account, stack: LocalEngine) -> None:
    declared(stack, BANDWIDTHS[0], QUOTAS[0])
    in_force(account, BANDWIDTHS[0], QUOTAS[0])
    account.clear()
    assert in_force(account, None, None) == (None, None)
    stack.refresh()
    assert declared(stack, BANDWIDTHS[0], QUOTAS[0]) == {"create": 2, "same": 1}
    assert in_force(account, BANDWIDTHS[0], QUOTAS[0]) == (BANDWIDTHS[0], QUOTAS[0])


@pytest.mark.parametrize(
    ("limits", "quotas", "said"),
    [
        ([Limit("zone-1", "www.example.com", "Overseas", 500)], [], "a limit of 500"),
        ([], [Quota(200000004, "Image", 0)], "a quota of 0"),
    ],
)
def test_nothing_is_done_where_something_is_there(limits: list[Limit], quotas: list[Quota], said: str) -> None:
    with Emulator() as emulator, emulated(emulator) as account:
        for limit in limits:
            emulator.put_limit(limit)
        for quota in quotas:
            emulator.put_quota(quota)
        with pytest.raises(pytest.fail.Exception, match=f"There is {said} already: nothing was done"):
            vacant(account).__enter__()
        assert (emulator.limits(), emulator.quotas(), emulator.writes) == (limits, quotas, [])


def leave(account: Account, emulator: Emulator) -> None:
    """A test that is stopped when it has made both."""
    with vacant(account):
        emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", BANDWIDTHS[1]))
        emulator.put_quota(Quota(200000004, "Image", QUOTAS[0]))
        raise KeyboardInterrupt


def test_what_a_test_leaves_is_taken_back_whatever_becomes_of_it() -> None:
    with Emulator() as emulator, emulated(emulator) as account:
        with pytest.raises(KeyboardInterrupt):
            leave(account, emulator)
        assert (emulator.limits(), emulator.quotas()) == ([], [])
