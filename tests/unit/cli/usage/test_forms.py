"""The forms in which `tc-resources usage` shows what was used."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tc_resources.cloud.bill import ZONE
from tc_resources.cloud.identities import digest
from tc_resources.testing.emulator import Emulator
from tests.unit.cli.conftest import AsTerminal, Command
from tests.unit.cli.usage.conftest import TOKEN, Use


@pytest.mark.parametrize("form", ["table", "json", "csv", "html"])
def test_a_token_appears_as_its_digest_alone(emulator: Emulator, usage: Command, use: Use, form: str) -> None:
    emulator.put_token(1, TOKEN)
    use("Text", 10, api_token=TOKEN)
    end = usage("--sub-app", "1", "--format", form, "--by", "token", "--suggest")
    assert digest(TOKEN) in end.out
    assert TOKEN not in end.out + end.err


def test_an_account_without_usage_or_applications_is_said_to_be_so(emulator: Emulator, usage: Command) -> None:
    until = f"{datetime.now(ZONE):%Y-%m-%d}"
    assert usage("--all", "--days", "1") == (0, f"No usage from {until} to {until}.\n", "")
    emulator.put_sub_app(1)
    assert usage("--all", "--days", "1").out == f"No usage from {until} to {until}.\n"


def test_what_no_quota_covers_is_named_where_it_is_used(usage: Command, use: Use) -> None:
    use("Image", 3)
    assert "No quota covers" not in usage("--sub-app", "1").out
    use("SceneAigcImage", 3)
    use("Audio", 3)
    note = "No quota covers Audio, SceneAigcImage: nothing caps that usage."
    assert note in usage("--sub-app", "1").out
    assert note in usage("--sub-app", "1", "--format", "html").out
    assert json.loads(usage("--sub-app", "1", "--format", "json").out)["uncovered"] == ["Audio", "SceneAigcImage"]


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


@pytest.mark.parametrize("name", ["type", "model", "token", "day"])
def test_a_table_tells_apart_what_was_chosen(emulator: Emulator, usage: Command, use: Use, name: str) -> None:
    emulator.put_token(1, TOKEN)
    use("Text", 10, api_token=TOKEN, model="some-model")
    out = usage("--sub-app", "1", "--by", name).out
    assert re.findall("Usage by (.*?) *\n", out) == [name]


def test_a_terminal_shows_a_line_of_blocks_the_highest_in_full(
    usage: Command, use: Use, as_terminal: AsTerminal
) -> None:
    as_terminal(80)
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
