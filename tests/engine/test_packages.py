"""Plugins of packages on the embedded engine, by the example of this package's native face."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tc_resources.testing import Emulator, LocalEngine
from tc_resources.testing.emulator import Limit, Quota
from tests.engine.trial import Trial

TOKEN = "token-of-chat"
MOVED = "Alias(type_='pulumi-python:dynamic/tc_resources:PrefetchOriginLimit')"
DYNAMIC = """
from tc_resources import PrefetchOriginLimit
PrefetchOriginLimit("www", zone_id="zone-1", domain_name="www.example.com", area="Overseas", bandwidth=500)
"""


def limit(bandwidth: int = 500, options: str = "", **given: str) -> str:
    props = {"zoneId": "zone-1", "domainName": "www.example.com", "area": "Overseas", "bandwidth": bandwidth, **given}
    return (
        f"pulumi.CustomResource('tc-resources:index:PrefetchOriginLimit', 'www', {props}, ResourceOptions({options}))"
    )


@pytest.fixture
def trial(tmp_path: Path, environment: dict[str, str], emulator: Emulator) -> Trial:
    (tmp_path / "Pulumi.yaml").write_text("name: toy\nruntime: python\n")
    (tmp_path / "cloud.json").write_text('{"things": {}, "calls": []}')
    trial = Trial(LocalEngine(tmp_path, env=environment, plugins={"tc-resources": "tc_resources.native"}), tmp_path)
    trial.config("tc-resources:endpoint", emulator.url)
    trial.config("tc-resources:secretId", emulator.secret_id, secret=True)
    trial.config("tc-resources:secretKey", emulator.secret_key, secret=True)
    return trial


@pytest.fixture
def exported(trial: Trial) -> Callable[[], str]:
    return lambda: json.dumps(trial.stack.export_stack().deployment)


@pytest.mark.parametrize("native_first", [True, False])
def test_two_of_both_faces_that_declare_one_setting_are_refused(
    trial: Trial, emulator: Emulator, native_first: bool
) -> None:
    dynamic = DYNAMIC.strip().replace("\nPrefetch", "\nfirst = Prefetch")
    if native_first:
        program = f"first = {limit()}\n{dynamic.removesuffix(')')}, opts=ResourceOptions(depends_on=first))"
    else:
        program = f"{dynamic}\n{limit(options='depends_on=first')}"
    told = trial.failing(trial.preview, program)
    assert '"a dynamic resource" and "www" are one and the same PrefetchOriginLimit' in told
    assert emulator.writes == []


def test_a_resource_lives_from_its_preview_to_its_destroy(trial: Trial, emulator: Emulator) -> None:
    assert trial.preview(limit()) == {"create": 2}
    assert emulator.writes == []
    assert trial.up() == {"create": 2}
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]
    assert trial.preview(limit(700)) == {"same": 1, "update": 1}
    assert trial.up() == {"same": 1, "update": 1}
    assert trial.up() == {"same": 2}
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 900))
    assert trial.refresh()["update"] == 1
    assert trial.up(limit(700, area="MainlandChina")) == {"same": 1, "replace": 1}
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "MainlandChina", 700)]
    trial.destroy()
    assert emulator.limits() == []


def test_a_preview_knows_the_id_and_not_what_the_write_tells(trial: Trial) -> None:
    trial.program(f"www = {limit()}\nwww.id.apply(print)")
    assert "zone-1#www.example.com#Overseas" in trial.stack.preview().stdout


def test_what_the_plugin_seals_is_sealed_in_the_state(
    trial: Trial, emulator: Emulator, exported: Callable[[], str]
) -> None:
    given = {"subAppId": 1, "quotaType": "Text", "quotaLimit": 7, "apiToken": TOKEN}
    trial.up(f"pulumi.CustomResource('tc-resources:index:AigcQuota', 'text', {given})")
    assert emulator.quotas() == [Quota(1, "Text", 7, api_token=TOKEN)]
    assert [secret for secret in (TOKEN, emulator.secret_id, emulator.secret_key) if secret in exported()] == []
    trial.refresh()
    assert TOKEN not in exported()


def test_bad_input_and_bad_settings_are_told_and_nothing_is_written(trial: Trial, emulator: Emulator) -> None:
    assert "bandwidth" in trial.failing(trial.up, limit(5))
    trial.config("tc-resources:ste", "intl")
    assert "tc-resources:ste" in trial.failing(trial.up, limit())
    assert emulator.calls == []


def test_an_instance_takes_from_the_stack_what_it_does_not_say(trial: Trial, emulator: Emulator) -> None:
    instance = "other = pulumi.ProviderResource('tc-resources', 'other', {})\n"
    assert trial.up(instance + limit(options="provider=other")) == {"create": 3}
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]
    assert trial.up() == {"same": 3}


def test_a_stack_moves_between_the_faces_without_a_write(trial: Trial, emulator: Emulator) -> None:
    trial.up(DYNAMIC)
    before = len(emulator.writes)
    assert trial.up(limit(options=f"aliases=[{MOVED}]")) == {"same": 1, "update": 1}
    assert trial.up() == {"same": 2}
    assert len(emulator.writes) == before


def test_a_function_answers_in_previews_too_and_its_failure_is_the_programs(trial: Trial, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 7, usage=3))
    asked = "export('caps', pulumi.runtime.invoke('tc-resources:index:getQuota', {}).value)"
    wanted = "{'subAppId': 1, 'quotaType': 'Image'}"
    trial.preview(asked.format(wanted))
    trial.up(asked.format(wanted))
    assert trial.outputs["caps"] == {"quotaLimit": 7, "usage": 3}
    told = trial.failing(trial.up, asked.format("{'subAppId': 1, 'quotaType': 'Audio'}"))
    assert "getQuota returned an error: quotaType must be one of Image, Video, Text." in told
    assert emulator.writes == []


MANY = """
for number in range(60):
    props = {"zoneId": "zone-1", "domainName": f"n{number}.example.com", "area": "Overseas", "bandwidth": 500}
    pulumi.CustomResource("tc-resources:index:PrefetchOriginLimit", f"n{number}", props)
"""
IMPORT = "import_='zone-1#www.example.com#Overseas'"


def test_what_is_there_is_imported_as_it_is_or_changed_at_once(trial: Trial, emulator: Emulator) -> None:
    emulator.put_zone("zone-1")
    assert "There is none." in trial.failing(trial.preview, limit(options=IMPORT))
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    assert trial.preview(limit(options=IMPORT)) == {"create": 1, "import": 1}
    assert trial.up() == {"create": 1, "import": 1}
    assert trial.up() == trial.up(limit()) == {"same": 2}
    assert emulator.writes == []
    assert trial.entry("www")["id"] == "zone-1#www.example.com#Overseas"
    trial.up("")
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    assert trial.up(limit(700, IMPORT)) == {"same": 1, "import": 1, "update": 1}
    assert [found.bandwidth for found in emulator.limits()] == [700]
    other = limit(options=IMPORT, area="MainlandChina").replace("'www'", "'other'", 1)
    assert "may not be replaced" in trial.failing(trial.preview, other)


@pytest.mark.parametrize("options", [{"latency": 0.2}])
def test_a_cancelled_up_ends_at_once_and_the_state_has_all_that_is_in_force(trial: Trial, emulator: Emulator) -> None:
    trial.program(MANY)
    with ThreadPoolExecutor() as pool:
        up = pool.submit(trial.failing, trial.up)
        while not emulator.limits():
            os.sched_yield()
        trial.stack.cancel()
        assert "update canceled" in up.result()
    managed = {row["id"] for row in trial.state if "::n" in row["urn"]}
    assert managed == {f"zone-1#{found.domain_name}#Overseas" for found in emulator.limits()}
    assert 0 < len(managed) < 60
    trial.up()
    assert len(emulator.limits()) == 60


def test_a_package_that_no_plugin_is_named_for_is_refused(trial: Trial) -> None:
    other = "pulumi.CustomResource('aws:s3/bucket:Bucket', 'b', {})"
    assert "providers other than Python dynamic ones ('aws'" in trial.failing(trial.up, other)
