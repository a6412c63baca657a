"""The program in stacks/, for each of its environments."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pulumi.automation import ConfigValue
from pulumi.automation.errors import CommandError

from tc_resources.testing import Emulator, Limit, LocalEngine, Quota
from tests.account import account_of

ROOT = Path(__file__).parents[2]
SIZES = {"dev": (3, 3), "staging": (3, 3), "prod": (5, 4)}
Open = Callable[[str], LocalEngine]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def open_stack(project: Path, emulator: Emulator) -> Open:
    def open_stack(name: str) -> LocalEngine:
        stack = LocalEngine(project, name, env=account_of(emulator))
        for token in ("chatToken", "searchToken"):
            stack.set_config(token, ConfigValue(f"the-{token}", secret=True))
        return stack

    return open_stack


@pytest.mark.parametrize("name", SIZES)
def test_each_environment_makes_its_limits_and_a_second_up_calls_nothing(
    open_stack: Open, emulator: Emulator, name: str
) -> None:
    stack = open_stack(name)
    stack.up()
    assert (len(emulator.limits()), len(emulator.quotas())) == SIZES[name]
    emulator.clear_calls()
    stack.up()
    assert emulator.calls == []


def test_what_is_there_is_adopted_capped_below_its_usage_and_reset_where_the_config_says_so(
    open_stack: Open, project: Path, emulator: Emulator
) -> None:
    emulator.put_limit(Limit("zone-3abcj8tqd", "static.dev.example.com", "Overseas", 900))
    emulator.put_quota(Quota(200000004, "Video", 9000, usage=7000))
    with pytest.raises(CommandError, match="It is there already"):
        open_stack("dev").up()
    file = project / "stacks" / "Pulumi.dev.yaml"
    text = file.read_text(encoding="utf-8").replace("{Overseas: 100}", "{Overseas: {mbps: 100, adopt: true}}")
    video = "Video: {limit: 600, adopt: true, allowBelowUsage: true, resetLimit: 50}"
    file.write_text(text.replace("Video: 600", video), encoding="utf-8")
    stack = open_stack("dev")
    stack.up()
    assert Limit("zone-3abcj8tqd", "static.dev.example.com", "Overseas", 100) in emulator.limits()
    assert Quota(200000004, "Video", 600, usage=7000) in emulator.quotas()
    stack.destroy()
    assert (emulator.limits(), emulator.quotas()) == ([], [Quota(200000004, "Video", 50, usage=7000)])


def test_production_is_protected_from_a_destroy(open_stack: Open, emulator: Emulator) -> None:
    stack = open_stack("prod")
    stack.up()
    with pytest.raises(CommandError, match="protected"):
        stack.destroy()
    assert (len(emulator.limits()), len(emulator.quotas())) == SIZES["prod"]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (
            "Overseas: 200,",
            "Overseas: 20,",
            "tencent-limits:sites[0].domains[0].bandwidth.Overseas.mbps: Input should be",
        ),
        ("Image: 200,", "Audio: 200,", "tencent-limits:applications[0].quotas.Audio.[key]: Input should be 'Image'"),
        ("zoneId:", "zone:", "tencent-limits:sites[0].zoneId: Field required"),
        ("zoneId:", "zone:", "tencent-limits:sites[0].zone: There is no such key; the nearest is zoneId"),
        (
            "Overseas: 200,",
            "Overseas: 200.0,",
            "tencent-limits:sites[0].domains[0].bandwidth.Overseas.mbps: Input should be",
        ),
        (":protect: false", ":protect: 1", "tencent-limits:protect: Input should be a valid boolean"),
        ("periods: {", "period: {", "tencent-limits:applications[0].periods: Field required"),
        ("      tokens:", "      token:", "tencent-limits:applications[0].token: There is no such key; the nearest is"),
        ("      quotas: {Image: 200, Video: 600}\n", "", "tencent-limits:applications[0].quotas: Field required"),
        (
            "periods: {Image:",
            "periods: {Text:",
            "tencent-limits:applications[0]: Value error, periods has Text, which quotas",
        ),
        *(
            (
                "periods: {Image: monthly}",
                f"periods: {{Image: {word}}}",
                f"tencent-limits:applications[0].periods.Image: Value error, {word.strip(chr(34))} is none of daily, "
                f"weekly, monthly, yearly; the nearest is {nearest}.",
            )
            for word, nearest in (
                ("Monthly", "monthly"),
                ("monthy", "monthly"),
                ("MONTHLY", "monthly"),
                ("day", "daily"),
                ("quarterly", "yearly"),
            )
        ),
        (
            "limit: 100000",
            "limit: 100000\n          period: Weekly",
            "tencent-limits:applications[0].tokens[0].period: Value error, Weekly is none of",
        ),
        ("limit: 100000", "limit: many", "tencent-limits:applications[0].tokens[0].limit: Input should be a valid int"),
        ("secret: chatToken", "secret: lostToken", "lostToken is not set: pulumi config set --secret lostToken"),
    ],
)
def test_a_mistake_in_a_config_file_is_a_line_with_file_and_key(
    open_stack: Open, project: Path, emulator: Emulator, right: str, wrong: str, told: str
) -> None:
    file = project / "stacks" / "Pulumi.dev.yaml"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(CommandError) as raised:
        open_stack("dev").preview()
    lines = [line.strip().removeprefix("error: ") for line in str(raised.value).splitlines()]
    assert [line for line in lines if line.startswith(f"Pulumi.dev.yaml: {told}")]
    assert "Traceback" not in str(raised.value)
    assert [call for call in emulator.calls if not call.action.startswith("Describe")] == []


@pytest.mark.parametrize(("key", "wrong"), [("sites", "site"), ("applications", "apps"), ("protect", "protected")])
def test_a_key_that_is_misspelt_ends_no_limit_and_unprotects_none(
    open_stack: Open, project: Path, emulator: Emulator, key: str, wrong: str
) -> None:
    """The engine itself misses the one; with both there the program refuses the other."""
    open_stack("prod").up()
    emulator.clear_calls()
    file = project / "stacks" / "Pulumi.prod.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f"tencent-limits:{key}:", f"tencent-limits:{wrong}:"), encoding="utf-8")
    with pytest.raises(CommandError, match=f"missing configuration value 'tencent-limits:{key}'"):
        open_stack("prod").up()
    file.write_text(f"{text}  tencent-limits:{wrong}: []\n", encoding="utf-8")
    with pytest.raises(CommandError, match=f"tencent-limits:{wrong}: There is no such key; the nearest is {key}"):
        open_stack("prod").up()
    assert emulator.calls == []
    assert (len(emulator.limits()), len(emulator.quotas())) == SIZES["prod"]


@pytest.mark.parametrize("text", ["2026-11", "2026", "sprint-4", "Q4", "monthly-2"])
def test_a_text_of_ones_own_is_a_period(open_stack: Open, project: Path, emulator: Emulator, text: str) -> None:
    file = project / "stacks" / "Pulumi.dev.yaml"
    given = file.read_text(encoding="utf-8")
    file.write_text(given.replace("Image: monthly", f"Image: '{text}'"), encoding="utf-8")
    open_stack("dev").up()
    assert len(emulator.quotas()) == SIZES["dev"][1]


def test_without_any_limit_empty_lists_are_written(open_stack: Open, project: Path, emulator: Emulator) -> None:
    file = project / "stacks" / "Pulumi.dev.yaml"
    keys = ("protect: false", "sites: []", "applications: []")
    file.write_text("config:\n" + "".join(f"  tencent-limits:{key}\n" for key in keys), encoding="utf-8")
    open_stack("dev").up()
    assert emulator.calls == []


def test_a_monthly_budget_starts_again_with_the_first_up_of_a_month_and_with_no_other(
    open_stack: Open, project: Path, emulator: Emulator
) -> None:
    file = project / "stacks" / "environment.py"
    text, asked = file.read_text(encoding="utf-8"), "current_period(text)"
    assert asked in text
    stack = open_stack("dev")
    for moment, renewals in (("31T15:59:59", 0), ("31T16:00:00", 1), ("31T23:00:00", 1)):
        at = datetime.fromisoformat(f"2026-10-{moment}+00:00").timestamp()
        file.write_text(text.replace(asked, f"current_period(text, now=lambda: {at})"), encoding="utf-8")
        stack.up()
        assert len(emulator.calls_of("DeleteAigcQuota")) == renewals
    assert [quota.quota_type for quota in emulator.quotas()] == ["Image", "Text", "Video"]
    assert emulator.calls_of("DeleteAigcQuota")[0].params["QuotaType"] == "Image"
