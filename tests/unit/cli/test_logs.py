from __future__ import annotations

import json

import pytest

from tc_resources.testing.emulator import Emulator, Quota
from tests.unit.cli.conftest import Command


@pytest.mark.usefixtures("log")
def test_a_command_logs_to_standard_error_and_writes_what_it_always_writes(
    command: Command, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.put_quota(Quota(4, "Text", 80, api_token="an-api-token"))
    monkeypatch.setenv("TC_RESOURCES_LOG", "debug")
    end = command("discover", "--sub-app", "4", "--format", "json")
    assert [row["id"] for row in json.loads(end.out)] == ["4#Text#8dfba01da860"]
    told = [line for line in end.err.splitlines() if line.startswith("tc-resources ")]
    calls = [f"vod:DescribeAigcQuotas 4#{quota_type}" for quota_type in ("Image", "Video", "Text")]
    for call, line in zip([*calls, "vod:DescribeAigcApiTokens 4"], told, strict=True):
        assert f"{call}: ok, RequestId " in line
    assert "an-api-token" not in end.out + end.err


def test_a_value_that_is_none_is_told_and_the_command_runs(
    command: Command, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.put_sub_app(4)
    monkeypatch.setenv("TC_RESOURCES_LOG", "all")
    end = command("discover", "--sub-app", "4", "--format", "json")
    assert json.loads(end.out) == []
    assert "TC_RESOURCES_LOG is 'all'; it is one of info, debug." in end.err
