from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from tc_resources.behaviour.alternatives import Choice, Property, Range
from tc_resources.testing.emulator import Account, Behaviour, Emulator
from tc_resources.testing.emulator.errors import ApiError

PROPERTIES = Behaviour.fields()
LIMIT, QUOTA = ("ZoneId", "DomainName", "Area", "Bandwidth", "Enabled"), ("SubAppId", "QuotaType", "ApiToken")
FIELDS: dict[str, tuple[str, ...]] = {
    "ModifyPrefetchOriginLimit": LIMIT,
    "DescribePrefetchOriginLimit": ("ZoneId",),
    "CreateAigcQuota": (*QUOTA, "QuotaLimit"),
    "ModifyAigcQuota": (*QUOTA, "QuotaLimit"),
    "DeleteAigcQuota": QUOTA,
    "DescribeAigcQuotas": QUOTA,
}
ACTIONS = [("teo" if action.endswith("OriginLimit") else "vod", action) for action in FIELDS]
VALUES: dict[str, tuple[object, ...]] = {
    "ZoneId": ("zone-1", "zone-2"),
    "DomainName": ("a.example.com", "A.Example.com.", "例え.example.com"),
    "Area": ("Overseas", "MainlandChina"),
    "Bandwidth": (100, 500),
    "Enabled": ("on", "off"),
    "SubAppId": (1, 2),
    "QuotaType": ("Image", "Text"),
    "ApiToken": (None, "sk-a", "sk-b"),
    "QuotaLimit": (0, 7),
}
DRAWS = [Behaviour.drawn(Random(seed)) for seed in range(200)]


def test_every_field_is_a_property_but_what_was_measured() -> None:
    assert [known.name for known in PROPERTIES] == [*Behaviour.__dataclass_fields__][:-1]
    assert [*Behaviour.__dataclass_fields__][-1] == "measured"


@pytest.mark.parametrize("known", PROPERTIES, ids=lambda known: known.name)
def test_a_property_has_a_meaning_a_standing_and_a_default_among_its_alternatives(known: Property) -> None:
    assert known.meaning
    assert known.standing in ("documented", "assumed")
    assert known.alternatives.admits(known.default)
    if isinstance(known.alternatives, Choice):
        assert len(set(known.alternatives.values)) > 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"existing_limit": "ignores"}, "existing_limit is ignores, and may be: updates, refuses"),
        ({"zero_quotas_listed": 1}, "zero_quotas_listed is 1, and may be: false, true"),
        ({"least_quota": True}, "least_quota is true, and may be: 0, 1"),
        ({"limit_lag": -1.0}, "limit_lag is -1.0, and may be: 0 to 600"),
        ({"quota_lag": "30"}, "quota_lag is 30, and may be: 0 to 600"),
        ({"most_bandwidth": 99}, "most_bandwidth is 99, and may be: none, or 100 to 100000"),
        ({"most_bandwidth": 500.0}, "most_bandwidth is 500.0"),
        ({"shuffle_seed": None}, "shuffle_seed is none, and may be: 0 to 9999"),
        ({"measured": frozenset({"lag"})}, "There is no property 'lag'"),
    ],
)
def test_what_a_property_cannot_be_is_refused_and_told_what_it_may_be(wrong: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Behaviour(**wrong)


def test_a_whole_number_of_seconds_is_a_lag_too() -> None:
    assert Behaviour(limit_lag=30).limit_lag == 30


@pytest.mark.parametrize("known", PROPERTIES, ids=lambda known: known.name)
def test_chance_draws_every_alternative_of_what_is_open_and_leaves_what_is_documented(known: Property) -> None:
    drawn = {getattr(behaviour, known.name) for behaviour in DRAWS}
    if known.standing == "documented":
        assert drawn == {known.default}
    elif isinstance(known.alternatives, Choice):
        assert drawn == set(known.alternatives.values)
    elif isinstance(known.alternatives, Range):
        assert len(drawn) > 50


def test_the_same_chance_draws_the_same_and_leaves_what_was_chosen() -> None:
    assert Behaviour.drawn(Random(7)) == Behaviour.drawn(Random(7)) != Behaviour.drawn(Random(8))
    assert {Behaviour.drawn(Random(seed), quota_lag=0.2).quota_lag for seed in range(9)} == {0.2}


@pytest.mark.parametrize(
    "behaviour", [Behaviour(), Behaviour(limit_lag=3, measured=frozenset({"limit_lag"})), DRAWS[0]]
)
def test_a_report_tells_the_whole_behaviour_through_json(behaviour: Behaviour) -> None:
    assert Behaviour.from_report(json.loads(json.dumps(behaviour.as_report()))) == behaviour


def test_what_a_report_leaves_out_is_as_by_default() -> None:
    report = {"existing_limit": {"value": "refuses", "standing": "measured", "note": "for people"}}
    assert Behaviour.from_report(report) == Behaviour(existing_limit="refuses", measured=frozenset(report))


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (
            {"lag": {"value": 1, "standing": "measured"}},
            "There is no property 'lag'; there are absent_limit, .*quota_lag",
        ),
        ({"limit_lag": {"value": "long", "standing": "measured"}}, "limit_lag is long, and may be"),
        ({"limit_lag": {"value": 1, "standing": "guessed"}}, "limit_lag is documented, assumed or measured"),
        ({"limit_lag": {"value": 1}}, "limit_lag has a value and a standing"),
        ({"limit_lag": {"value": 1, "standing": "assumed", "by": "me"}}, "limit_lag has a value and a standing"),
        ({"limit_lag": 1}, "limit_lag has a value and a standing"),
        ({"measured": {"value": [], "standing": "assumed"}}, "There is no property 'measured'"),
    ],
)
def test_a_report_of_what_there_is_not_is_refused(report: Mapping[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Behaviour.from_report(report)


def test_what_was_measured_is_told_so_and_what_was_chosen_is_assumed() -> None:
    behaviour = Behaviour(quota_lag=20, absent_limit="succeeds", measured=frozenset({"quota_lag"}))
    standings = {name: row["standing"] for name, row in behaviour.as_report().items()}
    assert (standings["quota_lag"], standings["absent_limit"], standings["limit_lag"]) == (
        "measured",
        "assumed",
        "assumed",
    )
    assert Behaviour().as_report()["absent_limit"]["standing"] == "documented"


def test_the_table_has_a_row_for_every_property() -> None:
    rows = Behaviour(quota_lag=20, measured=frozenset({"quota_lag"})).table().splitlines()
    assert len(rows) == len(PROPERTIES) + 2
    assert "| `quota_lag` | seconds until the listing of quotas shows a change | 0 to 600 | 20 | measured |" in rows
    assert {row.count("|") for row in rows} == {6}


@pytest.mark.parametrize("seed", range(40))
def test_whatever_chance_draws_each_action_is_answered_or_refused_and_the_views_tell_the_truth(seed: int) -> None:
    random = Random(seed)
    account = Account(Behaviour.drawn(random), lambda: 0.0, rate=20)
    account.put_domain("zone-1", "a.example.com")
    account.put_sub_app(1)
    for now in range(60):
        service, action = random.choice(ACTIONS)
        params = {name: random.choice(values) for name, values in VALUES.items() if name in FIELDS[action]}
        before = account.limits(), account.quotas()
        try:
            answer = account.services[service].actions[action](params, float(now))
        except ApiError:
            assert (account.limits(), account.quotas()) == before
            continue
        if "TotalCount" in answer:
            [rows] = [value for value in answer.values() if isinstance(value, list)]
            assert len(rows) == answer["TotalCount"]
            assert (account.limits(), account.quotas()) == before
        elif params.get("Enabled") == "on":
            assert params["Bandwidth"] in {limit.bandwidth for limit in account.limits()}
        elif "QuotaLimit" in params:
            assert params["QuotaLimit"] in {quota.quota_limit for quota in account.quotas()}
    account.close()


def test_an_emulator_tells_how_it_behaves() -> None:
    assert Emulator(behaviour=DRAWS[1]).behaviour == DRAWS[1]
