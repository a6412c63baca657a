"""Random programs on the embedded engine, judged by the model; `make soak` runs it for longer, with fresh seeds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from unittest import mock

import pytest

from tc_resources.behaviour.behaviour import DEFAULT
from tc_resources.testing.emulator import AnswerLost
from tc_resources.testing.engine.forks import server_for
from tc_resources.testing.engine.processes import WARM
from tests.model import clock
from tests.model.axes import USUAL
from tests.model.behaviours import LAG, MOST
from tests.model.expected import destroyed
from tests.model.machine import Machine, run_machine
from tests.model.tally import LOSSES, TALLY, steps
from tests.model.things import OURS, Loss, Managed, Setting

STEPS = 1_500
COLD_STEPS = 200
"""Where processes cannot be forked, each takes ten times as long."""
SEED = 1
LAGGING = {"limit_lag": LAG, "quota_lag": LAG}
DENIED = "UnauthorizedOperation.CamUnauthorized"
OFF = 3
"""The call of an update that takes the limit away, where the service refuses to change one that is there."""


def test_whatever_happens_the_service_has_what_the_program_declares_and_nothing_else_is_touched() -> None:
    before, wanted = steps(), STEPS if WARM and server_for(os.environ) else COLD_STEPS
    try:
        run_machine(SEED, wanted)
    finally:
        print(*(f"{lost.reason}\n{lost.program()}" for lost in LOSSES))
    assert steps() - before >= wanted
    assert min(TALLY["kills"], TALLY["failed"], TALLY["operation refresh"], TALLY["operation destroy"]) > 0


@pytest.fixture
def _broken(monkeypatch: pytest.MonkeyPatch, mutant: str) -> None:
    monkeypatch.setenv("PYTHON_MUTANT", mutant)


@pytest.fixture
def behaviour() -> dict[str, float]:
    """Of the account, beside that of a limit: as by default."""
    return {}


@pytest.fixture
def begun(behaviour: dict[str, float]) -> Iterator[Machine]:
    """A limit is in force, at a service that takes no new value for one that is there."""
    machine = Machine()
    try:
        machine.begin(
            behaviour={"existing_limit": "refuses", **behaviour}, surroundings=USUAL, period=None, program=[(0, 100)]
        )
        machine.up(heeding=None)
        yield machine
    finally:
        machine.teardown()


def rename(machine: Machine) -> None:
    machine.rename(pick=0, alias=False, value=None)
    machine.up(heeding=None)


def refresh_refused(machine: Machine) -> None:
    machine.refuse(code=DENIED, action="DescribePrefetchOriginLimit", after=0)
    machine.refresh()


def adopt(machine: Machine) -> None:
    machine.appear(pick=4, value=500, usage=30)
    machine.declare(pick=3, value=250, adopt=True, instance=None, twice=0)
    machine.up(heeding=None)


def conflict(machine: Machine) -> None:
    machine.appear(pick=1, value=500, usage=0)
    machine.declare(pick=0, value=250, adopt=False, instance=None, twice=0)
    machine.up(heeding=None)


def change(machine: Machine) -> None:
    machine.change(pick=0, value=250)
    machine.up(heeding=None)


def take_over(machine: Machine) -> None:
    machine.appear(pick=8, value=500, usage=0)
    machine.declare(pick=7, value=500, adopt=False, instance=None, twice=0)
    machine.up(heeding=None)


def twins(machine: Machine) -> None:
    """The second of the native face is of the first one's identity."""
    for twice in (0, 1):
        machine.declare(pick=0, value=250, adopt=False, instance=None, twice=twice, face="native")
        machine.up(heeding=None)


def declare_a_token(machine: Machine) -> None:
    machine.declare(pick=7, value=250, adopt=False, instance=None, twice=0, face="native")
    machine.up(heeding=None)


def declare_what_has_just_ended(machine: Machine) -> None:
    machine.up_behind_an_end(pick=3, value=250, face="dynamic")


def declare_a_quota(machine: Machine) -> None:
    machine.declare(pick=3, value=250, adopt=False, instance=None, twice=0)
    machine.up(heeding=None)


def lose_an_answer(machine: Machine) -> None:
    declare_a_quota(machine)
    machine.renew_in_trouble(pick=0, action="CreateAigcQuota", fault=AnswerLost(), times=1, code=None)


def lose_what_a_delete_answers(machine: Machine) -> None:
    declare_a_quota(machine)
    machine.renew_in_trouble(pick=0, action="DeleteAigcQuota", fault=AnswerLost(), times=1, code=DENIED)


def renew_above_the_most(machine: Machine) -> None:
    declare_a_quota(machine)
    machine.renew_above_the_most(pick=0, value=MOST + 1)


def have_a_creation_refused(machine: Machine) -> None:
    declare_a_quota(machine)
    machine.renew_in_trouble(pick=0, action="CreateAigcQuota", fault=AnswerLost(), times=0, code=DENIED)


def kill_the_engine(machine: Machine) -> None:
    declare_a_quota(machine)
    machine.renew_without_the_engine(pick=0, call=3)


def go_on_elsewhere(machine: Machine) -> None:
    """The orphan's creation meets no answer until the next run is over, which has seconds for that."""
    declare_a_quota(machine)
    with mock.patch.object(clock, "SLOW", 0.1):
        machine.up_beside_orphan(call=5, period=None, pick=0, fault=AnswerLost(), times=1_000, moves=True)


def cut_off(machine: Machine) -> None:
    """An update ends between "off" and "on", and is taken back."""
    machine.change(pick=0, value=250)
    machine.kill(call=OFF, moment="after", who="provider")
    machine.up(heeding=None)
    machine.change(pick=0, value=100)


def go_back_after_a_cut(machine: Machine) -> None:
    cut_off(machine)
    machine.up(heeding=None)


def refresh_what_was_cut_off(machine: Machine) -> None:
    cut_off(machine)
    machine.change_machine()
    machine.up(heeding=None)
    machine.up_with_refresh(heeding=None)


def test_what_a_cut_off_update_left_missing_is_put_in_force_by_the_next_up_of_that_machine(begun: Machine) -> None:
    go_back_after_a_cut(begun)
    assert begun.missing == set()
    assert begun.service[OURS[0]].value == 100


def test_what_a_cut_off_update_left_missing_is_remembered_elsewhere_until_an_up_with_refresh_puts_it_in_force(
    begun: Machine,
) -> None:
    cut_off(begun)
    begun.change_machine()
    begun.up(heeding=None)
    assert begun.missing == {OURS[0]}
    begun.up_with_refresh(heeding=None)
    assert begun.missing == set()
    assert begun.service[OURS[0]].value == 100


def test_what_an_orphan_cannot_tell_to_be_absent_may_stay_missing(begun: Machine) -> None:
    begun.confuse(often=0)
    begun.change(pick=0, value=250)
    begun.kill(call=OFF, moment="before", who="engine")
    begun.up(heeding=None)
    assert begun.missing == {OURS[0]}


def test_an_instance_that_starts_when_another_has_crashed_leaves_what_that_one_has_taken_over(begun: Machine) -> None:
    begun.entrust(pick=0, instance="second")
    begun.declare(pick=4, value=250, adopt=False, instance=None, twice=0)
    begun.up(heeding=None)
    begun.rename(pick=0, alias=False, value=None)
    begun.entrust(pick=0, instance=None)
    begun.remove(pick=1)
    begun.kill(call=2, moment="before", who="provider")
    begun.up(heeding=None)
    assert begun.service[OURS[0]].value == 100


def test_a_setting_of_two_resources_ends_as_both_say_and_in_a_failed_run_as_one_of_them_says() -> None:
    stack = [Managed("r4", OURS[4], 7), Managed("r4", OURS[4], 7, reset_limit=0, leaving=True)]
    outcome = destroyed(stack, {OURS[4]: Setting(7, usage=3)}, DEFAULT)
    assert outcome.service == {OURS[4]: {None}}
    assert outcome.between == {OURS[4]: {None, Setting(0, usage=3)}}


@pytest.mark.usefixtures("_broken")
@pytest.mark.parametrize(
    ("mutant", "provoke", "verdict"),
    [
        ("a_delete_ignores_what_is_declared", rename, "is not as the program has it"),
        ("an_unclear_error_reads_as_gone", refresh_refused, "A refresh missed the truth"),
        ("the_baseline_is_lost", adopt, "The state is not what the program says"),
        ("a_create_overwrites", conflict, "An up that must be refused was green"),
        ("a_refresh_believes_the_state", refresh_what_was_cut_off, "What was left missing still is"),
        ("what_nobody_stored_counts_as_stored", go_back_after_a_cut, "is not as the program has it"),
        ("a_notice_tells_the_token", take_over, "A secret was told"),
        ("an_update_writes_to_a_neighbour", change, "A call was made for what is not ours"),
        ("a_quota_always_changes", adopt, "the next preview is not empty"),
        ("a_plugin_seals_nothing", declare_a_token, "A secret was told"),
        ("an_earlier_try_of_a_creation_counts_for_nothing", lose_an_answer, "failed without a reason"),
        ("an_unclear_delete_is_a_refused_one", lose_what_a_delete_answers, "neither as it was nor as it is to be"),
        ("what_was_taken_away_is_not_put_back", have_a_creation_refused, "neither as it was nor as it is to be"),
        ("a_recreation_needs_the_engine", kill_the_engine, "neither as it was nor as it is to be"),
        ("an_orphan_sends_all_that_is_half_done", go_on_elsewhere, "An orphan has undone"),
        ("a_plugin_takes_two_resources_of_one_identity", twins, "An up that must be refused was green"),
    ],
)
def test_the_model_condemns_a_broken_variant(begun: Machine, provoke: Callable[[Machine], None], verdict: str) -> None:
    with pytest.raises(Loss, match=verdict):
        provoke(begun)


@pytest.mark.usefixtures("_broken")
@pytest.mark.parametrize(
    ("behaviour", "mutant", "provoke", "verdict"),
    [
        (
            LAGGING,
            "a_quota_that_is_there_already_is_not_written",
            declare_what_has_just_ended,
            "is not as the program has it",
        ),
        (
            {"most_quota": MOST},
            "a_renewal_does_not_set_the_new_value_first",
            renew_above_the_most,
            "neither as it was nor as it is to be",
        ),
    ],
)
def test_the_model_condemns_a_variant_that_does_harm_on_some_accounts(
    begun: Machine, provoke: Callable[[Machine], None], verdict: str
) -> None:
    with pytest.raises(Loss, match=verdict):
        provoke(begun)
