"""The values that quotas go back to, as one run comes to know them."""

from __future__ import annotations

import pytest

from tc_resources.cloud.identities import QuotaIdentity
from tc_resources.limits.baselines import Baselines
from tc_resources.limits.fields import MAX_WHOLE

IMAGE = QuotaIdentity(1, "Image")
OTHERS = (QuotaIdentity(2, "Image"), QuotaIdentity(1, "Video"), QuotaIdentity(1, "Text", "8dfba01da860"))
WANTED = 9


@pytest.fixture
def baselines() -> Baselines:
    return Baselines()


@pytest.mark.parametrize("found", [0, WANTED - 1, WANTED + 1, MAX_WHOLE])
def test_another_value_that_was_there_is_the_baseline(baselines: Baselines, found: int) -> None:
    assert baselines.of(IMAGE, found, WANTED) == found


@pytest.mark.parametrize("found", [None, WANTED, MAX_WHOLE + 1], ids=["hidden", "same", "too-large"])
def test_a_value_that_is_the_same_hidden_or_held_by_no_state_is_none(baselines: Baselines, found: int | None) -> None:
    assert baselines.of(IMAGE, found, WANTED) is None


@pytest.mark.parametrize("found", [None, 7, WANTED, MAX_WHOLE + 1])
@pytest.mark.parametrize("stored", [None, 0, 5])
def test_what_the_engine_has_stored_is_the_baseline_whatever_is_there(
    baselines: Baselines, stored: int | None, found: int | None
) -> None:
    baselines.remember(IMAGE, stored)
    assert baselines.of(IMAGE, found, WANTED) == stored


@pytest.mark.parametrize("other", OTHERS)
def test_a_stored_baseline_is_that_of_its_own_quota_alone(baselines: Baselines, other: QuotaIdentity) -> None:
    baselines.remember(IMAGE, 5)
    assert baselines.of(other, 7, WANTED) == 7


def test_of_what_is_stored_the_last_counts(baselines: Baselines) -> None:
    baselines.remember(IMAGE, 5)
    baselines.remember(IMAGE, None)
    assert baselines.of(IMAGE, 7, WANTED) is None


def test_what_was_taken_over_is_told_of_that_quota_alone(baselines: Baselines) -> None:
    baselines.take(IMAGE, 5)
    assert (baselines.taken(IMAGE), [baselines.taken(other) for other in OTHERS]) == (5, [None] * len(OTHERS))


def test_what_was_taken_over_last_counts_though_it_had_no_other_value(baselines: Baselines) -> None:
    baselines.take(IMAGE, 5)
    baselines.take(IMAGE, None)
    assert baselines.taken(IMAGE) is None


def test_what_was_taken_over_and_what_is_stored_do_not_mix(baselines: Baselines) -> None:
    baselines.take(IMAGE, 5)
    assert baselines.of(IMAGE, 7, WANTED) == 7
    baselines.remember(IMAGE, 3)
    assert baselines.taken(IMAGE) == 5
