"""What an operation leaves alone that is told to do a part, or to go on after a failure."""

from __future__ import annotations

from tests.engine.trial import Trial

URN = "urn:pulumi:dev::toy::pulumi-python:dynamic/cloud:Thing::"


def test_a_target_alone_is_created_changed_and_deleted(trial: Trial) -> None:
    trial.up('Thing("a", size=1)\nThing("b", size=1)\nThing("gone", size=1)')
    trial.up('Thing("a", size=2)\nThing("b", size=2)\nThing("new", size=2)', target=[f"{URN}a"])
    assert trial.called("check", "create", "update", "delete") == ["check a", "update a"]
    assert {name: thing["size"] for name, thing in trial.things.items()} == {
        "a-plain": 2,
        "b-plain": 1,
        "gone-plain": 1,
    }
    trial.up('Thing("a", size=2)', target=[f"{URN}gone"])
    assert trial.called("check", "create", "update", "delete") == ["delete gone"]


def test_what_is_excluded_is_neither_created_nor_deleted(trial: Trial) -> None:
    trial.up('Thing("a", size=1)\nThing("old", size=1)')
    trial.up('Thing("a", size=2)\nThing("new", size=1)', exclude=[f"{URN}new", f"{URN}old"])
    assert trial.called("check", "create", "update", "delete") == ["check a", "update a"]
    assert set(trial.things) == {"a-plain", "old-plain"}


def test_a_target_is_not_deleted_where_what_is_left_alone_needs_it(trial: Trial) -> None:
    trial.up('old = Thing("old", size=1)\nThing("late", size=old.serial)')
    text = trial.failing(trial.up, "", target=[f"{URN}old"])
    assert f"Resource '{URN}late' will be destroyed but was not specified in --target list." in text
    assert set(trial.things) == {"old-plain", "late-plain"}
    trial.up("", target=[f"{URN}old", f"{URN}late"])
    assert trial.things == {}


def test_what_an_excluded_resource_needs_is_not_deleted_either(trial: Trial) -> None:
    trial.up('old = Thing("old", size=1)\nThing("late", size=old.serial)\nThing("gone", size=1)')
    trial.up("", exclude=[f"{URN}late"])
    assert set(trial.things) == {"old-plain", "late-plain"}


def test_where_an_up_goes_on_after_a_failure_only_what_needs_it_is_left_out(trial: Trial) -> None:
    trial.up('Thing("old", size=1)')
    body = 'bad = Thing("bad", size=13)\nThing("slow", size=1000)\nThing("late", size=bad.serial)'
    text = trial.failing(trial.up, body, continue_on_error=True)
    assert "thirteen is unlucky" in text
    assert "create late" not in trial.called("create")
    assert set(trial.things) == {"slow-plain"}
    assert "delete old" in trial.called("delete")


def test_a_provider_is_told_how_much_to_log_before_the_address(trial: Trial) -> None:
    trial.up('Thing("a", size=1)', log_flow=True, log_verbosity=1)
    assert set(trial.things) == {"a-plain"}
