"""What is measured is how the services behave, whatever chance makes of that; the rest is told to be assumed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.cli.verification.findings import NEVER
from tc_resources.cli.verification.lag import POLL
from tc_resources.cloud.errors import ServiceError
from tc_resources.cloud.identities import digest
from tests.unit.verify.trial import DOMAIN, FOREIGN_LIMITS, FOREIGN_QUOTAS, PLAIN, SUB_APP, TOKEN, ZONE, Trial

LAGS = (0.0, 0.0, 0.3, 2.0, 31.0, 75.0)
ALWAYS_OPEN = {*NEVER, "teo_denial", "vod_denial", "identity_permission"}
"""What a key that may do everything cannot tell, or nobody should ask."""


def drawn(seed: int) -> Behaviour:
    """A way that chance chooses, of what is documented too."""
    random = Random(seed)
    documented = {
        known.name: known.alternatives.drawn(random) if seed % 3 == 0 else known.default
        for known in Behaviour.fields()
        if known.standing == "documented"
    }
    most = random.choice([None, None, None, 9_000, 12_345, 99_999])
    lags = {"limit_lag": random.choice(LAGS), "quota_lag": random.choice(LAGS)}
    most_quota = random.choice([None, None, 500, 10**12, 10**15 + 7, 2**63 - 2])
    return Behaviour.drawn(random, **lags, most_bandwidth=most, most_quota=most_quota, **documented)


def wrong(found: dict[str, object], behaviour: Behaviour) -> dict[str, tuple[object, object]]:
    """What was measured otherwise than it is; a lag may come out later by two looks, never sooner."""
    return {
        name: (value, truth)
        for name, value in found.items()
        if not (
            0 <= float(str(value)) - float(truth) <= 2 * POLL
            if name.endswith("_lag") and isinstance(truth := getattr(behaviour, name), (int, float))
            else value == (truth := getattr(behaviour, name))
        )
    }


@pytest.mark.parametrize("seed", range(120))
def test_what_is_measured_is_how_the_services_behave_and_nothing_of_anybodys_changes(seed: int, tmp_path: Path) -> None:
    behaviour = drawn(seed)
    trial = Trial(behaviour, tmp_path / "journal.json", DOMAIN if seed % 2 else PLAIN)
    trial.put(FOREIGN_LIMITS, FOREIGN_QUOTAS[seed % 4 != 0 :])
    before = trial.state
    findings, troubles = trial.run()
    assert wrong(findings.values, behaviour) == {}
    assert (trial.state, troubles) == (before, [])
    assert json.loads((tmp_path / "journal.json").read_text()) == []
    report = json.loads(json.dumps(findings.report()))
    assert Behaviour.from_report(report).measured == findings.values.keys()
    assert [name for name, row in report.items() if (row["standing"] == "measured") == ("note" in row)] == []


@pytest.mark.parametrize("at", range(0, 90, 4))
def test_the_report_names_nobody(tmp_path: Path, at: int) -> None:
    def refuse(action: str) -> None:
        raise ServiceError(f"teo:{action}", "Strange", f"{ZONE}, {DOMAIN}, {SUB_APP}, {TOKEN}", "a-request-id")

    trial = Trial(Behaviour(), tmp_path / "journal.json")
    trial.put()
    trial.at, trial.disturb = at, refuse
    findings, _ = trial.run()
    report = json.dumps(findings.report())
    secrets = (ZONE, "example.com", str(SUB_APP), TOKEN, digest(TOKEN), "a-request-id", "100000000001")
    assert [secret for secret in secrets if secret in report] == []


def test_by_default_everything_is_measured_that_can_be(tmp_path: Path) -> None:
    trial = Trial(Behaviour(), tmp_path / "journal.json")
    findings, _ = trial.run(allow_tokens=True)
    names = {known.name for known in Behaviour.fields()}
    assert names - findings.values.keys() == {*ALWAYS_OPEN, "refused_quota"}
