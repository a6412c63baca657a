"""What programs read of the service without putting it into their state."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from unittest.mock import patch

import pulumi
import pytest
from pulumi.runtime import set_all_config

from tc_resources import current_period, get_limit, get_quota, get_usage
from tc_resources.cloud.bill import ZONE
from tc_resources.cloud.client import Client
from tc_resources.dynamic import functions
from tc_resources.dynamic.functions import LiveQuota
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Quota, Usage
from tests.account import account_of


@pytest.fixture(autouse=True)
def _account(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in account_of(emulator).items():
        monkeypatch.setenv(name, value)


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
    emulator.put_zone("zone-1")
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


@pytest.mark.parametrize(
    "read",
    [
        lambda: get_limit(pulumi.Output.from_input("zone-1"), "www.example.com", "Overseas"),  # type: ignore[arg-type]
        lambda: get_quota(1, "Text", pulumi.Output.secret("an-api-token")),  # type: ignore[arg-type]
        lambda: get_usage(pulumi.Output.from_input(1), "Text"),  # type: ignore[arg-type]
    ],
)
@pytest.mark.filterwarnings("ignore:There is no current event loop:DeprecationWarning")
def test_an_output_is_said_to_belong_into_apply(emulator: Emulator, read: Callable[[], object]) -> None:
    with pytest.raises(pulumi.RunError, match=r"^get_\w+ takes plain values, .* call it inside apply") as raised:
        read()
    assert "an-api-token" not in str(raised.value)
    assert emulator.calls == []


def test_usage_is_read_by_day_and_model_of_an_application_or_a_token(emulator: Emulator) -> None:
    now = datetime.now(ZONE)
    for model, amount, token in (("a", 1, None), ("b", 2, None), ("a", 4, "an-api-token")):
        emulator.put_usage(Usage(1, "Text", model, now, amount, api_token=token))
    found = get_usage(1, "Text")
    assert (found.total, found.tasks, found.by_model, sum(found.by_day.values())) == (7, 3, {"a": 5, "b": 2}, 7)
    assert get_usage(1, "Text", days=365, api_token="an-api-token").by_model == {"a": 4}
    emulator.put_sub_app(2)
    assert (get_usage(1, "Audio").total, get_usage(2, "Text").by_day) == (0, {})
    assert emulator.quotas() == []


def test_usage_of_what_may_be_another_accounts_is_not_none(emulator: Emulator) -> None:
    with pytest.raises(pulumi.RunError, match="sub-application 3 is none of the account of this key"):
        get_usage(3, "Text")
    assert [call.action for call in emulator.calls] == ["DescribeAigcUsageData", "DescribeSubAppIds"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"aigc_type": "3D"}, "aigc_type must be one of Image, Video, Text, Audio"),
        ({"days": 366}, "days must be a whole number from 1 to 365"),
        ({"sub_app_id": "1"}, "sub_app_id is text and must be a whole number"),
        ({"api_token": "a token"}, "api_token: must have no blanks"),
    ],
)
def test_usage_that_cannot_be_asked_for_is_refused_before_any_call(
    emulator: Emulator, arguments: dict[str, object], told: str
) -> None:
    given: dict[str, object] = {"sub_app_id": 1, "aigc_type": "Text", **arguments}
    with pytest.raises(pulumi.RunError, match=told):
        get_usage(**given)  # type: ignore[arg-type]  # which is what is tried
    assert emulator.calls == []


def test_a_period_that_is_none_is_an_error_of_the_program() -> None:
    with pytest.raises(pulumi.RunError, match='There is no period "fortnightly"; there are daily, weekly'):
        current_period("fortnightly")


def test_a_process_that_a_program_forks_has_a_connection_of_its_own(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was open at the fork would hand over another one's answer."""
    emulator.put_quota(Quota(1, "Image", 100))
    get_quota(1, "Image")
    opened = functions._connect.cache_info().currsize
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert get_quota(1, "Image") == LiveQuota(limit=100, usage=0)
    assert functions._connect.cache_info().currsize == opened + 1
