"""What programs read of the service without putting it into their state."""

from __future__ import annotations

from unittest.mock import patch

import pulumi
import pytest
from pulumi.runtime import set_all_config

from tc_resources import get_limit, get_quota
from tc_resources.cloud.client import Client
from tc_resources.dynamic.functions import LiveQuota
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Quota


@pytest.fixture(autouse=True)
def _account(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENCENTCLOUD_ENDPOINT", emulator.url)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", emulator.secret_id)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", emulator.secret_key)


def test_a_quota_is_read_with_its_usage_and_by_its_token(emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Text", 100, usage=7, api_token="an-api-token"))
    emulator.put_quota(Quota(1, "Text", 5))
    assert get_quota(1, "Text", "an-api-token") == LiveQuota(limit=100, usage=7)
    assert get_quota(1, "Text") == LiveQuota(limit=5, usage=0)
    assert get_quota(1, "Image") is None


def test_a_limit_is_read_by_its_normal_form(emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    assert get_limit("zone-1", "WWW.example.com.", "Overseas") == 300
    assert get_limit("zone-1", "www.example.com", "MainlandChina") is None


def test_the_stacks_config_comes_before_the_environment(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    for name in ("ENDPOINT", "SECRET_ID", "SECRET_KEY"):
        monkeypatch.setenv(f"TENCENTCLOUD_{name}", "http://127.0.0.1:9")
    request.addfinalizer(lambda: set_all_config({}))
    stacks = {"endpoint": emulator.url, "secretId": emulator.secret_id, "secretKey": emulator.secret_key}
    set_all_config({f"tc-resources:{setting}": value for setting, value in stacks.items()})
    emulator.put_quota(Quota(1, "Image", 100))
    assert get_quota(1, "Image") == LiveQuota(limit=100, usage=0)


def test_a_reading_is_one_operation_with_its_time_limit(emulator: Emulator) -> None:
    emulator.put_sub_app(1)
    with patch.object(Client, "operation", autospec=True, side_effect=Client.operation) as operation:
        assert get_quota(1, "Image") is None
        assert get_limit("zone-1", "www.example.com", "Overseas") is None
    assert operation.call_count == 2


def test_a_failure_ends_the_program_in_one_line(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator.script(Fault(ErrorCode("ResourceNotFound.UserNotExist")))
    with pytest.raises(pulumi.RunError, match=r"Reading the Image quota of sub-application 1 failed\. vod:Describe"):
        get_quota(1, "Image")
    with pytest.raises(pulumi.RunError, match="domain_name must have no blanks"):
        get_limit("zone-1", "a b", "Overseas")
    with pytest.raises(pulumi.RunError, match="quota_type must be one of Image, Video, Text"):
        get_quota(1, "image")
    with pytest.raises(pulumi.RunError, match="area must be one of Overseas, MainlandChina"):
        get_limit("zone-1", "www.example.com", "overseas")
    monkeypatch.delenv("TENCENTCLOUD_SECRET_ID")
    with pytest.raises(pulumi.RunError, match="TENCENTCLOUD_SECRET_ID not set"):
        get_limit("zone-1", "www.example.com", "Overseas")
