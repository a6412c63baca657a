from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tc_resources.limits.advice import Words
from tc_resources.testing.emulator import (
    AnswerLost,
    Behaviour,
    Emulator,
    ErrorCode,
    Fault,
    Html,
    Limit,
    Overlooked,
    RequestLost,
    Slow,
)
from tests.unit.provider.host import AnyHost, Run

if TYPE_CHECKING:
    from tests.conftest import FakeClock
from tests.unit.provider.origin_limits import ID, LIMIT, LIVE, ON, TITLE, with_bandwidth, writes, written


def test_an_absent_limit_is_turned_on(
    limits: AnyHost, emulator: Emulator, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert limits.create(LIMIT) == (ID, written(LIMIT, clock))
    whole, alone, _ = emulator.calls
    assert [call.action for call in (whole, alone)] == ["DescribePrefetchOriginLimit"] * 2
    assert ("Filters" in whole.params, "Filters" in alone.params) == (False, True)
    assert writes(emulator) == [ON]
    assert emulator.limits() == [LIVE]
    assert capsys.readouterr().out == ""


def test_a_limit_that_the_listing_of_its_zone_lacks_is_found_by_a_read_of_it_alone(
    limits: AnyHost, emulator: Emulator
) -> None:
    """ "on" would overwrite it."""
    emulator.put_limit(with_bandwidth(900))
    emulator.script(Fault(Overlooked(), "DescribePrefetchOriginLimit"))
    assert "It is there already with 900 Mbps, while this program says 500 Mbps." in limits.failure("create", LIMIT)
    assert writes(emulator) == []
    assert emulator.limits() == [with_bandwidth(900)]


def test_whole_numbers_are_sent_as_whole_numbers(limits: AnyHost, emulator: Emulator) -> None:
    """The engine knows floats alone."""
    limits.create(LIMIT)
    assert type(writes(emulator)[0]["Bandwidth"]) is int


def test_a_limit_with_the_same_value_is_taken_over_with_a_notice(
    limits: AnyHost, emulator: Emulator, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """By a write of that value: a listing that lags may show one that is gone."""
    emulator.put_limit(LIVE)
    assert limits.create(LIMIT) == (ID, written(LIMIT, clock))
    assert writes(emulator) == [ON]
    assert capsys.readouterr().out == f"T{TITLE[1:]} was there already with 500 Mbps and is managed here now.\n"


def test_a_limit_with_another_value_is_refused_and_left_as_it_is(
    limits: AnyHost, emulator: Emulator, words: Words
) -> None:
    emulator.put_limit(with_bandwidth(999))
    text = limits.failure("create", LIMIT)
    assert f"Creating {TITLE} failed. It is there already with 999 Mbps, while this program says 500 Mbps." in text
    assert all(way in text for way in (words.assign("adopt", True), words.import_))
    assert "Traceback" not in text
    assert writes(emulator) == []


def test_a_limit_with_another_value_is_overwritten_with_adopt(
    limits: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.put_limit(with_bandwidth(999))
    assert limits.create({**LIMIT, "adopt": True}) == (ID, written({**LIMIT, "adopt": True}, clock))
    assert writes(emulator) == [ON]
    assert emulator.limits() == [LIVE]


def test_the_same_domain_in_the_other_area_is_another_limit(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "MainlandChina", 999))
    limits.create(LIMIT)
    assert writes(emulator) == [ON]


def test_sixty_limits_of_a_zone_are_created_in_seventy_calls(limits: AnyHost, emulator: Emulator) -> None:
    """One listing, and reads of twenty at once; the first few are asked for alone, before more are known of."""
    sixty = [{**LIMIT, "domain_name": f"n{n}.example.com"} for n in range(60)]
    for one in sixty:
        assert limits.check(one)[1] == []
    for one in sixty:
        limits.create(one)
    reads = emulator.calls_of("DescribePrefetchOriginLimit")
    assert len(emulator.calls) == len(reads) + 60 <= 70
    assert ["Filters" in read.params for read in reads] == [False] + [True] * (len(reads) - 1)
    assert len(emulator.limits()) == 60


@pytest.mark.parametrize("options", [{}, {"behaviour": Behaviour(existing_limit="refuses")}])
@pytest.mark.parametrize(("loss", "tries"), [(AnswerLost(), 2), (RequestLost(), 2), (Html(503), 2)])
def test_a_create_whose_answer_is_lost_succeeds(
    limits: AnyHost, emulator: Emulator, clock: FakeClock, loss: AnswerLost | RequestLost | Html, tries: int
) -> None:
    emulator.script(Fault(loss, "ModifyPrefetchOriginLimit"))
    assert limits.create(LIMIT) == (ID, written(LIMIT, clock))
    assert writes(emulator) == [ON] * tries
    assert emulator.limits() == [LIVE]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_limit="refuses")}])
def test_a_create_that_meets_another_value_set_meanwhile_fails(run: Run, emulator: Emulator) -> None:
    run.limits.read(ID, LIMIT)
    emulator.script(Fault(Overlooked(), "DescribePrefetchOriginLimit"))
    emulator.put_limit(with_bandwidth(999))
    assert "It is there already with 999 Mbps" in run.limits.failure("create", LIMIT)
    assert [call.action for call in emulator.calls] == [
        "DescribePrefetchOriginLimit",
        "DescribePrefetchOriginLimit",
        "DescribeZones",
        "DescribePrefetchOriginLimit",
        "ModifyPrefetchOriginLimit",
        "DescribePrefetchOriginLimit",
    ]


def test_a_failed_create_tells_what_to_which_and_why_in_one_text_without_a_traceback(
    limits: AnyHost, emulator: Emulator
) -> None:
    emulator.script(Fault(ErrorCode("UnauthorizedOperation.NoPermission"), "ModifyPrefetchOriginLimit"))
    text = limits.failure("create", LIMIT)
    assert f"Creating {TITLE} failed. teo:ModifyPrefetchOriginLimit answered UnauthorizedOperation.NoPermission" in text
    assert "RequestId" in text
    assert "Add teo:ModifyPrefetchOriginLimit to the CAM policy" in text
    assert "Traceback" not in text
    assert ".py" not in text


def test_the_hundred_and_first_limit_fails_with_what_to_do(limits: AnyHost, emulator: Emulator, words: Words) -> None:
    for n in range(100):
        emulator.put_limit(Limit("zone-2", f"n{n}.example.com", "Overseas", 100))
    assert words.replace_first in limits.failure("create", LIMIT)
    assert len(emulator.limits()) == 100


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ({}, ["tc-resources:secretId", "TENCENTCLOUD_SECRET_ID"]),
        ({"tc-resources:secretId": "AKID"}, ["Half a key in Pulumi config: tc-resources:secretKey"]),
        (
            {"tc-resources:timeout": "soon", "tc-resources:secretId": "a", "tc-resources:secretKey": "b"},
            ["tc-resources:timeout"],
        ),
    ],
)
def test_settings_that_cannot_be_used_fail_the_first_call_without_a_traceback(
    new_run: Callable[..., Run], config: dict[str, str], names: list[str]
) -> None:
    text = new_run(config).limits.failure("create", LIMIT)
    assert f"Creating {TITLE} failed. " in text
    assert all(name in text for name in names)
    assert "Traceback" not in text


def test_a_refresh_shows_drift_in_the_inputs_too(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(with_bandwidth(999))
    assert limits.read(ID, LIMIT) == (ID, {**LIMIT, "bandwidth": 999}, {**LIMIT, "bandwidth": 999})
    assert writes(emulator) == []


def test_a_refresh_keeps_what_the_service_does_not_know(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(LIVE)
    stored = {**LIMIT, "adopt": True}
    assert limits.read(ID, stored) == (ID, stored, stored)


def test_a_limit_that_is_gone_has_an_empty_id_and_an_empty_bag(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "MainlandChina", 500))
    assert limits.read(ID, LIMIT) == ("", {}, {})


def test_a_limit_is_read_by_its_id_alone(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(LIVE)
    assert limits.read(ID, {}) == (ID, LIMIT, LIMIT)
    assert limits.read("zone-1#WWW.Example.com.#Overseas", {})[1] == LIMIT


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "zone-1",
        "zone-1#www.example.com",
        "zone-1##Overseas",
        "#www.example.com#Overseas",
        "zone-1#not a domain#Overseas",
        "zone-1#www.example.com#overseas",
        "zone-1#www.example.com#Overseas#",
    ],
)
def test_an_id_of_another_form_is_refused_with_the_form_it_has(limits: AnyHost, emulator: Emulator, id_: str) -> None:
    text = limits.failure("read", id_, {})
    assert f'"{id_}" is not an id of this kind of resource; it has the form zone_id#domain_name#area' in text
    assert "Traceback" not in text
    assert emulator.calls == []


@pytest.mark.parametrize(
    "code", ["ResourceNotFound", "FailedOperation.PrefetchOriginLimitNotFound", "InvalidParameter.DomainNotFound"]
)
def test_an_unclear_error_of_a_refresh_is_no_absence(limits: AnyHost, emulator: Emulator, code: str) -> None:
    emulator.put_limit(LIVE)
    emulator.script(Fault(ErrorCode(code)))
    assert f"Reading {TITLE} failed. teo:DescribePrefetchOriginLimit answered {code}" in limits.failure(
        "read", ID, LIMIT
    )


def test_an_update_turns_the_limit_on_with_the_new_value(limits: AnyHost, emulator: Emulator, clock: FakeClock) -> None:
    emulator.put_limit(with_bandwidth(300))
    assert limits.update(ID, {**LIMIT, "bandwidth": 300}, LIMIT) == written(LIMIT, clock)
    assert [call.action for call in emulator.calls] == ["ModifyPrefetchOriginLimit"]
    assert writes(emulator) == [ON]
    assert emulator.limits() == [LIVE]


def test_an_update_brings_back_a_limit_that_is_gone(limits: AnyHost, emulator: Emulator, clock: FakeClock) -> None:
    assert limits.update(ID, {**LIMIT, "bandwidth": 300}, LIMIT) == written(LIMIT, clock)
    assert emulator.limits() == [LIVE]


def test_a_failed_update_names_itself(limits: AnyHost, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("FailedOperation")))
    assert f"Updating {TITLE} failed. " in limits.failure("update", ID, {**LIMIT, "bandwidth": 300}, LIMIT)


def test_to_get_what_is_not_there_is_an_error(limits: AnyHost) -> None:
    assert "There is none." in limits.failure("read", ID, {})


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_limit="refuses")}])
def test_where_on_does_not_change_a_limit_it_is_set_anew(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(LIVE)
    limits.update(ID, LIMIT, {**LIMIT, "bandwidth": 700})
    assert [(call.params.get("Enabled"), call.code) for call in emulator.calls_of("ModifyPrefetchOriginLimit")] == [
        ("on", "ResourceInUse.PrefetchOriginLimitAlreadyExists"),
        ("off", None),
        ("on", None),
    ]
    assert [limit.bandwidth for limit in emulator.limits()] == [700]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(existing_limit="refuses")}])
def test_a_limit_that_cannot_be_set_anew_says_first_that_it_is_not_in_force(
    limits: AnyHost, emulator: Emulator
) -> None:
    emulator.put_limit(LIVE)
    exists = ErrorCode("ResourceInUse.PrefetchOriginLimitAlreadyExists")
    action = "ModifyPrefetchOriginLimit"
    emulator.script(Fault(exists, action), Fault(Slow(0), action), Fault(ErrorCode("FailedOperation"), action, times=2))
    text = limits.failure("update", ID, LIMIT, {**LIMIT, "bandwidth": 700})
    assert text.startswith("NOT IN FORCE: the limit of www.example.com in Overseas")
    assert "`pulumi up --refresh` sets it again" in text
    limits.update(ID, LIMIT, {**LIMIT, "bandwidth": 700})
    assert [limit.bandwidth for limit in emulator.limits()] == [700]
