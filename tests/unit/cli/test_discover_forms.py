"""What discover writes: JSON, import files, programs and config."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
import yaml
from pulumi.dynamic.dynamic import serialize_provider

from tc_resources.cli.discover import DECLARING, Format
from tc_resources.provider import LimitProvider
from tests.unit.cli.conftest import DIGEST, TOKEN, Discover

SECRET = f"apiToken-{DIGEST}"
STACKS = Path(__file__).parents[3] / "stacks"


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
