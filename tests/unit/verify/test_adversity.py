"""Whatever happens at whichever call: nothing stays that this command has made, and nothing of anybody's changes."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.cli.verification.signals import interruptible, undisturbed
from tc_resources.cli.verification.zone import MADE_UP
from tc_resources.cloud.action import Action
from tc_resources.cloud.errors import ServiceError
from tc_resources.testing.emulator import Limit, Quota
from tests.unit.verify.test_findings import wrong
from tests.unit.verify.trial import DOMAIN, SUB_APP, TOKEN, ZONE, KilledError, Trial, ctrl_c, lost, sigterm

CONTRARY = Behaviour(
    limit_lag=2.0,
    existing_limit="refuses",
    absent_limit="succeeds",
    off_bandwidth="ignored",
    most_bandwidth=99_000,
    domain_case="ignored",
    domain_form="unicode",
    domain_dot="with",
    area_form="as_zones",
    quota_lag=3.0,
    existing_quota="other_text",
    absent_quota_modify="InvalidParameterValue",
    absent_quota_delete="InvalidParameterValue",
    most_quota=10**12 + 3,
    token_elsewhere="ignored",
    type_form="lower",
    token_form="absent",
    tokens_listed="own",
    zero_quotas_listed=False,
    zero_quotas_found=False,
    row_order="newest_first",
    teo_denial="AuthFailure.UnauthorizedOperation",
)
"""In nothing as by default, as far as that can be."""
BEHAVIOURS = {"default": Behaviour(teo_denial="AuthFailure.UnauthorizedOperation"), "contrary": CONTRARY}
STEPS = {"default": 1, "contrary": 4}
"""Of how many calls one is disturbed."""

LIMIT_ACTIONS = ("ModifyPrefetchOriginLimit", "DescribePrefetchOriginLimit")
QUOTA_ACTIONS = ("CreateAigcQuota", "ModifyAigcQuota", "DeleteAigcQuota", "DescribeAigcQuotas")

NewTrial = Callable[[], Trial]
cases = pytest.mark.parametrize("behaviour", BEHAVIOURS)
moments = pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])


@pytest.fixture
def new_trial(behaviour: str, tmp_path: Path) -> NewTrial:
    """A trial on an account where somebody has settings, with the same journal each time."""

    def new_trial() -> Trial:
        trial = Trial(BEHAVIOURS[behaviour], tmp_path / "journal.json")
        trial.put()
        return trial

    return new_trial


@pytest.fixture
def calls(new_trial: NewTrial, behaviour: str) -> range:
    """The numbers of the calls to disturb."""
    trial = new_trial()
    trial.run()
    return range(0, len(trial.calls), STEPS[behaviour])


def journal(trial: Trial) -> list[object]:
    path = trial.journal
    return list(json.loads(path.read_text())) if path.exists() else []


@cases
@moments
@pytest.mark.parametrize("disturb", [ctrl_c, sigterm])
def test_a_signal_at_any_call_ends_the_run_and_everything_is_taken_back(
    new_trial: NewTrial, calls: range, disturb: Callable[[str], None], applied: bool
) -> None:
    for at in calls if disturb is ctrl_c else calls[::4]:
        trial = new_trial()
        before = trial.state
        trial.at, trial.disturb, trial.applied = at, disturb, applied
        with interruptible(), pytest.raises(KeyboardInterrupt):
            trial.run()
        assert (trial.state, journal(trial)) == (before, []), f"call {at}"


@cases
@moments
def test_what_a_kill_at_any_call_leaves_the_next_run_takes_back(
    new_trial: NewTrial, calls: range, applied: bool
) -> None:
    for at in calls:
        trial = new_trial()
        before = trial.state
        trial.at, trial.disturb, trial.applied = at, trial.kill, applied
        with pytest.raises(KilledError):
            trial.run()
        left = journal(trial)
        assert TOKEN not in json.dumps(left)
        assert (trial.state == before) or left, f"call {at}"
        trial.revive()
        _, troubles = trial.run()
        assert (trial.state, journal(trial), troubles) == (before, [], []), f"call {at}: {left}"


@cases
@moments
def test_an_answer_or_a_request_that_is_lost_changes_no_finding(
    new_trial: NewTrial, calls: range, applied: bool
) -> None:
    undisturbed_findings, _ = new_trial().run()
    for at in calls:
        trial = new_trial()
        before = trial.state
        trial.at, trial.disturb, trial.applied = at, lost, applied
        findings, troubles = trial.run()
        assert wrong(findings.values, trial.behaviour) == {}, f"call {at}"
        assert findings.values.keys() == undisturbed_findings.values.keys(), f"call {at}"
        assert (trial.state, troubles) == (before, []), f"call {at}"


@cases
def test_a_permission_that_is_gone_at_any_call_leaves_nothing_behind(new_trial: NewTrial, calls: range) -> None:
    def deny(action: str) -> None:
        raise ServiceError(f"any:{action}", "AuthFailure.UnauthorizedOperation", "Not allowed.", "an-id")

    for at in calls:
        trial = new_trial()
        before = trial.state
        trial.at, trial.disturb = at, deny
        findings, _ = trial.run()
        findings.values.pop("identity_permission", None)
        assert wrong(findings.values, trial.behaviour) == {}, f"call {at}"
        assert (trial.state, journal(trial)) == (before, []), f"call {at}"


@cases
@pytest.mark.parametrize("action", [*LIMIT_ACTIONS, *QUOTA_ACTIONS])
def test_without_a_permission_nothing_is_set_of_that_service_and_the_code_is_measured(
    new_trial: NewTrial, action: str
) -> None:
    trial = new_trial()
    before = trial.state
    trial.denied.add(action)
    findings, troubles = trial.run()
    assert wrong(findings.values, trial.behaviour) == {}
    denial = "vod_denial" if action in QUOTA_ACTIONS else "teo_denial"
    assert (denial in findings.values) == (action != "DescribePrefetchOriginLimit")
    assert bool(troubles) == action.startswith("Describe")
    assert trial.state == before
    of_the_service = QUOTA_ACTIONS if action in QUOTA_ACTIONS else LIMIT_ACTIONS
    writes = [params for name, params in trial.calls if name in of_the_service and not name.startswith("Describe")]
    assert {params.get("QuotaType", params.get("Area")) for params in writes} == {"NoneSuch"}


@pytest.mark.parametrize("behaviour", ["default"])
def test_what_has_a_limit_or_a_quota_already_is_not_touched_and_said(new_trial: NewTrial) -> None:
    trial = new_trial()
    trial.put(
        [Limit(ZONE, DOMAIN.upper(), "MainlandChina", 500), Limit(ZONE, f"{DOMAIN}.", "Overseas", 500)],
        [Quota(SUB_APP, "Image", 5), Quota(SUB_APP, "Video", 5), Quota(SUB_APP, "Text", 5)],
    )
    before = trial.state
    findings, troubles = trial.run()
    assert (trial.state, troubles) == (before, [])
    assert findings.notes["limit_lag"] == "not measured: there is a limit already"
    assert findings.notes["quota_lag"] == "not measured: there is a quota already"
    writes = [params for name, params in trial.calls if not name.startswith(("Describe", "Get"))]
    assert {params.get("QuotaType", params.get("Area")) for params in writes} == {"NoneSuch"}


@pytest.mark.parametrize("behaviour", ["default"])
def test_an_area_and_a_type_that_are_free_are_tried_beside_those_that_are_not(new_trial: NewTrial) -> None:
    trial = new_trial()
    trial.put([Limit(ZONE, DOMAIN, "MainlandChina", 500)], [Quota(SUB_APP, "Image", 5), Quota(SUB_APP, "Text", 5)])
    before = trial.state
    findings, troubles = trial.run()
    assert wrong(findings.values, trial.behaviour) == {}
    assert (trial.state, troubles) == (before, [])
    assert {"limit_lag", "existing_limit", "quota_lag", "token_elsewhere"} <= findings.values.keys()
    assert findings.notes["token_form"] == "not measured: there is a quota already, of the token or of the type Text"


@pytest.mark.parametrize("behaviour", ["default"])
def test_what_somebody_has_set_where_a_killed_run_left_something_stays(new_trial: NewTrial) -> None:
    trial = new_trial()
    trial.at, trial.disturb, trial.applied = 20, trial.kill, True
    with pytest.raises(KilledError):
        trial.run()
    ours = trial.account.limits()[-1]
    trial.account.put_limit(Limit(ours.zone_id, ours.domain_name, ours.area, 777))
    before = trial.state
    trial.revive()
    _, troubles = trial.run()
    assert troubles == [
        f"Not touched: the limit of {ours.domain_name} in {ours.area} ({ours.zone_id}), which is 777 by now."
    ]
    assert (trial.state, journal(trial)) == (before, [])


@pytest.mark.parametrize("behaviour", ["default"])
def test_what_cannot_be_taken_back_is_told_and_kept_in_mind(new_trial: NewTrial) -> None:
    trial = new_trial()
    before = trial.state

    def deny_from_here(_: str) -> None:
        trial.denied.add("DeleteAigcQuota")

    first = next(number for number, (name, params) in enumerate(_calls_of(new_trial)) if _creates(name, params))
    trial.at, trial.disturb, trial.applied = first, deny_from_here, True
    _, troubles = trial.run()
    assert troubles == [f"May be left: the Image quota of sub-application {SUB_APP}. The next run takes it back."]
    assert len(journal(trial)) == 1
    trial.denied.clear()
    trial.revive()
    _, troubles = trial.run()
    assert (trial.state, journal(trial), troubles) == (before, [], [])


def _calls_of(new_trial: NewTrial) -> list[tuple[str, object]]:
    trial = new_trial()
    trial.run()
    return list(trial.calls)


def _creates(name: str, params: object) -> bool:
    return name == "CreateAigcQuota" and isinstance(params, dict) and params["QuotaType"] == "Image"


def test_a_signal_inside_taking_back_counts_at_its_end() -> None:
    done = []

    def take_back() -> None:
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            done.append(True)

    with pytest.raises(KeyboardInterrupt):
        take_back()
    assert done == [True]


@pytest.mark.parametrize("disturbed", ["ctrl_c", "kill"])
def test_an_off_switch_that_the_listing_hides_stays_whatever_happens(tmp_path: Path, disturbed: str) -> None:
    def new_trial() -> Trial:
        trial = Trial(Behaviour(zero_quotas_listed=False, zero_quotas_found=False), tmp_path / "journal.json")
        trial.put((), [Quota(SUB_APP, "Image", 0), Quota(SUB_APP, "Text", 0, api_token=TOKEN)])
        return trial

    for at in range(len(_calls_of(new_trial))):
        trial = new_trial()
        before = trial.state
        trial.at, trial.applied = at, True
        trial.disturb = trial.kill if disturbed == "kill" else ctrl_c
        with pytest.raises((KilledError, KeyboardInterrupt)):
            trial.run()
        trial.revive()
        findings, _ = trial.run()
        assert wrong(findings.values, trial.behaviour) == {}
        assert (trial.state, journal(trial)) == (before, []), f"call {at}"


def test_a_limit_that_the_whole_listing_lacks_is_somebodys_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = Trial(Behaviour(), tmp_path / "journal.json")
    trial.put()
    theirs = [Limit(ZONE, DOMAIN, area, 900) for area in ("Overseas", "MainlandChina")]
    trial.put(theirs, ())
    before, call = trial.state, trial.call

    def lacking(action: Action, params: Mapping[str, object]) -> dict[str, Any]:
        answer = call(action, params)
        if action.name == "DescribePrefetchOriginLimit" and "Filters" not in params:
            rows = [row for row in answer["Limits"] if row["DomainName"] != DOMAIN]
            return {**answer, "TotalCount": len(rows), "Limits": rows}
        return answer

    monkeypatch.setattr(trial, "call", lacking)
    trial.run()
    assert trial.state == before
    assert {params["DomainName"] for name, params in trial.calls if name == "ModifyPrefetchOriginLimit"} == {MADE_UP}
