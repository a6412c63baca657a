"""The caps that `tc-resources usage` suggests."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tc_resources.cli.usages.suggestions import Suggestion
from tc_resources.cloud.bill import ZONE
from tc_resources.cloud.identities import QuotaIdentity, digest
from tc_resources.testing.emulator import Emulator
from tests.unit.cli.conftest import AsTerminal, Command
from tests.unit.cli.usage.conftest import TOKEN, Use

ROOT = Path(__file__).parents[4]


def test_a_cap_is_the_highest_month_and_its_head_room_in_two_digits(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    emulator.put_token(1, TOKEN)
    month = datetime.now(ZONE).replace(day=1)
    highest = (month - timedelta(days=1)).replace(day=2)
    back = (datetime.now(ZONE).date() - highest.date()).days
    for days, amount in ((0, 500), (back, 1000), (back + 1, 234)):
        use("Image", amount, days)
    use("Text", 99, 0, api_token=TOKEN)
    use("Audio", 99, 0)
    end = usage("--sub-app", "1", "--suggest", "--head-room", "50", "--format", "json", "--days", "60")
    found = json.loads(end.out)["suggestions"]
    assert [(one["quota_type"], one["token_digest"]) for one in found] == [
        ("Image", None),
        ("Text", None),
        ("Text", digest(TOKEN)),
    ]
    assert found[0] | {"unit": "images"} == {
        "sub_app_id": 1,
        "quota_type": "Image",
        "token_digest": None,
        "unit": "images",
        "month": f"{highest:%Y-%m}",
        "highest": 1234,
        "head_room_percent": 50,
        "sum": 1851,
        "cap": 1900,
    }
    table = usage("--sub-app", "1", "--suggest", "--head-room", "50", "--days", "60").out
    assert re.search(rf"1 +Image \(images\) +{highest:%Y-%m} +1,234 +50 +1,851 +1,900", table)


def test_the_first_month_of_a_suggestion_is_read_from_its_first_day(emulator: Emulator, usage: Command) -> None:
    emulator.put_sub_app(1)
    usage("--sub-app", "1", "--suggest", "--days", "40")
    starts = {str(call.params["StartTime"]) for call in emulator.calls_of("DescribeAigcUsageData")}
    assert [start[8:] for start in starts] == ["01T00:00:00+08:00"]


@pytest.mark.parametrize(
    ("highest", "head_room", "cap"),
    [(1, 0, 1), (9, 30, 12), (100, 0, 100), (101, 0, 110), (1001, 30, 1400), (2**53 - 1, 30, 2**53 - 1)],
)
def test_a_cap_is_never_below_its_sum_but_where_none_larger_can_be(highest: int, head_room: int, cap: int) -> None:
    assert Suggestion(QuotaIdentity(1, "Image"), "2026-10", highest, head_room).cap == cap


def test_suggestions_are_config_that_the_program_in_stacks_takes(
    emulator: Emulator, usage: Command, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "stacks"))
    from environment import Application

    emulator.put_token(1, TOKEN)
    use("Image", 10)
    use("Text", 10, api_token=TOKEN)
    end = usage("--sub-app", "1", "--suggest", "--format", "config")
    assert (end.code, end.err) == (0, f"pulumi config set --secret apiToken-{digest(TOKEN)}\n")
    [entry] = yaml.safe_load(end.out)["config"]["tencent-limits:applications"]
    application = Application.model_validate(entry)
    assert {name: cap.limit for name, cap in application.quotas.items()} == {"Image": 13, "Text": 13}
    assert application.periods == {"Image": "monthly", "Text": "monthly"}
    assert [(token.limit, token.period) for token in application.tokens] == [(13, "monthly")]


def test_without_usage_the_config_has_no_applications(emulator: Emulator, usage: Command) -> None:
    emulator.put_sub_app(1)
    end = usage("--all", "--suggest", "--format", "config")
    assert yaml.safe_load(end.out) == {"config": {"tencent-limits:applications": []}}


@pytest.mark.parametrize("columns", [80, 100])
def test_suggestions_of_large_numbers_break_no_digest_on_a_narrow_terminal(
    emulator: Emulator, usage: Command, use: Use, as_terminal: AsTerminal, columns: int
) -> None:
    as_terminal(columns)
    emulator.put_token(1, TOKEN)
    use("Text", 351_000_000_000, api_token=TOKEN)
    told = usage("--sub-app", "1", "--suggest").out.partition("Suggested")[2]
    assert digest(TOKEN) in told
    assert "460,000,000,000" in told
