"""What is said, and what stays in the state, when something fails."""

from __future__ import annotations

from tests.engine.trial import Trial


def test_check_failures_are_worded_as_the_real_engine_does(trial: Trial) -> None:
    text = trial.failing(trial.preview, 'Thing("r1", size=7)')
    assert "cloud:Thing resource 'r1': property size value {7} has a problem: bad size" in text
    assert "cloud:Thing resource 'r1' has a problem: really bad" in text
    assert trial.called("create") == []


def test_after_a_failure_dependents_are_not_created_and_what_succeeded_is_kept(trial: Trial) -> None:
    body = 'bad = Thing("bad", size=13)\nThing("late", size=bad.serial)\nThing("slow", size=1000)'
    text = trial.failing(trial.up, body)
    assert "thirteen is unlucky" in text
    assert "about to fail" in text
    assert "create late" not in trial.called("create")
    assert set(trial.things) == {"slow-plain"}
    assert {r["urn"].rpartition("::")[2] for r in trial.state} == {"toy-dev", "default", "slow"}
    assert trial.up(body.replace("13", "1")) == {"create": 2, "same": 2}


def test_a_failed_delete_stays_pending_and_is_tried_again(trial: Trial) -> None:
    trial.up('Thing("a", kind="x", size=99)')
    trial.failing(trial.up, 'Thing("a", kind="y", size=1)')
    assert sorted((r["id"], r.get("delete", False)) for r in trial.state if r["type"].endswith("Thing")) == [
        ("a-x", True), ("a-y", False)
    ]  # fmt: skip
    trial.failing(trial.up)
    assert trial.called("create", "delete") == ["delete a"]


def test_a_provider_process_that_dies_fails_the_update(trial: Trial) -> None:
    trial.failing(trial.up, 'a = Thing("a", size=1)\nThing("b", size=666, opts=ResourceOptions(depends_on=[a]))')
    assert {r["urn"].rpartition("::")[2] for r in trial.state} == {"toy-dev", "default", "a"}


def test_a_program_that_raises_shows_its_own_traceback_and_deletes_nothing(trial: Trial) -> None:
    trial.up('Thing("a", size=1)\nexport("kept", "old")')
    text = trial.failing(trial.up, "def work():\n    raise KeyError('lost')\nwork()")
    assert "Program failed with an unhandled exception" in text
    assert "KeyError: 'lost'" in text
    assert "runpy" not in text
    assert "delete a" not in trial.called("delete")
    assert trial.entry("a")["id"] == "a-plain"
    text = trial.failing(trial.up, "raise pulumi.RunError('please do otherwise')")
    assert "error: please do otherwise" in text
    assert "Traceback" not in text


def test_two_resources_of_one_urn_are_refused(trial: Trial) -> None:
    text = trial.failing(trial.up, 'a = Thing("a", size=1)\nThing("a", opts=ResourceOptions(depends_on=[a]))')
    assert "Duplicate resource URN 'urn:pulumi:dev::toy::pulumi-python:dynamic/cloud:Thing::a'" in text


def test_protected_resources_are_neither_deleted_nor_replaced(trial: Trial) -> None:
    safe = 'Thing("safe", kind="x", size=1, opts=ResourceOptions(protect=True))'
    trial.up(f'{safe}\nThing("loose", size=1)')
    assert "unable to replace resource" in trial.failing(trial.up, safe.replace('"x"', '"y"'))
    assert "because it is protected" in trial.failing(trial.destroy)
    assert set(trial.things) == {"safe-x"}
