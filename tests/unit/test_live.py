"""What programs read of the service without putting it into their state."""

from __future__ import annotations

import pulumi
import pytest

from tc_resources import get_limit, get_quota
from tc_resources.live import LiveQuota
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
