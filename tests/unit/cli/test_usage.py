"""`tc-resources usage`: what it reads, shows, suggests and ends with."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tc_resources.cli.usages.reading import AHEAD, read
from tc_resources.cli.usages.suggestions import Suggestion
from tc_resources.cli.usages.tally import Tally
from tc_resources.cloud.bill import ZONE, Days
from tc_resources.cloud.client import Client
from tc_resources.cloud.identities import QuotaIdentity, digest
from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault, Usage
from tests.unit.cli.conftest import Command
from tests.unit.policies import READING, without

ROOT = Path(__file__).parents[3]
TOKEN = "a-token-that-nobody-may-see"
DENIED = ErrorCode("UnauthorizedOperation.CamUnauthorized")
TYPES = ("Image", "Video", "Text", "Audio", "SceneAigcVideo", "SceneAigcImage", "SceneAigcTime")
Use = Callable[..., None]


@pytest.fixture
def options() -> dict[str, Any]:
    """The service's second never ends where its clock stands still."""
    return {"rate": 1000}


@pytest.fixture
def usage(command: Command) -> Command:
    """Run `tc-resources usage`."""
    return partial(command, "usage")


@pytest.fixture
def use(emulator: Emulator) -> Use:
    """Note what an application generated some days ago."""

    def use(aigc_type: str, amount: int, back: int = 1, sub_app: int = 1, model: str = "a", **more: Any) -> None:
        at = datetime.now(ZONE) - timedelta(days=back)
        emulator.put_usage(Usage(sub_app, aigc_type, model, at, amount, **more))

    return use


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


@pytest.mark.parametrize("form", ["table", "json", "csv", "html"])
def test_a_token_appears_as_its_digest_alone(emulator: Emulator, usage: Command, use: Use, form: str) -> None:
    emulator.put_token(1, TOKEN)
    use("Text", 10, api_token=TOKEN)
    end = usage("--sub-app", "1", "--format", form, "--by", "token", "--suggest")
    assert digest(TOKEN) in end.out
    assert TOKEN not in end.out + end.err


def test_one_application_that_is_denied_is_a_line_and_the_others_are_shown(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    for sub_app in (1, 2, 3):
        use("Image", sub_app, sub_app=sub_app)
        emulator.put_sub_app(sub_app)
    emulator.script(Fault(DENIED, "DescribeAigcUsageData", times=7, when={"SubAppId": 2}))
    emulator.put_token(2, TOKEN)
    end = usage("--all", "--format", "json")
    document = json.loads(end.out)
    assert (end.code, end.err.count("\n"), emulator.scripted) == (1, 1, [])
    assert end.err.startswith("Reading the usage of sub-application 2 failed. vod:DescribeAigcUsageData answered")
    assert [row["sub_app_id"] for row in document["usage"]] == [1, 3]
    assert document["read"] == ["sub-application 1", "sub-application 3"]


def test_a_type_that_cannot_be_read_is_named_and_the_other_types_are_shown(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    use("Image", 3)
    emulator.script(Fault(DENIED, "DescribeAigcUsageData", when={"AigcType": "Text"}))
    end = usage("--sub-app", "1", "--format", "csv")
    assert (end.code, end.out.count("\n")) == (1, 2)
    assert end.err.startswith("Reading the Text usage of sub-application 1 failed.")


def test_tokens_that_cannot_be_listed_leave_the_whole_usage(emulator: Emulator, usage: Command, use: Use) -> None:
    use("Text", 10, api_token=TOKEN)
    policy = without(READING, "vod:DescribeAigcApiTokens")
    emulator.put_key(emulator.secret_id, emulator.secret_key, policy=policy)
    end = usage("--sub-app", "1", "--format", "csv")
    assert (end.code, end.err.count("\n"), end.out.splitlines()[1].endswith(",10")) == (1, 1, True)
    assert "Add vod:DescribeAigcApiTokens to the CAM policy" in end.err


def test_an_account_without_usage_or_applications_is_said_to_be_so(emulator: Emulator, usage: Command) -> None:
    until = f"{datetime.now(ZONE):%Y-%m-%d}"
    assert usage("--all", "--days", "1") == (0, f"No usage from {until} to {until}.\n", "")
    emulator.put_sub_app(1)
    assert usage("--all", "--days", "1").out == f"No usage from {until} to {until}.\n"


def test_an_application_that_does_not_exist_is_one_line_and_code_2(emulator: Emulator, usage: Command) -> None:
    emulator.put_sub_app(1)
    told = "Reading sub-application 9 failed. The account of this key does not have it.\n"
    assert usage("--sub-app", "9") == (2, "", told)


def test_a_bad_key_is_told_and_nothing_of_what_was_used(emulator: Emulator, usage: Command) -> None:
    emulator.put_key(emulator.secret_id, "another-key")
    end = usage("--all")
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Say what to read: --sub-app, or --all."),
        (("--all", "--sub-app", "1"), "Say what to read"),
        (("--all", "--until", "2999-01-01"), "--until 2999-01-01 is in the future: in UTC+8 it is "),
        (("--all", "--until", "2001-01-01"), "The service knows usage since "),
        (("--all", "--until", "soon"), "--until is a day such as 2026-10-31."),
        (("--all", "--days", "366"), "--days"),
        (("--all", "--days", "0"), "--days"),
        (("--all", "--format", "config"), "--format config goes with --suggest."),
        (("--all", "--head-room", "-1"), "--head-room"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_code_2_before_any_call(
    emulator: Emulator, usage: Command, arguments: tuple[str, ...], told: str
) -> None:
    end = usage(*arguments)
    assert (end.code, end.out, end.err.count("\n"), told in end.err, emulator.calls) == (2, "", 1, True, [])


def test_what_no_quota_covers_is_named_where_it_is_used(usage: Command, use: Use) -> None:
    use("Image", 3)
    assert "No quota covers" not in usage("--sub-app", "1").out
    use("SceneAigcImage", 3)
    use("Audio", 3)
    note = "No quota covers Audio, SceneAigcImage: nothing caps that usage."
    assert note in usage("--sub-app", "1").out
    assert note in usage("--sub-app", "1", "--format", "html").out
    assert json.loads(usage("--sub-app", "1", "--format", "json").out)["uncovered"] == ["Audio", "SceneAigcImage"]


def test_a_cap_is_the_highest_month_and_its_head_room_in_two_digits(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    emulator.put_token(1, TOKEN)
    month = datetime.now(ZONE).replace(day=1)
    highest = (month - timedelta(days=40)).replace(day=2)
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


def test_csv_has_a_row_for_each_day_and_with_suggest_the_suggestions(usage: Command, use: Use) -> None:
    use("Image", 3, model='a,"b"')
    use("Image", 4, back=2)
    found = list(csv.DictReader(io.StringIO(usage("--sub-app", "1", "--format", "csv").out)))
    assert sorted((row["model"], row["used"]) for row in found) == [("a", "4"), ('a,"b"', "3")]
    [cap] = csv.DictReader(io.StringIO(usage("--sub-app", "1", "--format", "csv", "--suggest", "--days", "60").out))
    assert (cap["quota_type"], int(cap["cap"]) >= 4) == ("Image", True)


@pytest.mark.parametrize("name", ["type", "model", "token", "day"])
def test_usage_without_any_listed_token_is_shown_by_whatever_is_chosen(usage: Command, use: Use, name: str) -> None:
    use("Text", 10, api_token=TOKEN, model="some-model")
    out = usage("--sub-app", "1", "--by", name).out
    assert "No usage" not in out
    assert " 10 " in out
    assert ("none listed" in out) == (name == "token")


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(tokens_shown="masked")}])
def test_tokens_that_do_not_show_whole_are_said_to_be_told_apart_by_nobody(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    emulator.put_token(1, TOKEN)
    use("Text", 10, api_token=TOKEN)
    end = usage("--sub-app", "1", "--format", "csv")
    assert (end.code, end.err.count("\n"), end.out.splitlines()[1].endswith(",10")) == (1, 1, True)
    assert "The listing does not show its tokens whole." in end.err


@pytest.mark.parametrize("name", ["type", "model", "token", "day"])
def test_a_table_tells_apart_what_was_chosen(emulator: Emulator, usage: Command, use: Use, name: str) -> None:
    emulator.put_token(1, TOKEN)
    use("Text", 10, api_token=TOKEN, model="some-model")
    out = usage("--sub-app", "1", "--by", name).out
    assert re.findall("Usage by (.*?) *\n", out) == [name]


def test_a_terminal_shows_a_line_of_blocks_the_highest_in_full(
    usage: Command, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    for back, amount in ((0, 8), (1, 1), (3, 4)):
        use("Image", amount, back)
    assert "▄ ▁█" in usage("--sub-app", "1", "--days", "4").out


def test_the_page_stands_alone_and_shows_names_as_text(usage: Command, use: Use) -> None:
    use("Image", 3, model="<script>&")
    out = usage("--sub-app", "1", "--format", "html", "--suggest").out
    assert not re.search(r"<script|https?:|url\(|@import|<link|<img", out)
    assert "&lt;script&gt;&amp;" in out
    assert re.findall("<h2>(.*?)</h2>", out) == [
        "Suggested monthly caps",
        "Usage by type",
        "Usage by model",
        "Usage by day",
    ]
    (folded,) = re.findall(r"<h2>([^<]*)</h2>\n<details><summary>Show all: 1</summary>", out)
    assert folded == "Usage by day"
    assert out.count("<rect ") == (datetime.now(ZONE).date() - _first()).days + 1


def _first() -> Any:
    return (datetime.now(ZONE) - timedelta(days=89)).date().replace(day=1)


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


@pytest.mark.parametrize("columns", [80, 100])
def test_suggestions_of_large_numbers_break_no_digest_on_a_narrow_terminal(
    emulator: Emulator, usage: Command, use: Use, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    emulator.put_token(1, TOKEN)
    use("Text", 351_000_000_000, api_token=TOKEN)
    told = usage("--sub-app", "1", "--suggest").out.partition("Suggested")[2]
    assert digest(TOKEN) in told
    assert "460,000,000,000" in told
