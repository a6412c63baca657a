"""The forms of `tc-resources status`: table, Prometheus' text exposition and HTML page."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tc_resources.cli.listings import Unread
from tc_resources.cli.reports import document, exposition, page, terminal
from tc_resources.cli.reports.report import LimitStatus, QuotaStatus, Report, Standing
from tc_resources.cloud.identities import LimitIdentity, QuotaIdentity
from tests.unit.cli.conftest import AsTerminal

AT = datetime(2026, 11, 22, 6, 0, tzinfo=timezone.utc)
NASTY = 'a"b\\c\nd<script>&'
"""What no domain name has, but what every form must survive."""


def some(compared: bool = False, domain: str = "www.example.com") -> Report:
    """A report with a row of each level and each standing."""
    standings = list(Standing) if compared else [None] * 4
    quotas = [
        QuotaStatus(QuotaIdentity(1, "Image"), 2000, 2000 if compared else None, standings[0], 500),
        QuotaStatus(QuotaIdentity(1, "Video"), 3600, 1800 if compared else None, standings[1], 3240),
        QuotaStatus(QuotaIdentity(1, "Text", "0123456789ab"), 100, None, standings[2], 250),
    ]
    limits = [LimitStatus(LimitIdentity("zone-1", domain, "Overseas"), 500, None, standings[2])]
    if compared:
        limits.append(LimitStatus(LimitIdentity("zone-1", "gone.example.com", "Overseas"), None, 800, Standing.MISSING))
    return Report(AT, compared, ["zone zone-1", "sub-application 1"], [Unread("zone zone-2", NASTY)], quotas, limits)


Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(report: Report) -> Samples:
    """Every sample as Prometheus' own client reads it; each family is a gauge that says what it is."""
    families = list(text_string_to_metric_families(exposition.text(report) + "\n"))
    assert all(family.type == "gauge" and family.documentation for family in families)
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def labels(**labels: str) -> frozenset[tuple[str, str]]:
    return frozenset(labels.items())


def test_prometheus_reads_limit_usage_and_the_rest_of_a_quota() -> None:
    found = samples(some())
    video = labels(sub_app_id="1", quota_type="Video", token_digest="", unit="seconds")
    names = ("limit", "used", "left", "used_ratio")
    assert [found[f"tencentcloud_aigc_quota_{name}", video] for name in names] == [3600, 3240, 360, 0.9]


def test_prometheus_reads_bandwidth_in_bits_per_second_whatever_the_labels_hold() -> None:
    key = labels(zone_id="zone-1", domain_name=NASTY, area="Overseas")
    assert samples(some(domain=NASTY))["tencentcloud_prefetch_origin_limit_bits_per_second", key] == 500e6


def test_prometheus_sees_which_scopes_could_not_be_read() -> None:
    found = samples(some())
    assert found["tencentcloud_scope_read", labels(scope="zone zone-1")] == 1
    assert found["tencentcloud_scope_read", labels(scope="zone zone-2")] == 0


def test_prometheus_sees_standings_and_no_value_for_what_is_missing() -> None:
    found = samples(some(compared=True))
    assert found["tencentcloud_stack_standing", labels(id="zone-1#gone.example.com#Overseas", standing="missing")] == 1
    assert found["tencentcloud_stack_standing", labels(id="1#Video", standing="drifted")] == 1
    assert not [key for name, key in found if "bits_per_second" in name and ("domain_name", "gone.example.com") in key]


def test_prometheus_sees_no_standing_without_a_stack() -> None:
    assert not [name for name, _ in samples(some()) if name == "tencentcloud_stack_standing"]


class Page(HTMLParser):
    """What a page holds and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [found for found in attrs if found[0] in ("src", "href", "srcset", "data", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_loads_nothing() -> None:
    text = page.text(some(compared=True))
    shown = Page(text)
    assert shown.loads == []
    assert not {"script", "link", "iframe", "img", "object"} & set(shown.tags)
    assert not re.search(r"https?:|url\(|@import", text)
    assert "default-src 'none'" in text


def test_the_page_shows_what_it_was_given_as_text() -> None:
    shown = Page(page.text(some(domain=NASTY)))
    assert "script" not in shown.tags
    assert shown.text.count(NASTY) == 2


def test_the_page_has_a_bar_of_the_used_part_in_the_colour_of_its_level() -> None:
    found = re.findall(r'class="bar (\w+)" aria-hidden="true"><i style="width: ([\d.]+)%"', page.text(some()))
    assert found == [("fine", "25.0"), ("high", "90.0"), ("full", "100.0"), ("plain", "100.0")]


def test_the_page_counts_standings_beside_a_stack() -> None:
    cards = re.findall(r"<dt>(\w+)</dt><dd>(\d+)</dd>", page.text(some(compared=True)))
    assert cards[2:] == [("Managed", "1"), ("Drifted", "1"), ("Unmanaged", "2"), ("Missing", "1")]


def test_the_page_knows_light_and_dark() -> None:
    assert "color-scheme: light dark" in page.text(some())


def test_a_pipe_gets_whole_rows_without_colours_and_bars(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    terminal.show(some(compared=True))
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].split() == ["1", "Video", "(seconds)", "90.0", "3,240", "360", "3,600", "1,800", "drifted"]
    assert "\x1b" not in "".join(lines)
    assert "Chart" not in lines[1]


def test_a_terminal_gets_bars_and_colours(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal.show(some())
    out = capsys.readouterr().out
    assert "\x1b[31m━━━━━━━━━━━━" in out
    assert "\x1b[32m━━━" in out
    assert re.search(r"\x1b\[33m +90\.0", out)


def test_a_terminal_of_80_columns_shows_ordinary_figures_in_one_line(
    capsys: pytest.CaptureFixture[str], as_terminal: AsTerminal
) -> None:
    as_terminal(80)
    report = Report(AT, quotas=[QuotaStatus(QuotaIdentity(200000004, "Video"), 36_000, used=12_000)])
    terminal.show(report)
    assert "200000004" in capsys.readouterr().out.splitlines()[4]


def test_json_has_the_documented_keys() -> None:
    text = document.text(some(compared=True))
    assert document.__doc__
    keys = set(re.findall(r'"(\w+)":', text))
    assert {key for key in keys if not re.search(rf"\b{key}\b", document.__doc__)} == set()


def on_a_terminal(report: Report, columns: int, as_terminal: AsTerminal, capsys: pytest.CaptureFixture[str]) -> str:
    """What a terminal of so many columns shows."""
    as_terminal(columns)
    terminal.show(report)
    return re.sub("\x1b[^m]*m", "", capsys.readouterr().out)


def large(cap: int = 2**53 - 1) -> Report:
    """Quotas beside a stack, with the largest numbers and all columns."""
    identities = [QuotaIdentity(200000004, "Text", "0123456789ab"), QuotaIdentity(200000004, "Video")]
    rows = [QuotaStatus(one, cap, cap, Standing.MANAGED, cap - 1, 1.0) for one in identities]
    return Report(AT, True, ["a"], [], rows)


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120, 200])
def test_no_number_is_broken_however_narrow_the_terminal(
    columns: int, as_terminal: AsTerminal, capsys: pytest.CaptureFixture[str]
) -> None:
    out = on_a_terminal(large(), columns, as_terminal, capsys)
    found = re.findall(r"[\d,]*\d,\d[\d,]*", out)
    assert "9,007,199,254,740,991" in found
    assert {*found} <= {"9,007,199,254,740,991", "9,007,199,254,740,990"}


@pytest.mark.parametrize("columns", [80, 100])
def test_no_digest_is_broken(columns: int, as_terminal: AsTerminal, capsys: pytest.CaptureFixture[str]) -> None:
    assert "0123456789ab" in on_a_terminal(large(), columns, as_terminal, capsys)


def test_a_terminal_of_80_columns_has_each_row_in_a_line_and_says_what_it_goes_without(
    as_terminal: AsTerminal, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = on_a_terminal(large(10**12), 80, as_terminal, capsys).rstrip().splitlines()
    assert max(map(len, lines)) <= 80
    rows = [line for line in lines if line.lstrip().startswith("200000004")]
    assert [row.split()[-1] for row in rows] == ["managed", "managed"]
    assert lines[-1].startswith("Not shown for want of room: Left, Used, Stack, Used %.")
    wide = on_a_terminal(large(), 200, as_terminal, capsys)
    assert "Not shown" not in wide
    assert "━━━" in wide


@pytest.mark.parametrize(
    ("limit", "used", "daily", "lasts"),
    [
        (100, 40, 4.0, "15 days"),
        (100, 40, None, "-"),
        (None, None, 4.0, "-"),
        (100, 100, 4.0, "used up"),
        (100, 40, 0.0, "unused"),
        (100, 40, 0.1, "> 1 year"),
        (100, 40, 50.0, "1 day"),
        (100, 40, 120.0, "< 1 day"),
    ],
)
def test_how_long_a_quota_lasts_is_said_in_words(
    limit: int | None, used: int | None, daily: float | None, lasts: str
) -> None:
    assert QuotaStatus(QuotaIdentity(1, "Image"), limit, used=used, daily=daily).lasts == lasts


def test_prometheus_reads_the_days_that_are_left() -> None:
    found = samples(Report(AT, quotas=[QuotaStatus(QuotaIdentity(1, "Image"), 100, used=40, daily=4.0)]))
    key = labels(sub_app_id="1", quota_type="Image", token_digest="", unit="images")
    assert found["tencentcloud_aigc_quota_days_left", key] == 15


def test_the_page_keeps_the_standing_in_view_and_has_a_scale_of_each_bar() -> None:
    text = page.text(some(compared=True))
    assert text.count('<td class="standing" data-title="Standing">') == 5
    assert re.findall(r'class="scale"><span>0</span><span>([^<]+)<', text) == ["100 %", "500 Mbps"]
    assert ".standing { position: sticky; right: 0;" in text
