"""What is not known is not done: an absence is proved, and a reading is not used for longer than it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tc_resources.cloud.decision import FRESH
from tc_resources.limits.advice import Words
from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault, Limit, Quota
from tests.unit.provider.host import AnyHost, Run

if TYPE_CHECKING:
    from tests.conftest import FakeClock

LONG_AGO = 1_700_000_000
LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
LIMIT_ID = "zone-1#www.example.com#Overseas"
TEXT = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5, "api_token": "an-api-token"}
TEXT_ID = "1#Text#8dfba01da860"
IMAGE = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5}


def behaving(**how: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("options", [{"behaviour": Behaviour(**how)}])  # type: ignore[arg-type]


@pytest.fixture
def limited(emulator: Emulator) -> Emulator:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    return emulator


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(area_form=form)} for form in ("lower", "as_zones")])
def test_a_row_whose_area_is_unknown_is_doubt_and_not_an_absence(limits: AnyHost, limited: Emulator) -> None:
    text = limits.failure("read", LIMIT_ID, {**LIMIT, "written_at": LONG_AGO})
    assert "Whether there is a limit of www.example.com in Overseas (zone-1) cannot be told." in text
    assert "www.example.com in overseas" in text
    assert "cannot be told" in limits.failure("create", LIMIT)
    assert limited.writes == []


@behaving(area_form="lower")
def test_a_row_of_another_domain_that_cannot_be_recognised_is_no_doubt(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "other.example.com", "Overseas", 500))
    assert limits.create(LIMIT)[0] == LIMIT_ID


@pytest.mark.parametrize(
    "options",
    [{"behaviour": Behaviour(domain_dot="with")}, {"behaviour": Behaviour(domain_form="unicode", domain_case="upper")}],
)
def test_a_domain_is_known_however_the_listing_spells_it(limits: AnyHost, emulator: Emulator) -> None:
    domain = "xn--bcher-kva.example.com"
    emulator.put_limit(Limit("zone-1", domain, "Overseas", 500))
    state = {**LIMIT, "domain_name": domain, "written_at": LONG_AGO}
    assert limits.read(f"zone-1#{domain}#Overseas", state)[1] == state


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(token_form=form)} for form in ("masked", "absent")])
@pytest.mark.parametrize("others", [[], [Quota(1, "Text", 7)], [Quota(1, "Text", 7, api_token="an-other-token")]])
def test_a_quota_of_a_token_that_does_not_show_is_asked_for_by_its_token(
    new_run: Callable[..., Run], emulator: Emulator, others: list[Quota]
) -> None:
    for other in others:
        emulator.put_quota(other)
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    state = {**TEXT, "written_at": LONG_AGO}
    assert new_run().quotas.read(TEXT_ID, state)[1] == state
    emulator.drop_quota(1, "Text", "an-api-token")
    assert new_run().quotas.read(TEXT_ID, state)[0] == ""


@behaving(type_form="lower")
def test_a_quota_whose_type_is_spelt_in_another_way_is_doubt(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    text = quotas.failure("read", "1#Image", {**IMAGE, "written_at": LONG_AGO})
    assert "The listing has a row that cannot be recognised: type image." in text


@behaving(zero_quotas_listed=False, zero_quotas_found=False)
@pytest.mark.parametrize("live", [[Quota(1, "Image", 0)], []])
def test_a_cap_of_0_that_no_listing_shows_is_set_again_and_never_dropped(
    quotas: AnyHost, emulator: Emulator, live: list[Quota], capsys: pytest.CaptureFixture[str]
) -> None:
    for quota in live:
        emulator.put_quota(quota)
    off = {**IMAGE, "quota_limit": 0}
    state = quotas.read("1#Image", off)[1]
    unknown = {"sub_app_id": 1, "quota_type": "Image"}
    assert quotas.read("1#Image", state)[1] == state == unknown
    period = {**off, "period": "2026-10"}
    assert quotas.read("1#Image", {**state, "period": "2026-10"})[1] == {**unknown, "period": "2026-10"}
    assert quotas.diff({**state, "period": "2026-10"}, period) == (True, [])
    assert "It was 0, which may be why" in capsys.readouterr().out
    assert quotas.diff(state, off) == (True, [])
    quotas.update("1#Image", state, off)
    assert emulator.quotas() == [Quota(1, "Image", 0)]
    quotas.delete("1#Image", state)
    assert emulator.quotas() == []


@behaving(zero_quotas_listed=False, zero_quotas_found=False)
@pytest.mark.parametrize("limit", [0, 5])
def test_a_cap_that_is_there_and_that_no_listing_shows_is_overwritten_with_adopt_alone(
    quotas: AnyHost, emulator: Emulator, words: Words, capsys: pytest.CaptureFixture[str], limit: int
) -> None:
    emulator.put_quota(Quota(1, "Image", 0))
    text = quotas.failure("create", {**IMAGE, "quota_limit": limit})
    hidden = "a value that no listing shows (it may be 0)"
    assert f"It is there already with {hidden}, while this program says {limit} images. Nothing was changed." in text
    assert all(way in text for way in (words.assign("adopt", True), words.import_))
    emulator.clear_calls()
    state = quotas.create({**IMAGE, "quota_limit": limit, "adopt": True})[1]
    assert emulator.writes[-1].action == "ModifyAigcQuota"
    assert "baseline_limit" not in state
    assert emulator.quotas() == [Quota(1, "Image", limit)]
    assert f"was there already with {hidden} and is managed here now." in capsys.readouterr().out


def test_a_limit_is_dropped_only_where_a_read_of_it_alone_shows_none(limits: AnyHost, emulator: Emulator) -> None:
    assert limits.read(LIMIT_ID, {**LIMIT, "written_at": LONG_AGO}) == ("", {}, {})
    listing, targeted, zones = emulator.calls
    assert zones.action == "DescribeZones"
    assert listing.params == {"ZoneId": "zone-1", "Offset": 0, "Limit": 100}
    filters = [{"Name": "domain-name", "Values": ["www.example.com"]}, {"Name": "area", "Values": ["Overseas"]}]
    assert targeted.params == {"ZoneId": "zone-1", "Filters": filters, "Offset": 0, "Limit": 100}


def test_a_listing_that_is_too_long_is_not_read_whole(quotas: AnyHost, emulator: Emulator) -> None:
    for number in range(10_050):
        emulator.put_quota(Quota(1, "Text", number, api_token=f"token-{number:05}"))
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    emulator.put_quota(Quota(1, "Text", 7))
    state = {**TEXT, "written_at": LONG_AGO}
    assert quotas.read(TEXT_ID, state)[1] == state
    assert len(emulator.calls) == 2
    own = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 7, "written_at": LONG_AGO}
    assert quotas.read("1#Text", own)[1] == own
    assert len(emulator.calls) < 250


def test_what_somebody_sets_while_a_dependency_takes_its_time_is_not_overwritten(
    limits: AnyHost, quotas: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    limits.check(LIMIT)
    quotas.check(IMAGE)
    clock.sleep(FRESH + 1)
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 900))
    emulator.put_quota(Quota(1, "Image", 900))
    assert "It is there already with 900 Mbps" in limits.failure("create", LIMIT)
    assert "It is there already with 900 images" in quotas.failure("create", IMAGE)
    assert [call.params.get("Enabled") for call in emulator.writes if call.code is None] == []


def test_what_somebody_deletes_meanwhile_is_in_force_in_the_end(
    limits: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    limits.check(LIMIT)
    emulator.drop_limit("zone-1", "www.example.com", "Overseas")
    clock.sleep(FRESH - 1)
    limits.create(LIMIT)
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]


@behaving(limit_lag=10.0)
def test_a_limit_that_was_just_turned_on_is_no_absence_while_the_listing_lags(
    new_run: Callable[..., Run], emulator: Emulator
) -> None:
    state = new_run().limits.create(LIMIT)[1]
    assert new_run().limits.read(LIMIT_ID, state)[1] == state
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]


@behaving(limit_lag=10.0)
def test_a_limit_that_was_just_turned_off_and_still_shows_is_turned_on_again(
    new_run: Callable[..., Run], emulator: Emulator
) -> None:
    _, state = new_run().limits.create(LIMIT)
    new_run().limits.delete(LIMIT_ID, state)
    new_run().limits.create(LIMIT)
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]


def test_a_write_in_the_future_of_another_clock_is_waited_for_once_by_all(
    quotas: AnyHost, emulator: Emulator, clock: FakeClock
) -> None:
    began = clock.at
    for number in range(1, 9):
        emulator.put_quota(Quota(number, "Image", 9))
        state = {**IMAGE, "sub_app_id": number, "written_at": began + 3600}
        assert quotas.read(f"{number}#Image", state)[1]["quota_limit"] == 9
    assert clock.at - began <= 31


@pytest.mark.parametrize("adopt", [False, True])
def test_a_cap_below_the_usage_is_refused_at_the_write_too(
    quotas: AnyHost, emulator: Emulator, adopt: bool, words: Words
) -> None:
    """Where the preview could not look."""
    emulator.put_quota(Quota(1, "Image", 200, usage=100))
    if adopt:
        text = quotas.failure("create", {**IMAGE, "quota_limit": 50, "adopt": True})
    else:
        text = quotas.failure("update", "1#Image", {**IMAGE, "quota_limit": 200}, {**IMAGE, "quota_limit": 50})
    assert "is below the 100 images that are used already" in text
    assert words.assign("allow_below_usage", True) in text
    assert emulator.writes == []


@behaving(tokens_listed="own")
@pytest.mark.parametrize("adopt", [False, True])
def test_a_usage_that_the_listing_does_not_show_is_asked_for_by_the_token(
    quotas: AnyHost, emulator: Emulator, adopt: bool
) -> None:
    emulator.put_quota(Quota(1, "Text", 200, usage=100, api_token="an-api-token"))
    old, new = {**TEXT, "quota_limit": 200}, {**TEXT, "quota_limit": 50, "adopt": adopt}
    text = quotas.failure("create", new) if adopt else quotas.failure("update", TEXT_ID, old, new)
    assert "is below the 100 tokens that are used already" in text
    assert [quota.quota_limit for quota in emulator.quotas()] == [200]


def test_a_cap_that_is_lowered_where_the_usage_cannot_be_told_is_refused(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 200, usage=100))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation.CamUnauthorized"), "DescribeAigcQuotas", times=9))
    text = quotas.failure("update", "1#Image", {**IMAGE, "quota_limit": 200}, {**IMAGE, "quota_limit": 50})
    assert "Add vod:DescribeAigcQuotas to the CAM policy" in text
    assert emulator.writes == []


def test_an_id_and_inputs_of_two_settings_change_neither(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Text", 5))
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    own = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5}
    for operation, args in (("delete", [TEXT_ID, own]), ("update", [TEXT_ID, own, {**own, "quota_limit": 6}])):
        text = quotas.failure(operation, *args)
        assert f"Its id is {TEXT_ID}, and its inputs address 1#Text. Nothing was done" in text
    assert emulator.writes == []


def test_a_limit_whose_domain_has_left_the_zone_is_gone(limits: AnyHost, emulator: Emulator) -> None:
    emulator.script(Fault(ErrorCode("InvalidParameter.DomainNotFound"), "ModifyPrefetchOriginLimit"))
    limits.delete(LIMIT_ID, LIMIT)
    off, *reads = [call.action for call in emulator.calls]
    assert off == "ModifyPrefetchOriginLimit"
    assert reads == [*["DescribePrefetchOriginLimit"] * 2, "DescribeZones"]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(most_bandwidth=400)}])
@pytest.mark.parametrize("bandwidth", [500, 200_000])
def test_a_bandwidth_that_the_account_does_not_take_can_be_destroyed(
    limits: AnyHost, emulator: Emulator, bandwidth: int
) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", bandwidth))
    state = limits.read(LIMIT_ID, {**LIMIT, "written_at": LONG_AGO})[1]
    assert state["bandwidth"] == bandwidth
    limits.delete(LIMIT_ID, {**state, "bandwidth": float(bandwidth)})
    assert emulator.limits() == []
    sent = emulator.calls_of("ModifyPrefetchOriginLimit")[-1].params["Bandwidth"]
    assert (sent, type(sent)) == (100, int)


def test_a_number_that_no_state_can_hold_is_said_and_never_rounded(
    limits: AnyHost, quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator.put_quota(Quota(1, "Image", 2**53 + 1))
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 2**53 + 1))
    quota = quotas.read("1#Image", {**IMAGE, "written_at": LONG_AGO})[1]
    limit = limits.read(LIMIT_ID, {**LIMIT, "written_at": LONG_AGO})[1]
    assert quota["quota_limit"] == limit["bandwidth"] == 2**53 - 1
    told = f"has {2**53 + 1}, which no state holds: it counts as {2**53 - 1}."
    assert capsys.readouterr().out.count(told) == 2


def test_a_baseline_that_no_state_can_hold_is_said(
    quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator.put_quota(Quota(1, "Image", 2**53 + 1))
    assert "baseline_limit" not in quotas.create({**IMAGE, "adopt": True})[1]
    assert f"cannot be reset to {2**53 + 1} images" in capsys.readouterr().out


@pytest.mark.parametrize("allowed", [False, True])
def test_a_cap_that_somebody_has_raised_is_not_set_below_its_usage_though_the_states_is_lower(
    quotas: AnyHost, emulator: Emulator, words: Words, allowed: bool
) -> None:
    emulator.put_quota(Quota(1, "Image", 5000, usage=3000))
    old, new = {**IMAGE, "quota_limit": 1000}, {**IMAGE, "quota_limit": 2000}
    if allowed:
        new["allow_below_usage"] = True
        assert quotas.check(new, old)[1] == []
        quotas.update("1#Image", old, new)
        assert emulator.quotas() == [Quota(1, "Image", 2000, usage=3000)]
        return
    ((name, reason),) = quotas.check(new, old)[1]
    assert name == "quota_limit"
    assert "is below the 3000 images that are used already" in reason
    text = quotas.failure("update", "1#Image", old, new)
    assert "is below the 3000 images that are used already" in text
    assert words.assign("allow_below_usage", True) in text
    assert emulator.writes == []


def test_a_cap_that_is_raised_where_the_usage_cannot_be_told_is_refused(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 5000, usage=3000))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation.CamUnauthorized"), "DescribeAigcQuotas", times=9))
    text = quotas.failure("update", "1#Image", {**IMAGE, "quota_limit": 1000}, {**IMAGE, "quota_limit": 2000})
    assert "Add vod:DescribeAigcQuotas to the CAM policy" in text
    assert emulator.writes == []
