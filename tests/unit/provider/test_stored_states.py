"""What earlier releases have stored, as the engine hands it to today's provider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tc_resources.dynamic.resource import pickled_provider
from tc_resources.limits.names import of_either_face
from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.unit.provider.host import AnyHost, Run

STATES = Path(__file__).parents[2] / "state"
DYNAMIC = "pulumi-python:dynamic/tc_resources:"
OURS = (DYNAMIC, "tc-resources:index:")
KINDS = {"AigcQuota": "aigc_quota", "PrefetchOriginLimit": "prefetch_origin_limit"}
TOKEN = "emulator-token"


def rows(*types: str) -> list[Any]:
    """Every resource of ours in every stored state, or those of which the type begins so."""
    found = []
    for file in sorted(STATES.glob("**/*.json")):
        state = json.loads(file.read_text(encoding="utf-8"))
        ours = [row for row in state["deployment"]["resources"] if row["type"].startswith(OURS) and name(row) in KINDS]
        assert {name(row) for row in ours} == KINDS.keys()
        found += [
            pytest.param(row, id=f"{file.relative_to(STATES)} {row['id']}")
            for row in ours
            if row["type"].startswith(types or OURS)
        ]
    return found


def name(row: dict[str, Any]) -> str:
    """What the class is called."""
    return str(row["type"]).rpartition(":")[2]


def opened(props: dict[str, Any]) -> dict[str, Any]:
    """Properties as a provider gets them: the only secret among them is the token."""
    known = {key: TOKEN if isinstance(value, dict) else value for key, value in props.items() if key != "__provider"}
    return of_either_face(known)


@pytest.fixture
def stored(request: pytest.FixtureRequest, emulator: Emulator) -> dict[str, Any]:
    """A stored resource, whose setting is in force."""
    row: dict[str, Any] = request.param
    inputs = opened(row["inputs"])
    if row["type"].endswith("AigcQuota"):
        address = (inputs["sub_app_id"], inputs["quota_type"], inputs["quota_limit"])
        emulator.put_quota(Quota(*address, api_token=inputs.get("api_token")))
    else:
        emulator.put_limit(Limit(*(inputs[name] for name in ("zone_id", "domain_name", "area", "bandwidth"))))
    return row


@pytest.fixture
def host(stored: dict[str, Any], run: Run) -> AnyHost:
    return run.quotas if stored["type"].endswith("AigcQuota") else run.limits


@pytest.mark.parametrize("stored", rows(DYNAMIC), indirect=True)
def test_it_has_the_provider_that_a_program_stores_today(stored: dict[str, Any]) -> None:
    today = pickled_provider(KINDS[name(stored)])
    assert (stored["inputs"]["__provider"], stored["outputs"]["__provider"]) == (today, today)


@pytest.mark.parametrize("stored", rows(), indirect=True)
def test_it_previews_clean_and_calls_nothing(host: AnyHost, stored: dict[str, Any], emulator: Emulator) -> None:
    inputs, outputs = opened(stored["inputs"]), opened(stored["outputs"])
    assert host.check(inputs, olds=inputs) == (inputs, [])
    assert host.diff(outputs, inputs) == (False, [])
    assert emulator.calls == []


@pytest.mark.parametrize("stored", rows(), indirect=True)
def test_it_is_read_as_it_was_stored(host: AnyHost, stored: dict[str, Any]) -> None:
    inputs, outputs = opened(stored["inputs"]), opened(stored["outputs"])
    assert host.read(stored["id"], outputs) == (stored["id"], outputs, inputs)


@pytest.mark.parametrize("stored", rows(), indirect=True)
def test_it_is_deleted_by_one_write(host: AnyHost, stored: dict[str, Any], emulator: Emulator) -> None:
    host.delete(stored["id"], opened(stored["outputs"]))
    assert [call.code for call in emulator.writes] == [None]
