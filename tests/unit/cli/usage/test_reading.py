"""What `tc-resources usage` reads, and how much of it at once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tc_resources.cli.usages.reading import AHEAD, read
from tc_resources.cli.usages.tally import Tally
from tc_resources.cloud.bill import ZONE, Days
from tc_resources.cloud.client import Client
from tc_resources.cloud.identities import digest
from tc_resources.testing.emulator import Emulator
from tests.unit.cli.conftest import Command
from tests.unit.cli.usage.conftest import TOKEN, Use

TYPES = ("Image", "Video", "Text", "Audio", "SceneAigcVideo", "SceneAigcImage", "SceneAigcTime")


def rows(end: Any) -> list[dict[str, Any]]:
    """The rows of a usage of which nothing is missing."""
    assert (end.code, end.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(end.out)["usage"]
    return found


def test_each_type_of_an_application_is_asked_for_once_in_ninety_days(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    use("Image", 3)
    usage("--sub-app", "1", "--sub-app", "1")
    assert sorted(str(call.params["AigcType"]) for call in emulator.calls_of("DescribeAigcUsageData")) == sorted(TYPES)
    assert len(emulator.calls_of("DescribeAigcApiTokens")) == 1


def test_usage_works_before_there_is_any_cap_and_tells_type_model_token_and_day(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    emulator.put_token(1, TOKEN)
    use("Text", 10, model="b", tasks=2, api_token=TOKEN)
    use("Text", 4, model="b")
    use("Image", 3)
    day = f"{datetime.now(ZONE) - timedelta(days=1):%Y-%m-%d}"
    found = rows(usage("--all", "--format", "json"))
    shown = [
        (row["aigc_type"], row["model"], row["token_digest"], row["day"], row["tasks"], row["used"]) for row in found
    ]
    assert shown == [
        ("Image", "a", None, day, 1, 3),
        ("Text", "b", digest(TOKEN), day, 2, 10),
        ("Text", "b", None, day, 1, 4),
    ]
    assert emulator.quotas() == []


def test_what_a_token_that_is_gone_has_used_is_told_of_no_listed_one(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    use("Text", 10, api_token=TOKEN)
    emulator.put_token(1, "another")
    assert [(row["token_digest"], row["used"]) for row in rows(usage("--sub-app", "1", "--format", "json"))] == [
        (None, 10)
    ]


def test_a_token_that_the_listing_does_not_show_yet_loses_nothing(usage: Command, use: Use) -> None:
    use("Text", 10, api_token=TOKEN)
    assert sum(row["used"] for row in rows(usage("--sub-app", "1", "--format", "json"))) == 10


def test_rows_of_csv_are_written_without_any_sums(usage: Command, use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many applications there are, no more is held."""
    use("Image", 3)
    monkeypatch.delattr(Tally, "add")
    assert usage("--sub-app", "1", "--format", "csv").out.count("\n") == 2


def test_no_more_applications_are_read_ahead_than_memory_is_meant_for(
    emulator: Emulator, client: Client, use: Use
) -> None:
    """However many there are, and however slowly somebody takes what is read."""
    for sub_app in range(1, 21):
        use("Image", 1, sub_app=sub_app)
    found = read(client, range(1, 21), Days.until(datetime.now(ZONE).date(), 90))
    taken = [next(found).sub_app_id for _ in range(2)]
    found.close()
    asked = {call.params["SubAppId"] for call in emulator.calls_of("DescribeAigcUsageData")}
    assert (taken, asked <= {*range(1, len(taken) + AHEAD + 1)}) == ([1, 2], True)
