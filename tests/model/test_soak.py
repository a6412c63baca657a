"""A soak fails where anything that can be drawn was not, and says what."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from tc_resources.behaviour.behaviour import Behaviour
from tests.model import behaviours, machine, soak, tally
from tests.model.axes import Ways
from tests.model.coverage import groups
from tests.model.steps import STEPS, shown

ALL = [(axis, name, key) for axis, keys in groups().items() for name, key in keys.items()]
MISSING = [ALL[0], ALL[-1], *(row for row in ALL if row[1] in ("native", "refused: below usage", "host 'localhost'"))]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What the only batch of a soak has drawn: all there is, in enough steps."""
    found = {key: soak.ENOUGH for _, _, key in ALL}

    def batches(_: int, __: object) -> list[Mapping[str, Any]]:
        return [{"seed": 1, "tally": found, "losses": []}]

    monkeypatch.setattr(soak, "batches", batches)
    return found


@pytest.mark.usefixtures("drawn")
def test_a_soak_that_has_drawn_all_and_lost_nothing_is_green(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.soak(soak.ENOUGH) == 0
    assert "0 alternatives were not drawn." in capsys.readouterr().out


@pytest.mark.parametrize(("axis", "name", "key"), MISSING)
def test_an_alternative_that_was_not_drawn_fails_the_soak_by_its_name(
    drawn: dict[str, int], axis: str, name: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del drawn[key]
    assert soak.soak(soak.ENOUGH) == 1
    assert f"1 alternatives were not drawn:\n  {axis}: {name}\n" in capsys.readouterr().out


def test_a_soak_of_too_few_steps_to_draw_all_tells_what_it_has_not_drawn_and_is_green(
    drawn: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    drawn.clear()
    drawn["step up"] = soak.ENOUGH - 1
    assert soak.soak(soak.ENOUGH - 1) == 0
    assert f"{len(ALL) - 1} alternatives were not drawn:" in capsys.readouterr().out


def test_every_alternative_of_every_property_that_is_drawn_is_demanded() -> None:
    demanded = set(Ways().names)
    for known in Behaviour.fields():
        if known.name not in behaviours.UNDRAWN:
            assert {f"{known.name} {value!r}" for value in behaviours.alternatives(known.name)} <= demanded


@settings(max_examples=20, database=None, deadline=None)
@given(st.data())
def test_what_is_drawn_is_among_what_is_demanded(data: st.DataObject) -> None:
    for axes in STEPS.values():
        for key, axis in axes.items():
            drawn = set(shown(key, axis, data.draw(axis.strategy)))
            assert drawn <= {f"{key}: {name}" for name in axis.names}


@pytest.mark.parametrize("lost", [[], [tally.Lost("a loss", [])]])
def test_what_leads_elsewhere_under_load_is_no_loss_and_hides_none(
    monkeypatch: pytest.MonkeyPatch, lost: list[tally.Lost]
) -> None:
    taken: list[str] = []

    def run(*_: object, **__: object) -> None:
        taken.append("step")
        losses.extend(lost)
        raise Flaky("it led elsewhere")

    losses: list[tally.Lost] = []
    monkeypatch.setattr(machine, "LOSSES", losses)
    monkeypatch.setattr(machine, "run_state_machine_as_test", run)
    monkeypatch.setattr(tally, "steps", lambda: len(taken))
    with pytest.raises(Flaky) if lost else nullcontext():
        machine.run_machine(1, 3)
    assert len(taken) == (1 if lost else 3)


def test_what_nobody_waits_for_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="something else"):
        tally.happened("something else")
    with pytest.raises(ValueError, match="something else"):
        tally.met("up", "something else")
