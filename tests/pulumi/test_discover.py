"""What `tc-resources discover` writes is what the engine takes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.pulumi.pulumi_cli import PATIENCE, Stack, writes

TOKEN = "an-api-token"
SECRET = "apiToken-8dfba01da860"
NAMES = [
    "200000004-Image",
    "200000004-Text",
    "200000004-Video",
    "*.example.com-MainlandChina-zone-1",
    "*.example.com-Overseas-zone-1",
    "www.example.com-Overseas-zone-2",
]


@pytest.fixture
def live(emulator: Emulator) -> Emulator:
    """An account with limits and quotas that nobody manages yet."""
    emulator.put_limit(Limit("zone-1", "*.example.com", "Overseas", 500))
    emulator.put_limit(Limit("zone-1", "*.example.com", "MainlandChina", 600))
    emulator.put_limit(Limit("zone-2", "www.example.com", "Overseas", 700))
    emulator.put_quota(Quota(200000004, "Image", 0))
    emulator.put_quota(Quota(200000004, "Text", 70, usage=90))
    emulator.put_quota(Quota(200000004, "Video", 2**53 - 1))
    return emulator


def discover(stack: Stack, *arguments: str) -> str:
    """What the installed command writes."""
    command = ["tc-resources", "discover", *arguments]
    done = subprocess.run(  # noqa: S603 - the command that a user runs
        command, env=stack.environ, cwd=stack.folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def bring_in(stack: Stack, *arguments: str, protect: bool = True) -> None:
    """Import what is found and take the program that matches."""
    Path(stack.folder, "import.json").write_text(discover(stack, *arguments, "--format", "pulumi-import"))
    flag = f"--protect={json.dumps(protect)}"
    stack.run("import", "--file", "import.json", flag)
    Path(stack.folder, "__main__.py").write_text(discover(stack, *arguments, "--format", "python"))


@pytest.mark.parametrize("protect", [True, False])
def test_after_the_import_the_program_that_matches_previews_and_refreshes_without_a_change(
    stack: Stack, live: Emulator, protect: bool
) -> None:
    bring_in(stack, "--all", protect=protect)
    stack.run("preview", "--expect-no-changes")
    assert sorted(stack.resources()) == sorted(NAMES)
    stack.run("up", "--expect-no-changes")
    stack.run("refresh", "--expect-no-changes")
    stack.run("preview", "--expect-no-changes")
    assert writes(live) == []
    assert "protected" in stack.fail("destroy")


def test_what_was_imported_is_updated_and_destroyed_like_any_other(stack: Stack, live: Emulator) -> None:
    bring_in(stack, "--all")
    program = Path(stack.folder, "__main__.py")
    text = program.read_text().replace("protect=True", "protect=False")
    program.write_text(text.replace("bandwidth=700", "bandwidth=800").replace("quota_limit=70", "quota_limit=100"))
    stack.run("up")
    assert sorted((call.action, call.params.get("Bandwidth")) for call in writes(live)) == [
        ("ModifyAigcQuota", None),
        ("ModifyPrefetchOriginLimit", 800),
    ]
    stack.run("destroy")
    assert (live.limits(), live.quotas()) == ([], [])


def test_a_quota_with_a_token_is_taken_over_by_the_first_up(stack: Stack, live: Emulator) -> None:
    live.put_quota(Quota(200000004, "Text", 80, api_token=TOKEN))
    bring_in(stack, "--all")
    assert TOKEN not in "".join(path.read_text() for path in stack.folder.glob("*.*") if path.is_file())
    stack.run("config", "set", "--secret", SECRET, TOKEN)
    stack.run("up")
    assert [(call.action, call.params["QuotaLimit"]) for call in writes(live)] == [("ModifyAigcQuota", 80)]
    assert sorted(stack.resources()) == sorted([*NAMES, "200000004-Text-8dfba01da860"])
    assert TOKEN not in json.dumps(stack.export())
    stack.run("preview", "--expect-no-changes")


def test_a_terraform_state_is_brought_in_without_a_change(stack: Stack, live: Emulator) -> None:
    limits = [
        {"zone_id": one.zone_id, "domain_name": one.domain_name, "area": one.area, "bandwidth": one.bandwidth}
        for one in live.limits()
    ]
    quotas = [
        {"sub_app_id": one.sub_app_id, "quota_type": one.quota_type, "quota_limit": one.quota_limit, "usage": one.usage}
        for one in live.quotas()
    ]
    kinds = {"tencentcloud_teo_prefetch_origin_limit": limits, "tencentcloud_vod_aigc_quota": quotas}
    resources = [
        {"mode": "managed", "type": kind, "instances": [{"attributes": row} for row in rows]}
        for kind, rows in kinds.items()
    ]
    file = Path(stack.folder, "terraform.tfstate")
    file.write_text(json.dumps({"version": 4, "resources": resources}))
    bring_in(stack, "--from-tfstate", str(file))
    stack.run("preview", "--expect-no-changes")
    stack.run("refresh", "--expect-no-changes")
    assert sorted(stack.resources()) == sorted(NAMES)
    assert writes(live) == []
