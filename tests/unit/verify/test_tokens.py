"""An API token is made and deleted to see how the services do that: none is left, and none of anybody's is touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.cli.verification.findings import Findings
from tc_resources.cloud.errors import ServiceError
from tc_resources.cloud.identities import digest
from tc_resources.testing.emulator import Quota
from tests.unit.verify.test_adversity import journal
from tests.unit.verify.test_findings import wrong
from tests.unit.verify.trial import SUB_APP, TOKEN, KilledError, Trial, ctrl_c, lost

LAGS = (0.0, 0.3, 2.0, 31.0, 75.0)
MEASURED = {
    "token_lag",
    "tokens_shown",
    "absent_token_update",
    "absent_token_delete",
    "token_quota",
    "new_token_quota",
    "no_ext_info",
}
SOMEBODYS = "sk-of-somebody-else"
CONTRARY = Behaviour(
    token_lag=75.0,
    tokens_shown="masked",
    absent_token_update="FailedOperation",
    absent_token_delete="succeeds",
    token_quota="kept",
    new_token_quota="InvalidParameterValue",
    no_ext_info="null",
    absent_quota_delete="FailedOperation",
    token_form="absent",
    token_filter="ignored",
    quota_lag=3.0,
)
BEHAVIOURS = {"default": Behaviour(), "contrary": CONTRARY}
STEPS = {"default": 3, "contrary": 23}
"""Of how many calls one is disturbed; the writes of tokens and quotas all are."""
TOKEN_ACTIONS = ("CreateAigcApiToken", "UpdateAigcApiToken", "DeleteAigcApiToken", "DescribeAigcApiTokens")

NewTrial = Callable[[], Trial]


def drawn(seed: int) -> Behaviour:
    """A way that chance chooses, of what is documented too; limits are as by default."""
    random = Random(seed)
    chosen: dict[str, Any] = {
        known.name: known.alternatives.drawn(random)
        for known in Behaviour.fields()
        if "token" in known.name or "quota" in known.name or known.name == "no_ext_info"
    }
    lags = {"token_lag": random.choice(LAGS), "quota_lag": random.choice(LAGS)}
    most_quota = random.choice([None, 10**12, 10**15 + 7])
    return Behaviour(**{**chosen, **lags, "most_quota": most_quota})


def new_of(behaviour: Behaviour, journal: Path) -> Trial:
    trial = Trial(behaviour, journal)
    trial.put((), [Quota(SUB_APP, "Image", 5)])
    trial.account.put_token(SUB_APP, SOMEBODYS)
    return trial


def run(trial: Trial) -> tuple[Findings, list[str]]:
    """Of the sub-application alone, and of no token that was given."""
    return trial.run(None, allow_zero=False, zone_id=None, allow_tokens=True)


def makes(call: tuple[str, Mapping[str, object]]) -> bool:
    """Whether it makes a token: one without an application asks for the permission alone."""
    return call[0] == "CreateAigcApiToken" and bool(call[1])


@pytest.fixture(params=BEHAVIOURS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_trial(way: str, tmp_path: Path) -> NewTrial:
    return lambda: new_of(BEHAVIOURS[way], tmp_path / "journal.json")


@pytest.fixture
def calls(new_trial: NewTrial, way: str) -> list[int]:
    """The numbers of the calls to disturb."""
    trial = new_trial()
    run(trial)
    names = [name for name, _ in trial.calls]
    return [at for at, name in enumerate(names) if not name.startswith("Describe") or at % STEPS[way] == 0]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_measured_is_how_the_services_behave_and_no_token_is_left(seed: int, tmp_path: Path) -> None:
    behaviour = drawn(seed)
    trial = new_of(behaviour, tmp_path / "journal.json")
    before = trial.state
    findings, troubles = run(trial)
    assert wrong(findings.values, behaviour) == {}
    assert (trial.state, trial.tokens, troubles, journal(trial)) == (before, [SOMEBODYS], [], [])
    surely = MEASURED - {"new_token_quota", "token_quota"}
    assert surely <= findings.values.keys(), findings.notes


def test_everything_of_tokens_is_measured_where_they_may_be_made(tmp_path: Path) -> None:
    findings, troubles = run(new_of(Behaviour(), tmp_path / "journal.json"))
    assert findings.values.keys() >= MEASURED
    assert troubles == []


def test_none_is_made_where_that_is_not_allowed(tmp_path: Path) -> None:
    trial = new_of(Behaviour(), tmp_path / "journal.json")
    findings, _ = trial.run()
    assert {findings.notes[name] for name in MEASURED} == {"not measured: it takes --allow-tokens"}
    assert {name for name, _ in trial.calls} & {*TOKEN_ACTIONS} == set()


def test_a_quota_of_the_type_that_somebody_has_keeps_tokens_from_none_but_those(tmp_path: Path) -> None:
    trial = new_of(Behaviour(), tmp_path / "journal.json")
    trial.put((), [Quota(SUB_APP, "Text", 7)])
    findings, troubles = run(trial)
    assert MEASURED & findings.values.keys() == MEASURED - {"new_token_quota", "token_quota"}
    assert findings.notes["token_quota"] == "not measured: there is a quota already, of the type Text"
    assert troubles == []


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
def test_ctrl_c_at_any_call_leaves_no_token(new_trial: NewTrial, calls: list[int], applied: bool) -> None:
    for at in calls:
        trial = new_trial()
        before = trial.state
        trial.at, trial.disturb, trial.applied = at, ctrl_c, applied
        with pytest.raises(KeyboardInterrupt):
            run(trial)
        assert (trial.state, trial.tokens, journal(trial)) == (before, [SOMEBODYS], []), f"call {at}"


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
def test_of_a_kill_at_any_call_the_next_run_leaves_none_that_it_does_not_name(
    new_trial: NewTrial, calls: list[int], applied: bool
) -> None:
    for at in calls:
        trial = new_trial()
        before = trial.state
        trial.at, trial.disturb, trial.applied = at, trial.kill, applied
        with pytest.raises(KilledError):
            run(trial)
        trial.revive()
        _, troubles = run(trial)
        assert (trial.state, journal(trial)) == (before, []), f"call {at}"
        named(trial, troubles, unanswered=applied and makes(trial.calls[at]))


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
def test_an_answer_or_a_request_that_is_lost_changes_no_finding_and_leaves_none_that_is_not_named(
    new_trial: NewTrial, calls: list[int], applied: bool
) -> None:
    for at in calls:
        trial = new_trial()
        before = trial.state
        trial.at, trial.disturb, trial.applied = at, lost, applied
        findings, troubles = run(trial)
        assert wrong(findings.values, trial.behaviour) == {}, f"call {at}"
        assert (trial.state, journal(trial)) == (before, []), f"call {at}"
        named(trial, troubles, unanswered=applied and makes(trial.calls[at]))


def named(trial: Trial, troubles: list[str], *, unanswered: bool) -> None:
    """Only one whose making was not answered is left, and it is named; somebody's never is."""
    assert trial.tokens[0] == SOMEBODYS
    left = trial.tokens[1:]
    assert len(left) == int(unanswered), troubles
    shown = f"{left[0][:3]}****" if left and trial.behaviour.tokens_shown == "masked" else digest((left or [""])[0])
    assert [shown in line for line in troubles] == [True] * len(left), troubles


@pytest.mark.parametrize("action", TOKEN_ACTIONS)
def test_without_a_permission_no_token_is_made_and_quotas_are_measured(new_trial: NewTrial, action: str) -> None:
    trial = new_trial()
    before = trial.state
    trial.denied.add(action)
    findings, _ = run(trial)
    assert wrong(findings.values, trial.behaviour) == {}
    assert "quota_lag" in findings.values
    assert not MEASURED & findings.values.keys() or action.startswith("Describe")
    assert (trial.state, trial.tokens) == (before, [SOMEBODYS])


def test_a_token_that_cannot_be_deleted_is_told_and_deleted_by_the_next_run(tmp_path: Path) -> None:
    trial = new_of(Behaviour(), tmp_path / "journal.json")

    def deny_from_here(_: str) -> None:
        trial.denied.add("DeleteAigcApiToken")

    undisturbed = new_of(Behaviour(), tmp_path / "other.json")
    run(undisturbed)
    first = [makes(call) for call in undisturbed.calls].index(True)
    trial.at, trial.disturb, trial.applied = first, deny_from_here, True
    _, troubles = run(trial)
    (left,) = trial.tokens[1:]
    assert troubles == [
        f"May be left: the API token {digest(left)} of sub-application {SUB_APP}. The next run takes it back."
    ]
    trial.denied.clear()
    trial.revive()
    _, troubles = run(trial)
    assert (trial.tokens, troubles, journal(trial)) == ([SOMEBODYS], [], [])


def test_the_report_has_nothing_of_a_token_and_the_journal_is_its_owners(tmp_path: Path) -> None:
    def refuse(action: str) -> None:
        raise ServiceError(f"vod:{action}", "Strange", f"{TOKEN} {trial.tokens[-1]}", "a-request-id")

    for at in range(20, 60, 5):
        trial = new_of(Behaviour(), tmp_path / "journal.json")
        trial.at, trial.disturb = at, refuse
        findings, troubles = run(trial)
        report = json.dumps([findings.report(), troubles])
        assert not any(one in report for one in trial.tokens)
    assert trial.journal.stat().st_mode & 0o77 == 0
