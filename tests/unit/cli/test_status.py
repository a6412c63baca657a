"""`tc-resources status`: what it reads, what it ends with."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tc_resources.cloud.bill import ZONE
from tc_resources.cloud.identities import digest
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Quota, Usage
from tests.unit.cli.conftest import Command

TOKEN = "a-token-that-nobody-may-see"
WWW = Limit("zone-1", "www.example.com", "Overseas", 500)


def read(status: Command, *arguments: str) -> dict[str, Any]:
    """The report, of which nothing may be missing."""
    end = status(*arguments, "--format", "json")
    assert (end.code, end.err) == (0, "")
    report: dict[str, Any] = json.loads(end.out)
    return report


def test_each_zone_and_sub_application_that_is_named_is_read_once(emulator: Emulator, status: Command) -> None:
    emulator.put_limit(WWW)
    emulator.put_limit(Limit("zone-2", "www.example.com", "Overseas", 100))
    emulator.put_quota(Quota(1, "Image", 10, 4))
    emulator.put_quota(Quota(2, "Image", 10))
    report = read(status, "--zone", "zone-1", "--sub-app", "1", "--zone", "zone-1")
    assert [limit["id"] for limit in report["limits"]] == ["zone-1#www.example.com#Overseas"]
    assert [quota["id"] for quota in report["quotas"]] == ["1#Image"]
    assert sorted(call.action for call in emulator.calls) == [
        "DescribeAigcApiTokens",
        *["DescribeAigcQuotas"] * 3,
        "DescribePrefetchOriginLimit",
    ]


def test_all_reads_every_zone_and_sub_application(emulator: Emulator, status: Command) -> None:
    emulator.put_limit(WWW)
    emulator.put_quota(Quota(2, "Image", 10))
    emulator.put_zone("zone-2")
    assert read(status, "--all")["read"] == ["zone zone-1", "zone zone-2", "sub-application 2"]


def test_a_quota_is_shown_with_what_is_used_and_left_of_it(emulator: Emulator, status: Command) -> None:
    emulator.put_quota(Quota(1, "Video", 3600, 900))
    [quota] = read(status, "--sub-app", "1")["quotas"]
    assert quota == {
        "id": "1#Video",
        "sub_app_id": 1,
        "quota_type": "Video",
        "token_digest": None,
        "unit": "seconds",
        "limit": 3600,
        "used": 900,
        "left": 2700,
        "used_percent": 25.0,
        "stack_limit": None,
        "standing": None,
        "used_per_day": None,
        "days_left": None,
    }


@pytest.mark.parametrize(
    ("limit", "used", "left", "percent"),
    [(100, 250, 0, 250.0), (0, 0, 0, 0.0), (0, 7, 0, 100.0), (3, 1, 2, 33.33), (2**53 - 1, 1, 2**53 - 2, 0.0)],
)
def test_usage_is_told_of_any_cap(
    emulator: Emulator, status: Command, limit: int, used: int, left: int, percent: float
) -> None:
    """A cap of 0, the off switch, is used up once anything was used."""
    emulator.put_quota(Quota(1, "Text", limit, used))
    [quota] = read(status, "--sub-app", "1")["quotas"]
    assert (quota["left"], quota["used_percent"]) == (left, percent)


@pytest.mark.parametrize("form", ["table", "json", "prometheus", "html"])
def test_a_token_appears_as_its_digest_alone(emulator: Emulator, status: Command, form: str) -> None:
    emulator.put_quota(Quota(1, "Text", 10, 9, TOKEN))
    end = status("--sub-app", "1", "--format", form, "--fail-above", "80")
    assert hashlib.sha256(TOKEN.encode()).hexdigest()[:12] in end.out
    assert TOKEN not in end.out + end.err


@pytest.mark.parametrize(("used", "code"), [(80, 0), (81, 3)])
def test_a_quota_above_the_threshold_ends_with_3_and_is_named(
    emulator: Emulator, status: Command, used: int, code: int
) -> None:
    emulator.put_quota(Quota(1, "Image", 100, used))
    end = status("--sub-app", "1", "--fail-above", "80")
    assert (end.code, end.err) == (code, "Above 80 %: 1#Image (81.0 %).\n" if code else "")
    assert "Image (images)" in end.out


@pytest.mark.parametrize(("used", "code"), [(10, 1), (90, 3)])
def test_a_scope_that_cannot_be_read_is_one_line_and_the_others_are_shown(
    emulator: Emulator, status: Command, used: int, code: int
) -> None:
    emulator.put_quota(Quota(1, "Image", 100, used))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation"), "DescribePrefetchOriginLimit"))
    end = status("--zone", "zone-1", "--sub-app", "1", "--format", "json", "--fail-above", "80")
    assert end.code == code
    assert json.loads(end.out)["read"] == ["sub-application 1"]
    [unread] = json.loads(end.out)["unread"]
    assert unread["scope"] == "zone zone-1"
    assert end.err.splitlines()[0] == f"Reading zone zone-1 failed. {unread['reason']}"
    assert "Add teo:DescribePrefetchOriginLimit to the CAM policy" in end.err


def test_zones_that_cannot_be_listed_leave_the_sub_applications(emulator: Emulator, status: Command) -> None:
    emulator.put_quota(Quota(1, "Image", 100))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation"), "DescribeZones"))
    end = status("--all", "--format", "json")
    assert end.code == 1
    assert json.loads(end.out)["read"] == ["sub-application 1"]
    assert end.err.startswith("Reading the zones failed. teo:DescribeZones answered UnauthorizedOperation")


def test_a_zone_that_does_not_exist_is_one_line_and_code_2(emulator: Emulator, status: Command) -> None:
    emulator.put_zone("zone-1")
    end = status("--zone", "zone-9")
    assert end == (
        2,
        "",
        "Reading zone zone-9 failed. The account of this key does not have it.\n",
    )


def test_an_account_without_anything_is_said_to_be_so(status: Command) -> None:
    assert status("--all") == (0, "No quotas and no limits.\n", "")


@pytest.mark.parametrize("arguments", [(), ("--all", "--zone", "zone-1"), ("--all", "--sub-app", "1")])
def test_a_selection_that_is_missing_or_double_ends_with_2_before_any_call(
    emulator: Emulator, status: Command, arguments: tuple[str, ...]
) -> None:
    assert status(*arguments) == (2, "", "Say what to read: --zone and --sub-app, or --all, or --stack.\n")
    assert emulator.calls == []


def test_missing_credentials_are_one_line_and_code_2(
    emulator: Emulator, status: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TENCENTCLOUD_SECRET_KEY")
    end = status("--all")
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)
    assert "TENCENTCLOUD_SECRET_KEY not set" in end.err
    assert emulator.calls == []


@pytest.mark.parametrize(
    "words", ["Exit codes", "0  all was read", "3  a quota is above --fail-above", "pulumi stack export"]
)
def test_the_help_documents_exit_codes_and_has_examples(status: Command, words: str) -> None:
    end = status("--help")
    assert (end.code, words in end.out) == (0, True)


@pytest.mark.parametrize("form", ["table", "json", "prometheus", "html"])
def test_a_bad_key_is_told_and_nothing_of_what_there_is(emulator: Emulator, status: Command, form: str) -> None:
    emulator.put_quota(Quota(1, "Image", 100, 90))
    emulator.put_key(emulator.secret_id, "another-key")
    end = status("--sub-app", "1", "--format", form)
    assert (end.code, "No quotas" in end.out) == (2, False)
    assert "AuthFailure.SignatureFailure" in end.err


def use(emulator: Emulator, back: int, amount: int, token: str | None = None) -> None:
    """Text that was generated so many days ago."""
    emulator.put_usage(Usage(1, "Text", "a", datetime.now(ZONE) - timedelta(days=back), amount, api_token=token))


def test_a_quota_lasts_as_long_as_the_usage_of_the_whole_days_before_today_lets_it(
    emulator: Emulator, status: Command
) -> None:
    emulator.put_quota(Quota(1, "Text", 1000, 100, TOKEN))
    emulator.put_quota(Quota(1, "Image", 1000, 100))
    emulator.put_token(1, TOKEN)
    for back, amount, token in ((0, 5000, TOKEN), (1, 200, TOKEN), (4, 100, TOKEN), (5, 7000, TOKEN), (1, 9000, None)):
        use(emulator, back, amount, token)
    quotas = read(status, "--sub-app", "1", "--forecast", "4")["quotas"]
    assert [(quota["used_per_day"], quota["days_left"]) for quota in quotas] == [(0.0, None), (75.0, 12.0)]
    table = status("--sub-app", "1", "--forecast", "4").out
    assert ("12 days" in table, "unused" in table, TOKEN in table) == (True, True, False)


def test_a_forecast_that_cannot_be_read_is_a_line_and_the_quota_is_shown(emulator: Emulator, status: Command) -> None:
    emulator.put_quota(Quota(1, "Text", 1000, 100, TOKEN))
    end = status("--sub-app", "1", "--forecast", "7")
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()[:12]
    assert (end.code, digest in end.out) == (1, True)
    assert end.err.startswith(
        f"Reading the daily usage of 1#Text#{digest} failed. The sub-application does not list its API"
    )
    assert end.err.count("\n") == 1


def test_without_a_forecast_no_usage_is_asked_for(emulator: Emulator, status: Command) -> None:
    emulator.put_quota(Quota(1, "Text", 1000, 100))
    read(status, "--sub-app", "1")
    assert {call.action for call in emulator.calls} == {"DescribeAigcQuotas", "DescribeAigcApiTokens"}


def test_a_token_without_a_quota_is_shown_by_its_digest(emulator: Emulator, status: Command) -> None:
    emulator.put_token(1, "a-capped-token")
    emulator.put_token(1, "a-free-token")
    emulator.put_quota(Quota(1, "Text", 10, api_token="a-capped-token"))
    end = status("--sub-app", "1")
    assert "Uncapped API tokens" in end.out
    uncapped = end.out.partition("Uncapped API tokens")[2]
    assert digest("a-free-token") in uncapped
    assert digest("a-capped-token") not in uncapped
    assert "free-token" not in end.out + end.err
    tokens = read(status, "--sub-app", "1")["tokens"]
    assert {row["token_digest"]: row["has_quota"] for row in tokens} == {
        digest("a-capped-token"): True,
        digest("a-free-token"): False,
    }


def test_tokens_that_may_not_be_listed_are_told_and_the_quotas_shown(emulator: Emulator, status: Command) -> None:
    emulator.put_quota(Quota(1, "Image", 10))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation"), "DescribeAigcApiTokens"))
    end = status("--sub-app", "1")
    assert end.code == 1
    assert "Image" in end.out
    assert end.err.startswith("Reading the API tokens of sub-application 1 failed. vod:DescribeAigcApiTokens answered")
