"""The settings by name: which there are, and what a name that is none is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tc_resources.cloud import settings, target
from tc_resources.cloud.config import SETTINGS, Config, config_key
from tc_resources.cloud.errors import ConfigError

ENVIRON = {"TENCENTCLOUD_SECRET_ID": "AKID-env", "TENCENTCLOUD_SECRET_KEY": "key-env"}


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("secretID", "secretId"),
        ("scretKey", "secretKey"),
        ("secret_key", "secretKey"),
        ("allowedAccounts", "allowedAccountIds"),
        ("forbiddenAccountId", "forbiddenAccountIds"),
        ("assumeRole", "assumeRoleArn"),
        ("endpoints", "endpoint"),
        ("timeOut", "timeout"),
        ("cabundle", "caBundle"),
        ("timeout:seconds", "timeout"),
    ],
)
def test_a_key_of_our_namespace_that_is_no_setting_is_refused_with_the_nearest_one(key: str, nearest: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Config({f"tc-resources:{key}": "a-secret"}, ENVIRON)
    assert str(raised.value) == (
        f"tc-resources:{key} is no setting of tc-resources; the nearest is tc-resources:{nearest}."
    )


@pytest.mark.parametrize("key", ["", "region", "zzz", "§"])
@pytest.mark.parametrize("read", [settings.load, lambda *given: target.endpoint(Config(*given))])
def test_a_key_that_is_like_no_setting_is_refused_too(
    key: str, read: Callable[[Mapping[str, object], Mapping[str, str]], object]
) -> None:
    with pytest.raises(ConfigError, match=f"^tc-resources:{key} is no setting of tc-resources; the nearest is "):
        read({f"tc-resources:{key}": "a-secret"}, ENVIRON)


@pytest.mark.parametrize("key", [*map(config_key, SETTINGS), "tc-resources:instance"])
def test_a_setting_is_known_by_its_name(key: str) -> None:
    Config({key: ""}, ENVIRON)


@pytest.mark.parametrize("key", ["tc-resource:secretID", "aws:region", "secretId", "tc-resources", "my:tc-resources:x"])
def test_a_key_of_another_namespace_is_not_ours(key: str) -> None:
    Config({key: "whatever"}, ENVIRON)


def test_a_variable_that_is_no_setting_is_somebody_elses() -> None:
    Config({}, {**ENVIRON, "TENCENTCLOUD_REGION": "ap-guangzhou"})
