"""What a check says beforehand of what the service would refuse half-way through an up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tc_resources.cloud.services.targeted import FEW
from tc_resources.limits.advice import Words
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Overlooked, Quota
from tests.unit.provider.host import AnyHost, Run

LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
QUOTA = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 100, "adopt": False}


def test_a_limit_with_another_value_is_refused_by_its_bandwidth(
    limits: AnyHost, emulator: Emulator, words: Words
) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    ((name, reason),) = limits.check(LIMIT)[1]
    assert name == "bandwidth"
    assert reason.startswith("It is there already with 300 Mbps, while this program says 500 Mbps.")
    assert all(way in reason for way in (words.assign("adopt", True), words.import_))


def test_a_quota_with_another_value_is_refused_by_its_limit(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 7))
    ((name, reason),) = quotas.check(QUOTA)[1]
    assert name == "quota_limit"
    assert reason.startswith("It is there already with 7 images, while this program says 100 images.")
    assert reason.endswith(
        "One that was deleted or renewed in the last half minute may still show as it was: then run it again."
    )


def test_a_quota_that_is_replaced_is_looked_at_as_one_to_create_alone(quotas: AnyHost, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 700, usage=400))
    old = {**QUOTA, "quota_type": "Video", "quota_limit": 1000}
    assert quotas.check(QUOTA, old)[1] == []
    assert emulator.calls == []
    ((_, reason),) = quotas.check(QUOTA)[1]
    assert reason.startswith("It is there already with 700 images")


@pytest.mark.parametrize("adopt", [False, True])
def test_the_same_value_passes_and_another_with_adopt(limits: AnyHost, emulator: Emulator, adopt: bool) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300 if adopt else 500))
    assert limits.check({**LIMIT, "adopt": adopt})[1] == []


def test_what_is_there_costs_one_listing_and_few_reads_however_many_are_declared(
    limits: AnyHost, emulator: Emulator
) -> None:
    for number in range(60):
        assert limits.check({**LIMIT, "domain_name": f"w{number}.example.com"})[1] == []
    assert len(emulator.calls) == 1 + FEW


def test_a_limit_that_the_listing_of_its_zone_lacks_is_refused_beforehand_too(
    limits: AnyHost, emulator: Emulator
) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 900))
    emulator.script(Fault(Overlooked(), "DescribePrefetchOriginLimit"))
    ((name, reason),) = limits.check(LIMIT)[1]
    assert name == "bandwidth"
    assert reason.startswith("It is there already with 900 Mbps")


def test_what_cannot_be_refused_is_not_looked_at(limits: AnyHost, quotas: AnyHost, emulator: Emulator) -> None:
    assert limits.check(LIMIT, LIMIT)[1] == limits.check({**LIMIT, "bandwidth": 700}, LIMIT)[1] == []
    assert (
        quotas.check(QUOTA, QUOTA)[1]
        == quotas.check({**QUOTA, "quota_limit": 101, "allow_below_usage": True}, QUOTA)[1]
        == []
    )
    assert emulator.calls == []


@pytest.mark.parametrize("old", [{}, {**QUOTA, "quota_limit": 1000}])
def test_a_quota_below_what_is_used_is_refused(
    quotas: AnyHost, emulator: Emulator, old: dict[str, object], words: Words
) -> None:
    emulator.put_quota(Quota(1, "Image", 1000, usage=400))
    ((name, reason),) = quotas.check({**QUOTA, "adopt": True}, old)[1]
    assert name == "quota_limit"
    assert reason.startswith("is below the 400 images that are used already: generation would stop at once.")
    assert words.assign("allow_below_usage", True) in reason
    assert quotas.check({**QUOTA, "adopt": True, "allow_below_usage": True}, old)[1] == []


def test_a_quota_of_the_same_value_passes_although_more_is_used(quotas: AnyHost, emulator: Emulator) -> None:
    """It may be renamed."""
    emulator.put_quota(Quota(1, "Image", 100, usage=400))
    assert quotas.check(QUOTA)[1] == []


def test_zero_is_an_off_switch_and_passes_with_a_notice(
    quotas: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator.put_quota(Quota(1, "Image", 1000, usage=400))
    assert quotas.check({**QUOTA, "quota_limit": 0}, {**QUOTA, "quota_limit": 1000})[1] == []
    assert "is switched off; it is below the 400 images that are used already." in capsys.readouterr().out


def test_a_new_period_clears_the_usage_so_nothing_is_below_it(quotas: AnyHost, emulator: Emulator) -> None:
    old = {**QUOTA, "quota_limit": 1000, "period": "2026-10"}
    assert quotas.check({**QUOTA, "period": "2026-11"}, old)[1] == []
    assert emulator.calls == []


def test_the_hundred_and_first_limit_is_told_before_any_is_made(
    limits: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str], words: Words
) -> None:
    """No refusal: more room may have been granted, and the check does not learn whether a replaced limit goes first."""
    for number in range(99):
        emulator.put_limit(Limit("zone-1", f"w{number}.example.com", "Overseas", 500))
    assert limits.check(LIMIT)[1] == []
    limits.create(LIMIT)
    assert capsys.readouterr().out == ""
    assert limits.check({**LIMIT, "domain_name": "one-more.example.com"})[1] == []
    told = capsys.readouterr().out
    assert "one-more.example.com" in told
    assert "would be limit number 101 of the account" in told
    assert all(way in told for way in ("Delete one", "in a ticket", words.replace_first))


def test_what_is_there_already_needs_no_room(
    limits: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(103):
        emulator.put_limit(Limit("zone-1", f"w{number}.example.com", "Overseas", 500))
    assert limits.check({**LIMIT, "domain_name": "w0.example.com"})[1] == []
    assert capsys.readouterr().out == ""


def test_an_account_that_does_not_answer_is_left_out_with_one_notice_for_both_kinds(
    run: Run, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator.script(Fault(ErrorCode("AuthFailure.SignatureFailure"), times=9))
    for number in range(5):
        assert run.limits.check({**LIMIT, "zone_id": f"zone-{number}"})[1] == []
        assert run.quotas.check({**QUOTA, "sub_app_id": number + 1})[1] == []
    assert len(emulator.calls) == 1
    assert capsys.readouterr().out.count("What is there already was not looked at before the run.") == 1


def test_a_zone_that_may_not_be_read_hides_no_other(
    limits: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator.put_limit(Limit("zone-2", "www.example.com", "Overseas", 300))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation.NoPermission"), times=9, when={"ZoneId": "zone-1"}))
    assert limits.check(LIMIT)[1] == limits.check({**LIMIT, "area": "MainlandChina"})[1] == []
    assert [name for name, _ in limits.check({**LIMIT, "zone_id": "zone-2"})[1]] == ["bandwidth"]
    assert capsys.readouterr().out.count("Add teo:DescribePrefetchOriginLimit to the CAM policy") == 1


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        ({"tc-resources:secretId": "", "tc-resources:secretKey": ""}, "No Tencent Cloud credentials."),
        ({"tc-resources:endpoint": "http://127.0.0.1:1"}, "had no answer from http://127.0.0.1:1"),
    ],
)
def test_no_credentials_and_no_network_are_left_out_with_one_notice(
    new_run: Callable[..., Run],
    config: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    lost: dict[str, str],
    told: str,
) -> None:
    run = new_run({**config, **lost})
    assert run.limits.check(LIMIT)[1] == run.limits.check({**LIMIT, "zone_id": "zone-2"})[1] == []
    assert run.quotas.check(QUOTA)[1] == []
    assert capsys.readouterr().out.count(told) == 1


@pytest.mark.parametrize(
    ("lost", "told"),
    [({}, "belongs to account 100000000001"), ({"tc-resources:endpoint": "http://127.0.0.1:1"}, "could not be told")],
)
def test_an_account_that_is_not_an_allowed_one_or_cannot_be_told_is_a_failure_of_every_resource(
    new_run: Callable[..., Run],
    emulator: Emulator,
    config: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    lost: dict[str, str],
    told: str,
) -> None:
    run = new_run({**config, "tc-resources:allowedAccountIds": '["100000000007"]', **lost})
    failures = [*run.limits.check(LIMIT)[1], *run.limits.check({**LIMIT, "zone_id": "zone-2"})[1]]
    failures += run.quotas.check(QUOTA)[1]
    assert [name for name, _ in failures] == ["", "", ""]
    assert all(told in reason for _, reason in failures)
    assert [call.action for call in emulator.calls] == ([] if lost else ["GetCallerIdentity"])
    assert capsys.readouterr().out == ""


def test_in_an_allowed_account_a_preview_looks_at_what_is_there(
    new_run: Callable[..., Run], emulator: Emulator, config: dict[str, str]
) -> None:
    run = new_run({**config, "tc-resources:allowedAccountIds": f'["{emulator.account_id}"]'})
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    assert [name for name, _ in run.limits.check(LIMIT)[1]] == ["bandwidth"]
