from __future__ import annotations

import json

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from tc_resources.provider import LimitProvider
from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.pulumi.pulumi_cli import Stack, limit, quota, writes

TYPE = "pulumi-python:dynamic/tc_resources"


@pytest.fixture
def live(emulator: Emulator) -> Emulator:
    """An account with settings that nobody manages yet."""
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 2000))
    return emulator


def test_get_reads_settings_that_the_program_does_not_manage(stack: Stack, live: Emulator) -> None:
    stack.declare(
        'www = PrefetchOriginLimit.get("www", "zone-1#www.example.com#Overseas")',
        'images = AigcQuota.get("images", "1#Image")',
        'pulumi.export("bandwidth", www.bandwidth)',
        'pulumi.export("limit", images.quota_limit)',
    )
    stack.run("up")
    assert stack.outputs() == {"bandwidth": 500, "limit": 2000}
    stack.run("destroy")
    assert writes(live) == []


def test_an_import_file_brings_settings_in_so_that_the_next_preview_shows_no_change(
    stack: Stack, live: Emulator
) -> None:
    www = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500, "adopt": False}
    images = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 2000, "adopt": False}
    entries = [
        ("PrefetchOriginLimit", "prefetch_origin_limit", "www", "zone-1#www.example.com#Overseas", www, {}),
        ("AigcQuota", "aigc_quota", "images", "1#Image", images, {"written_at": 0}),
    ]
    resources = []
    for kind, provider, name, id_, props, more in entries:
        inputs = {**props, "__provider": serialize_provider(LimitProvider(provider))}
        resources.append(
            {"type": f"{TYPE}:{kind}", "name": name, "id": id_, "inputs": inputs, "outputs": {**inputs, **more}}
        )
    file = stack.folder / "import.json"
    file.write_text(json.dumps({"resources": resources}), encoding="utf-8")
    stack.run("import", "--file", str(file))
    stack.declare(limit("www"), quota("images"))
    stack.run("preview", "--expect-no-changes")
    stack.run("refresh", "--expect-no-changes")
    assert writes(live) == []
    stack.run("destroy")
    assert (live.limits(), live.quotas()) == ([], [])


def test_to_get_what_is_not_there_fails_the_run(stack: Stack, emulator: Emulator) -> None:
    emulator.put_zone("zone-1")
    stack.declare('PrefetchOriginLimit.get("www", "zone-1#nothing.example.com#Overseas")')
    assert "There is none." in stack.fail("preview")
