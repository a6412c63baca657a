from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tc_resources.cli.discover import WRITERS, Format
from tc_resources.cli.discovery import found
from tc_resources.cli.discovery.found import Found, Group
from tc_resources.cloud.identities import LimitIdentity, QuotaIdentity
from tc_resources.cloud.services.quota_listing import QuotaRow
from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault, Limit, Quota
from tests.unit.cli.conftest import Command, Discover

LISTING = "DescribePrefetchOriginLimit"
DENIED = ErrorCode("UnauthorizedOperation.CamUnauthorized")


@pytest.mark.usefixtures("live")
def test_a_table_shows_every_limit_and_every_quota_with_its_usage(discover: Discover) -> None:
    code, out, lines = discover("--all")
    assert (code, lines) == (0, [])
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines() if "│" in line]
    assert rows == [
        ["zone-1", "*.example.com", "MainlandChina", "600"],
        ["zone-1", "*.example.com", "Overseas", "500"],
        ["zone-2", "b.example.com", "Overseas", "700"],
        ["4", "Image", "", "0", "0", "images"],
        ["4", "Text", "", "70", "7", "tokens"],
        ["4", "Text", "8dfba01da860", "80", "8", "tokens"],
    ]


def test_all_reads_each_zone_and_each_type_of_each_sub_application_once(live: Emulator, discover: Discover) -> None:
    discover("--all")
    named = ("ZoneId", "SubAppId", "QuotaType")
    calls = [(call.action, *(call.params[name] for name in named if name in call.params)) for call in live.calls]
    assert sorted(calls) == [
        *[("DescribeAigcApiTokens", number) for number in (4, 5)],
        *[("DescribeAigcQuotas", number, name) for number in (4, 5) for name in ("Image", "Text", "Video")],
        *[(LISTING, f"zone-{number}") for number in (1, 2, 3)],
        ("DescribeSubAppIds",),
        ("DescribeZones",),
    ]


def test_zones_and_sub_applications_that_are_named_are_read_and_no_others(live: Emulator, discover: Discover) -> None:
    code, out, lines = discover("--zone", "zone-2", "--sub-app", "4", "--format", "json")
    assert (code, lines) == (0, [])
    assert [row["id"] for row in json.loads(out)] == [
        "zone-2#b.example.com#Overseas",
        "4#Image",
        "4#Text",
        "4#Text#8dfba01da860",
    ]
    assert sorted(call.action for call in live.calls) == ["DescribeAigcApiTokens", *["DescribeAigcQuotas"] * 3, LISTING]


def test_without_permission_for_one_zone_the_others_are_listed(live: Emulator, discover: Discover) -> None:
    live.script(Fault(DENIED, LISTING, when={"ZoneId": "zone-1"}))
    code, out, (line,) = discover("--all", "--format", "json")
    assert code == 1
    assert {row.get("zone_id") for row in json.loads(out)} == {"zone-2", None}
    assert line.startswith(f"Listing zone zone-1 failed. teo:{LISTING} answered {DENIED.code}")
    assert f"Add teo:{LISTING} to the CAM policy" in line


def test_without_permission_to_list_zones_the_quotas_are_listed(live: Emulator, discover: Discover) -> None:
    live.script(Fault(DENIED, "DescribeZones"))
    code, out, (line,) = discover("--all", "--format", "json")
    assert code == 1
    assert {row["type"] for row in json.loads(out)} == {"AigcQuota"}
    assert line.startswith("Listing the zones failed. teo:DescribeZones answered")


def test_where_nothing_could_be_listed_the_code_is_2(live: Emulator, discover: Discover) -> None:
    live.script(Fault(DENIED, times=9))
    code, _, lines = discover("--all")
    assert (code, len(lines)) == (2, 2)


def test_what_cannot_be_declared_is_told_and_the_rest_is_listed(live: Emulator, discover: Discover) -> None:
    live.put_limit(Limit("zone-2", "slow.example.com", "Overseas", 50))
    live.put_quota(Quota(4, "Video", 2**53))
    code, out, lines = discover("--zone", "zone-2", "--sub-app", "4", "--format", "json")
    assert code == 1
    assert [row["id"] for row in json.loads(out)][:2] == ["zone-2#b.example.com#Overseas", "4#Image"]
    assert lines == [
        "In zone zone-2 the prefetch origin limit of slow.example.com in Overseas cannot be managed: "
        "bandwidth must be a whole number from 100 to 100000 (Mbps).",
        "In sub-application 4 the Video quota cannot be managed: "
        "quota_limit must be a whole number from 0 to 9007199254740991 (images, seconds or tokens, by its type).",
    ]


EMPTY = {"tencent-limits:protect": True, "tencent-limits:sites": [], "tencent-limits:applications": []}


@pytest.mark.parametrize(
    ("format_", "empty"),
    [("table", None), ("json", []), ("pulumi-import", {"resources": []}), ("config", {"config": EMPTY})],
)
def test_an_empty_account_is_said_to_be_one(discover: Discover, format_: str, empty: object) -> None:
    code, out, lines = discover("--all", "--format", format_)
    assert (code, lines) == (0, ["There are no limits, no quotas and no API tokens."])
    assert yaml.safe_load(out) == empty


@pytest.mark.parametrize("arguments", [[], ["--all", "--zone", "z"], ["--all", "--from-tfstate", "f"]])
def test_wrong_use_is_one_line_and_code_2(emulator: Emulator, discover: Discover, arguments: list[str]) -> None:
    line = "Say what to list: --zone and --sub-app, or --all, or --from-tfstate."
    assert discover(*arguments) == (2, "", [line])
    assert emulator.calls == []


def test_a_missing_key_is_one_line_and_code_2(discover: Discover, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENCENTCLOUD_SECRET_KEY")
    line = "Half a key in the environment: TENCENTCLOUD_SECRET_KEY not set."
    code, out, (said,) = discover("--all")
    assert (code, out) == (2, "")
    assert said.startswith(line)


@pytest.mark.usefixtures("command")
def test_an_output_that_is_closed_early_ends_it_in_a_line(emulator: Emulator) -> None:
    for number in range(5):
        for limit in range(300):
            emulator.put_limit(Limit(f"zone-{number}", f"{limit}.example.com", "Overseas", 500))
    program = "from tc_resources.cli.main import main; main()"
    command = [sys.executable, "-c", program, "discover", "--all", "--format", "pulumi-import"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout
        assert process.stdout.readline() == '{"resources": [\n'
        process.stdout.close()
        process.stdout = None
        assert process.communicate(timeout=30)[1] == "The output was closed before its end.\n"
    assert process.returncode == 1


@pytest.mark.parametrize("format_", [one for one in Format if one is not Format.TABLE])
def test_a_group_is_written_before_the_next_one_is_asked_for(format_: Format) -> None:
    """What is written is not held: the size of an account makes no difference to the memory."""
    out = io.StringIO()

    def groups() -> Iterator[Group]:
        for number in range(3):
            if number:
                assert f"zone-{number - 1}" in out.getvalue()
            limit = found.limit(LimitIdentity(f"zone-{number}", "www.example.com", "Overseas"), 500)
            assert isinstance(limit, Found)
            yield Group(f"zone-{number}", [limit])

    WRITERS[format_](groups(), out)
    assert "zone-2" in out.getvalue()


def test_an_import_file_may_have_thousands_of_entries() -> None:
    rows = [found.limit(LimitIdentity("zone-1", f"{number}.example.com", "Overseas"), 500) for number in range(2000)]
    out = io.StringIO()
    WRITERS[Format.PULUMI_IMPORT]([Group("zone-1", [row for row in rows if isinstance(row, Found)])], out)
    assert len(json.loads(out.getvalue())["resources"]) == 2000


LABELS = st.text("ab-.", min_size=1, max_size=4).map(lambda text: f"a{text}a".replace(".-", ".").replace("-.", "."))
LIMITS = st.builds(LimitIdentity, st.text("abO-z", min_size=1, max_size=5), LABELS, st.sampled_from(["Overseas"]))
QUOTAS = st.builds(
    QuotaIdentity,
    st.integers(1, 99),
    st.sampled_from(["Image", "Text"]),
    st.none() | st.text("ab1", min_size=1, max_size=2),
)


@settings(deadline=None, derandomize=True, database=None)
@given(st.tuples(LIMITS, LIMITS))
def test_two_limits_never_have_the_same_name(keys: tuple[LimitIdentity, LimitIdentity]) -> None:
    one, other = (found.limit(key, 500) for key in keys)
    if isinstance(one, Found) and isinstance(other, Found):
        assert (one.name == other.name) == (one.id == other.id)


@settings(deadline=None, derandomize=True, database=None)
@given(st.tuples(QUOTAS, QUOTAS))
def test_two_quotas_never_have_the_same_name(keys: tuple[QuotaIdentity, QuotaIdentity]) -> None:
    one, other = (found.quota(key, QuotaRow(5)) for key in keys)
    assert isinstance(one, Found)
    assert isinstance(other, Found)
    assert (one.name == other.name) == (keys[0] == keys[1])


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(area_form="as_zones", token_form="masked")}])
def test_a_row_that_cannot_be_recognised_is_a_line_and_the_rest_is_listed(emulator: Emulator, command: Command) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 5))
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    end = command("discover", "--all", "--format", "json")
    assert end.code == 1
    assert [row["id"] for row in json.loads(end.out)] == ["1#Image"]
    assert end.err.splitlines() == [
        "In zone zone-1 a row cannot be recognised: www.example.com in overseas.",
        "In sub-application 1 a row cannot be recognised: Text with a token that does not show.",
    ]
