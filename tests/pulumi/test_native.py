"""The native face on the real CLI: a plugin that this installation serves, and programs in YAML."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tc_resources.cloud.identities import digest
from tc_resources.testing.emulator import Behaviour, Emulator, Limit, Quota
from tests.pulumi import pulumi_cli
from tests.pulumi.native import NativeStack, call, limit, provider, quota
from tests.pulumi.pulumi_cli import Stack, ends, writes

TOKEN = "a-secret-token"
TEXT = quota("text", quotaType="Text", quotaLimit=7, apiToken=TOKEN)


@pytest.fixture
def stack(plugin: dict[str, str], new_stack: Callable[[str], Stack]) -> NativeStack:
    made = new_stack("stack")
    return NativeStack(made.folder, {**made.environ, **plugin})


def test_a_stack_lives_from_its_first_up_to_its_destroy(stack: NativeStack, emulator: Emulator) -> None:
    stack.write(limit(), quota(), TEXT, outputs={"zone": "${www.zoneId}", "written": "${text.writtenAt}"})
    stack.run("preview")
    assert writes(emulator) == []
    stack.run("up")
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]
    assert {*emulator.quotas()} == {Quota(1, "Image", 2000), Quota(1, "Text", 7, api_token=TOKEN)}
    assert stack.outputs()["zone"] == "zone-1"
    assert stack.outputs()["written"] > 0
    before = len(writes(emulator))
    stack.run("up", "--expect-no-changes")
    stack.run("refresh", "--expect-no-changes")
    assert len(writes(emulator)) == before
    stack.write(limit(bandwidth=600), quota(), TEXT)
    assert "bandwidth: 500 => 600" in stack.run("preview", "--diff")
    stack.run("up")
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 600)]
    stack.run("destroy")
    assert emulator.limits() == []
    assert emulator.quotas() == []


def test_a_token_lies_nowhere_in_plain_text(stack: NativeStack) -> None:
    stack.write(TEXT)
    told = stack.run("up")
    assert TOKEN not in told + json.dumps(stack.export()) + stack.run("preview", "--diff")
    assert stack.natives()["text"]["id"] == f"1#Text#{digest(TOKEN)}"


def test_functions_answer_a_program_and_put_nothing_into_force(stack: NativeStack, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 7, usage=3))
    emulator.put_zone("zone-1")
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "quota": ("getQuota", {"subAppId": 1, "quotaType": "Image"}),
        "none": ("getLimit", {"zoneId": "zone-1", "domainName": "www.example.com", "area": "Overseas"}),
        "used": ("getUsage", {"subAppId": 1, "aigcType": "Text", "days": 7}),
        "now": ("currentPeriod", {"kind": "monthly", "zone": "Etc/UTC"}),
    }
    stack.write(outputs={name: call(*of) for name, of in asked.items()})
    stack.run("up")
    told = stack.outputs()
    assert told["quota"] == {"quotaLimit": 7, "usage": 3}
    assert told["none"] == {}
    assert told["used"] == {"total": 0, "tasks": 0, "byDay": {}, "byModel": {}}
    assert re.fullmatch(r"\d{4}-\d\d", told["now"]["period"])
    assert writes(emulator) == []


def test_what_is_there_already_is_taken_over_and_told_on_its_row(stack: NativeStack, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    stack.write(limit())
    row = next(line for line in stack.run("up").splitlines() if "was there already with 500 Mbps" in line)
    assert "PrefetchOriginLimit www" in row or row.strip().startswith("The prefetch origin limit")


def test_one_that_is_there_is_imported_by_its_id(stack: NativeStack, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    stack.write()
    stack.run("import", "tc-resources:index:PrefetchOriginLimit", "www", "zone-1#www.example.com#Overseas")
    stack.write(limit())
    stack.run("preview", "--expect-no-changes")
    assert writes(emulator) == []


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        ("zone-1#none.example.com#Overseas", "(zone-1) failed. There is none."),
        ("nonsense", 'Reading the resource failed. "nonsense" is not an id of this kind of resource'),
    ],
)
def test_an_id_that_is_wrong_or_of_nothing_is_a_line(
    stack: NativeStack, emulator: Emulator, id_: str, told: str
) -> None:
    emulator.put_zone("zone-1")
    stack.write()
    output = stack.fail("import", "tc-resources:index:PrefetchOriginLimit", "www", id_)
    assert told in output
    assert "Traceback" not in output


def test_a_tokens_quota_is_imported_by_its_digest_with_the_token_given(stack: NativeStack, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Text", 7, api_token=TOKEN))
    name, declared = TEXT
    stack.write((name, {**declared, "options": {"import": f"1#Text#{digest(TOKEN)}"}}))
    stack.run("up")
    stack.write(TEXT)
    stack.run("up", "--expect-no-changes")
    assert writes(emulator) == []
    stack.run("refresh", "--expect-no-changes")
    stack.run("destroy")
    assert emulator.quotas() == []


def test_an_instance_has_a_key_of_its_own_and_the_rest_from_the_stack(stack: NativeStack, emulator: Emulator) -> None:
    for name in ("SECRET_ID", "SECRET_KEY", "ENDPOINT"):
        del stack.environ[f"TENCENTCLOUD_{name}"]
    stack.run("config", "set", "tc-resources:endpoint", emulator.url)
    media = provider("media", secretId=emulator.secret_id, secretKey=emulator.secret_key)
    stack.write(media, limit(options={"provider": "${media}"}))
    stack.run("up")
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]
    assert emulator.secret_key not in json.dumps(stack.export())
    stack.run("up", "--expect-no-changes")
    stack.run("destroy")
    assert emulator.limits() == []


def test_without_credentials_it_says_that_the_other_provider_s_config_is_not_seen(stack: NativeStack) -> None:
    for name in ("SECRET_ID", "SECRET_KEY"):
        del stack.environ[f"TENCENTCLOUD_{name}"]
    stack.run("config", "set", "--secret", "tencentcloud:secretId", "AKIDEMULATOR")
    stack.write(limit())
    assert "what is under tencentcloud: does not count here" in stack.fail("up")


def test_an_unknown_setting_is_refused_by_the_nearest_and_its_value_is_not_shown(stack: NativeStack) -> None:
    stack.run("config", "set", "--plaintext", "tc-resources:secretkey", "hidden")
    stack.write(limit())
    told = stack.fail("preview")
    assert "tc-resources:secretkey is no setting of tc-resources; the nearest is tc-resources:secretKey." in told
    assert "hidden" not in told


def discover(stack: Stack, *arguments: str) -> str:
    """What the installed command writes."""
    command = shutil.which("tc-resources", path=stack.environ["PATH"])
    assert command
    words = [command, "discover", "--all", *arguments]
    return subprocess.run(words, env=stack.environ, capture_output=True, text=True, check=True).stdout  # noqa: S603 - the command that a user runs


def test_what_is_discovered_is_imported_and_matches_its_program(stack: NativeStack, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "*.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 7))
    emulator.put_quota(Quota(1, "Text", 7, api_token=TOKEN))
    stack.write()
    (stack.folder / "import.json").write_text(discover(stack, "--format", "pulumi-import", "--face", "native"))
    stack.run("import", "--file", "import.json", "--protect")
    program = discover(stack, "--format", "yaml").replace("name: tencent-limits", f"name: {pulumi_cli.PROJECT}")
    (stack.folder / "Pulumi.yaml").write_text(program)
    stack.run("config", "set", "--secret", f"apiToken-{digest(TOKEN)}", TOKEN)
    assert "1 created" in stack.run("up")
    assert [call.action for call in writes(emulator)] == ["ModifyAigcQuota"]
    stack.run("up", "--expect-no-changes")


DYNAMIC = (
    pulumi_cli.limit(),
    pulumi_cli.quota("text", quota_type="Text", quota_limit=7, api_token=TOKEN, period="2026-11", reset_limit=5),
)
NATIVE = (limit(), quota("text", quotaType="Text", quotaLimit=7, apiToken=TOKEN, period="2026-11", resetLimit=5))
WAS = 'ResourceOptions(aliases=[pulumi.Alias(type_="tc-resources:index:{}")])'
ALIASED = tuple(
    line.replace("opts=None", f"opts={WAS.format(kind)}")
    for line, kind in zip(DYNAMIC, ("PrefetchOriginLimit", "AigcQuota"), strict=True)
)


def test_a_stack_moves_from_the_dynamic_face_and_back_without_a_write(stack: NativeStack, emulator: Emulator) -> None:
    stack.declare(*DYNAMIC)
    stack.run("up")
    before = [*writes(emulator)]
    stack.write(*NATIVE, outputs={"zone": "${www.zoneId}"})
    assert "replace" not in stack.run("up")
    stack.run("up", "--expect-no-changes")
    assert stack.outputs() == {"zone": "zone-1"}
    assert "__provider" not in json.dumps(stack.export())
    stack.declare(*ALIASED)
    assert "replace" not in stack.run("up")
    stack.run("up", "--expect-no-changes")
    assert writes(emulator) == before
    stack.run("destroy")
    assert emulator.limits() == []
    assert emulator.quotas() == [Quota(1, "Text", 5, api_token=TOKEN)]


def test_a_move_without_aliases_keeps_every_setting(stack: NativeStack, emulator: Emulator) -> None:
    stack.write(*NATIVE)
    stack.run("up")
    stack.declare(*DYNAMIC)
    stack.run("up")
    assert ends(emulator) == []
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]
    assert emulator.quotas() == [Quota(1, "Text", 7, api_token=TOKEN)]


EXAMPLES = Path(__file__).parents[2] / "examples"
TOOLS = {"python": "python3", "nodejs": "npm", "go": "go", "yaml": "sh"}
"""What the code for a runtime is made with, beside the CLI's language host."""

OWN = ("GO", "NPM_CONFIG_", "PIP_")
REGISTRIES = {name: value for name, value in os.environ.items() if name.upper().startswith(OWN)}
"""How this machine reaches the registries that hold Pulumi's SDKs, and what it has of them already."""
for _name, _folder in {"GOPATH": "go", "GOCACHE": ".cache/go-build", "npm_config_cache": ".npm"}.items():
    REGISTRIES.setdefault(_name, str(Path.home() / _folder))


def refuse_bad_input(example: Stack, emulator: Emulator) -> None:
    """In each language an up with its preview tells a wrong value by its property in a line, and writes nothing."""
    right = example.run("config", "get", "bandwidth").strip()
    example.run("config", "set", "bandwidth", "50")
    told = example.fail("update", "--yes", "--suppress-progress")
    lines = {line.partition(": property ")[2] for line in told.splitlines() if "has a problem" in line}
    assert lines == {"bandwidth value {50} has a problem: must be a whole number from 100 to 100000 (Mbps)"}
    assert "/tc_resources/" not in told  # the engine interrupts a program, which may show where that met it
    assert writes(emulator) == []
    example.run("config", "set", "bandwidth", right)


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(token_lag=0.0)}])
@pytest.mark.parametrize("runtime", TOOLS)
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_example_runs(stack: NativeStack, emulator: Emulator, runtime: str, environment: str) -> None:
    for needed in (f"pulumi-language-{runtime}", TOOLS[runtime]):
        if shutil.which(needed, path=stack.environ["PATH"]) is None:
            pytest.skip(f"{needed} is not on PATH")
    folder = shutil.copytree(EXAMPLES / {"nodejs": "typescript"}.get(runtime, runtime), stack.folder / runtime)
    example = NativeStack(folder, {**stack.environ, **REGISTRIES, "PIP_NO_INDEX": ""})
    (folder / "backend").mkdir()
    example.patience = 600
    del example.environ["PULUMI_STACK"]
    example.run("stack", "init", environment)
    example.run("package", "add", "tc-resources")
    refuse_bad_input(example, emulator)
    example.run("up")
    assert {found.domain_name.partition(".")[0] for found in emulator.limits()} == {"static", "www"}
    (token,) = emulator.tokens()
    assert {found.api_token for found in emulator.quotas()} == {None, token.api_token}
    assert json.loads(example.run("stack", "output", "--json", "--show-secrets"))["token"] == token.api_token
    before = len(writes(emulator))
    example.run("up", "--expect-no-changes")
    example.run("refresh", "--expect-no-changes")
    assert len(writes(emulator)) == before
    example.run("config", "set", "keepTokens", "false")
    example.run("up")
    example.run("destroy")
    assert (emulator.limits(), emulator.quotas(), emulator.tokens()) == ([], [], [])
