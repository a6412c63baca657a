from __future__ import annotations

from xml.etree import ElementTree

from bench import cases
from bench.cases import CLOSE, FEW, MANY
from bench.chart import chart
from bench.goals import standings
from bench.growth import growths
from bench.markdown import markdown
from bench.measurement import Measurement
from bench.results import Results
from bench.summary import summaries

SIXTY = str(cases.SIXTY)
MACHINE = {"cores": "2", "memory": "8 GB", "cpu": "<some> & more"}


def runs(contender: str, *seconds: float, calls: int = 0, case: str = SIXTY) -> list[Measurement]:
    return [
        Measurement(case, contender, number, "up", each, calls, 0, 50_000_000 + number, None)
        for number, each in enumerate(seconds)
    ]


ROWS = [*runs("floor", 2.0, 2.2, 1.8), *runs("dynamic", 4.8, 4.2, 4.4, calls=61)]


def test_a_summary_has_the_median_the_spread_and_the_ratio_to_the_floor_of_its_case() -> None:
    _, ours = summaries(ROWS)
    assert (ours.seconds, ours.fastest, ours.slowest, ours.ratio) == (4.4, 4.2, 4.8, 2.2)
    assert (ours.calls, ours.memory, ours.state) == (61, 50_000_002, None)


def test_without_a_floor_there_is_no_ratio() -> None:
    assert [row.ratio for row in summaries(runs("dynamic", 4.0))] == [None]


def test_a_goal_is_met_up_to_its_bound() -> None:
    at, above = runs("dynamic", 4.4), runs("dynamic", 4.5)
    assert [(each.met, round(each.bound, 6)) for each in standings(summaries([*runs("floor", 2.0), *at]))] == [
        (True, 4.4)
    ]
    assert [each.met for each in standings(summaries([*runs("floor", 2.0), *above]))] == [False]


def test_growth_compares_a_resources_share_of_the_seconds_and_calls_of_ten_times_as_many() -> None:
    few, many = runs("dynamic", 2.0, calls=60, case=str(FEW)), runs("dynamic", 30.0, calls=600, case=str(MANY))
    (growth,) = growths(summaries([*few, *many, *runs("floor", 1.0, case=str(MANY))]))
    assert (growth.milliseconds, growth.seconds, growth.calls) == ((20, 30), 1.5, 1)


def test_growth_above_the_floor_leaves_out_what_the_engine_takes() -> None:
    few = [*runs("floor", 1.0, case=str(FEW)), *runs("dynamic", 2.0, case=str(FEW))]
    many = [*runs("floor", 25.0, case=str(MANY)), *runs("dynamic", 36.0, case=str(MANY))]
    floor, dynamic = growths(summaries([*few, *many]))
    assert (floor.above_floor, dynamic.above_floor) == (None, 1.1)


def test_where_ours_may_not_fall_behind_a_rival_its_seconds_are_the_goal() -> None:
    rows = summaries([*runs("native", 3.0), *runs("dynamic", 5.0), *runs("terraform", 4.0), *runs("bridged", 6.0)])
    raced = {(each.summary.contender, each.goal): each.met for each in standings(rows)}
    assert raced == {
        ("native", "terraform"): True,
        ("native", "bridged"): True,
        ("dynamic", "terraform"): False,
        ("dynamic", "bridged"): True,
    }


def test_what_calls_nobody_has_no_growth_of_calls() -> None:
    (growth,) = growths(summaries([*runs("floor", 1.0, case=str(FEW)), *runs("floor", 9.0, case=str(MANY))]))
    assert growth.calls is None


def test_a_case_that_is_measured_again_takes_the_place_of_its_earlier_runs() -> None:
    results = Results(MACHINE)
    results.replace(SIXTY, ROWS, "somebody")
    results.replace(SIXTY, runs("dynamic", 1.0), "")
    assert results.measurements == runs("dynamic", 1.0)
    assert results.left_out == {SIXTY: ""}


def test_the_report_names_the_machine_the_runs_and_who_was_left_out() -> None:
    results = Results(MACHINE)
    results.replace(SIXTY, ROWS, "somebody")
    text = markdown(results)
    assert "- cores: 2" in text
    assert "Runs: floor 3, dynamic 3. Not measured: somebody." in text
    assert "| up | dynamic | 4.40 | 4.20–4.80 | 2.20 | 61 | 0 | 50 |  |" in text  # noqa: RUF001 - a range


def test_the_chart_is_well_formed_and_has_a_bar_for_each_summary() -> None:
    results = Results(MACHINE)
    results.replace(SIXTY, ROWS, "")
    root = ElementTree.fromstring(chart(results))  # noqa: S314 - our own
    assert [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")][-2:] == ["2.0", "4.4"]


def test_no_two_cases_have_one_name() -> None:
    assert len({str(case) for case in CLOSE}) == len(CLOSE)
