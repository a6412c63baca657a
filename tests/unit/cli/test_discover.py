from __future__ import annotations

import importlib
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.dynamic.dynamic import serialize_provider

from tc_resources.cli.discover import DECLARING, WRITERS, Format
from tc_resources.cli.discovery import found
from tc_resources.cli.discovery.found import Found, Group
from tc_resources.cloud.identities import LimitIdentity, QuotaIdentity, digest
from tc_resources.cloud.services.quota_listing import QuotaRow
from tc_resources.provider import LimitProvider
from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault, Limit, Quota
from tests.unit.cli.conftest import Command

TOKEN = "an-api-token"
DIGEST = "8dfba01da860"
SECRET = f"apiToken-{DIGEST}"
STACKS = Path(__file__).parents[3] / "stacks"
LISTING = "DescribePrefetchOriginLimit"
DENIED = ErrorCode("UnauthorizedOperation.CamUnauthorized")


class Outcome(NamedTuple):
    code: int | str
    out: str
    lines: list[str]
    """What was said on standard error."""


Discover = Callable[..., Outcome]


@pytest.fixture
def discover(command: Command) -> Discover:
    """Run `tc-resources discover`."""

    def discover(*arguments: str) -> Outcome:
        code, out, err = command("discover", *arguments)
        return Outcome(code, out, err.splitlines())

    return discover


@pytest.fixture
def live(emulator: Emulator) -> Emulator:
    """Two zones with limits and a third without, a sub-application with quotas and another without."""
    emulator.put_limit(Limit("zone-2", "b.example.com", "Overseas", 700))
    emulator.put_limit(Limit("zone-1", "*.example.com", "MainlandChina", 600))
    emulator.put_limit(Limit("zone-1", "*.example.com", "Overseas", 500))
    emulator.put_quota(Quota(4, "Text", 70, usage=7))
    emulator.put_quota(Quota(4, "Text", 80, usage=8, api_token=TOKEN))
    emulator.put_quota(Quota(4, "Image", 0))
    emulator.put_zone("zone-3")
    emulator.put_sub_app(5)
    return emulator


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


@pytest.mark.usefixtures("live")
def test_json_has_the_inputs_of_each_and_the_usage_of_quotas(discover: Discover) -> None:
    rows = json.loads(discover("--all", "--format", "json").out)
    assert rows[0] == {
        "type": "PrefetchOriginLimit",
        "name": "*.example.com-MainlandChina-zone-1",
        "id": "zone-1#*.example.com#MainlandChina",
        "zone_id": "zone-1",
        "domain_name": "*.example.com",
        "area": "MainlandChina",
        "bandwidth": 600,
    }
    assert rows[-1] == {
        "type": "AigcQuota",
        "name": "4-Text-8dfba01da860",
        "id": "4#Text#8dfba01da860",
        "sub_app_id": 4,
        "quota_type": "Text",
        "quota_limit": 80,
        "token_digest": "8dfba01da860",
        "usage": 8,
    }


@pytest.mark.usefixtures("live")
def test_an_import_file_has_what_a_program_would_store_and_no_quota_with_a_token(discover: Discover) -> None:
    entries = json.loads(discover("--all", "--format", "pulumi-import").out)["resources"]
    assert [entry["id"] for entry in entries[2:]] == ["zone-2#b.example.com#Overseas", "4#Image", "4#Text"]
    provider = serialize_provider(LimitProvider("aigc_quota"))
    inputs = {
        "sub_app_id": 4,
        "quota_type": "Text",
        "quota_limit": 70,
        "adopt": False,
        "allow_below_usage": False,
        "__provider": provider,
    }
    assert entries[-1] == {
        "type": "pulumi-python:dynamic/tc_resources:AigcQuota",
        "name": "4-Text",
        "id": "4#Text",
        "inputs": inputs,
        "outputs": {**inputs, "written_at": 0},
    }
    assert entries[0]["inputs"] == entries[0]["outputs"]


@pytest.mark.usefixtures("live")
def test_an_import_file_of_the_native_face_has_ids_alone(discover: Discover) -> None:
    entries = json.loads(discover("--all", "--format", "pulumi-import", "--face", "native").out)["resources"]
    assert entries[-1] == {"type": "tc-resources:index:AigcQuota", "name": "4-Text", "id": "4#Text"}
    assert [entry["id"] for entry in entries[2:]] == ["zone-2#b.example.com#Overseas", "4#Image", "4#Text"]


@pytest.mark.usefixtures("live")
def test_a_program_of_the_native_face_takes_its_code(discover: Discover) -> None:
    dynamic = discover("--all", "--format", "python").out
    native = discover("--all", "--format", "python", "--face", "native").out
    assert native == dynamic.replace("import tc_resources", "import pulumi_tc_resources as tc_resources")


@pytest.mark.usefixtures("live")
def test_a_project_in_yaml_declares_all(discover: Discover) -> None:
    project = yaml.safe_load(discover("--all", "--format", "yaml").out)
    assert len(project["resources"]) == 6
    assert project["resources"]["4-Text-8dfba01da860"] == {
        "type": "tc-resources:AigcQuota",
        "properties": {"subAppId": 4, "quotaType": "Text", "quotaLimit": 80, "apiToken": f"${{{SECRET}}}"},
        "options": {"protect": True},
    }
    assert project["config"] == {SECRET: {"type": "string", "secret": True}}


@pytest.mark.usefixtures("live")
def test_a_program_in_typescript_declares_all(discover: Discover) -> None:
    program = discover("--all", "--format", "typescript").out
    assert program.count("new tc.") == 6
    assert program.endswith(
        'new tc.AigcQuota(\n    "4-Text-8dfba01da860",\n    {\n        subAppId: 4,\n        quotaType: "Text",\n'
        f'        quotaLimit: 80,\n        apiToken: token("{DIGEST}"),\n    }},\n    kept,\n);\n'
    )


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("format_", Format)
def test_a_token_is_never_written_and_a_form_that_needs_it_says_how_to_set_it(
    discover: Discover, format_: Format
) -> None:
    code, out, lines = discover("--all", "--format", format_.value)
    assert TOKEN not in out + "\n".join(lines)
    assert code == 0
    commands = [line for line in lines if line.startswith("pulumi")]
    assert commands == ([f"pulumi config set --secret {SECRET}"] if format_ in DECLARING else [])
    reads = {Format.PYTHON: f'token("{DIGEST}")', Format.TYPESCRIPT: f'token("{DIGEST}")'}.get(format_, SECRET)
    assert (reads in out) == (format_ in DECLARING and format_ is not Format.PULUMI_IMPORT)


@pytest.mark.usefixtures("live")
def test_a_config_block_is_one_that_the_program_in_stacks_takes(
    discover: Discover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(STACKS)
    config = yaml.safe_load(discover("--all", "--format", "config").out)["config"]
    values = {key.removeprefix("tencent-limits:"): value for key, value in config.items()}
    environment = importlib.import_module("environment").Environment.model_validate(values)
    assert environment.model_dump(exclude_defaults=True) == {
        "sites": [
            {
                "name": "zone-1",
                "zone_id": "zone-1",
                "domains": [
                    {"name": "*.example.com", "bandwidth": {"MainlandChina": {"mbps": 600}, "Overseas": {"mbps": 500}}}
                ],
            },
            {
                "name": "zone-2",
                "zone_id": "zone-2",
                "domains": [{"name": "b.example.com", "bandwidth": {"Overseas": {"mbps": 700}}}],
            },
        ],
        "applications": [
            {
                "name": "4",
                "sub_app_id": 4,
                "quotas": {"Image": {"limit": 0}, "Text": {"limit": 70}},
                "periods": {},
                "tokens": [{"name": "token-8dfba01da860", "limit": 80, "secret": SECRET}],
            }
        ],
        "protect": True,
    }


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    ("arguments", "code", "missing"),
    [
        (["--zone", "zone-9", "--zone", "zone-1"], 1, "zone zone-9"),
        (["--sub-app", "9", "--zone", "zone-1"], 1, "sub-application 9"),
        (["--zone", "zone-9"], 2, "zone zone-9"),
        (["--zone", "zone-3", "--sub-app", "5", "--zone", "zone-1"], 0, None),
    ],
)
def test_what_does_not_exist_is_told_from_what_is_empty(
    discover: Discover, arguments: list[str], code: int, missing: str | None
) -> None:
    outcome = discover(*arguments, "--format", "json")
    assert outcome.code == code
    assert outcome.lines == (
        [f"Listing {missing} failed. The account of this key does not have it."] if missing else []
    )
    assert len(json.loads(outcome.out)) == (0 if code == 2 else 2)


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


@pytest.fixture
def tokens(emulator: Emulator) -> Emulator:
    emulator.put_token(4, "an-api-token", '{"ip":{"203.0.113.7":true}}')
    emulator.put_quota(Quota(4, "Text", 7, api_token="an-api-token"))
    emulator.put_quota(Quota(4, "Text", 8, api_token="gone"))
    return emulator


TOKEN_ID, TOKEN_NAME = "4#8dfba01da860", "4-token-8dfba01da860"


def test_a_found_token_is_declared_and_its_quota_takes_it_from_there(tokens: Emulator, discover: Discover) -> None:
    code, out, lines = discover("--sub-app", "4", "--format", "python")
    assert code == 0
    assert f'token_8dfba01da860 = tc_resources.AigcApiToken(\n    "{TOKEN_NAME}",\n    sub_app_id=4,\n' in out
    assert '    ip_allow_list=["203.0.113.7"],\n' in out
    assert "    api_token=token_8dfba01da860.api_token,\n" in out
    compile(out, "program", "exec")
    assert lines[1:] == [f"pulumi config set --secret apiToken-{digest('gone')}"]
    assert "an-api-token" not in out
    assert tokens.writes == []


@pytest.mark.usefixtures("tokens")
def test_a_found_token_is_imported_by_its_digest(discover: Discover) -> None:
    ours = json.loads(discover("--sub-app", "4", "--format", "pulumi-import").out)["resources"]
    assert [(entry["id"], entry["inputs"]["ip_allow_list"]) for entry in ours] == [(TOKEN_ID, ["203.0.113.7"])]
    assert "api_token" not in ours[0]["outputs"]
    native = json.loads(discover("--sub-app", "4", "--format", "pulumi-import", "--face", "native").out)["resources"]
    assert native == [{"type": "tc-resources:index:AigcApiToken", "name": TOKEN_NAME, "id": TOKEN_ID}]


@pytest.mark.usefixtures("tokens")
def test_programs_of_other_languages_declare_found_tokens(discover: Discover) -> None:
    assert "    apiToken: token_8dfba01da860.apiToken,\n" in discover("--sub-app", "4", "--format", "typescript").out
    project = yaml.safe_load(discover("--sub-app", "4", "--format", "yaml").out)["resources"]
    assert project[TOKEN_NAME]["properties"] == {"subAppId": 4, "ipAllowList": ["203.0.113.7"]}
    assert project["4-Text-8dfba01da860"]["properties"]["apiToken"] == f"${{{TOKEN_NAME}.apiToken}}"
    config = discover("--sub-app", "4", "--format", "config")
    assert any("apiToken-8dfba01da860" in line for line in config.lines)


@pytest.mark.usefixtures("tokens")
def test_a_table_and_json_have_a_row_for_each_token(discover: Discover) -> None:
    assert "203.0.113.7" in discover("--sub-app", "4").out
    row = json.loads(discover("--sub-app", "4", "--format", "json").out)[0]
    assert row == {
        "type": "AigcApiToken",
        "name": TOKEN_NAME,
        "id": TOKEN_ID,
        "sub_app_id": 4,
        "ip_allow_list": ["203.0.113.7"],
        "token_digest": "8dfba01da860",
    }


def test_tokens_that_may_not_be_listed_are_a_line_and_the_quotas_are_listed(
    tokens: Emulator, discover: Discover
) -> None:
    tokens.script(Fault(ErrorCode("UnauthorizedOperation"), "DescribeAigcApiTokens"))
    code, out, lines = discover("--sub-app", "4", "--format", "json")
    assert (code, len(json.loads(out))) == (1, 2)
    assert lines[0].startswith("Listing the API tokens of sub-application 4 failed. vod:DescribeAigcApiTokens answered")
