"""The settings by name: which there are, and what a name that is none is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tc_resources.cloud import settings, target
from tc_resources.cloud.config import SETTINGS, Config, config_key, variable
from tc_resources.cloud.environment import ALIASES
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


@pytest.mark.parametrize(("setting", "alias"), ALIASES.items())
def test_a_variable_of_the_command_line_means_the_same_and_is_named_where_it_gives(setting: str, alias: str) -> None:
    session = {"TENCENTCLOUD_ROLE_SESSION_NAME": "given"}
    for environ in ({alias: " given "}, {alias: "given", variable(setting): ""}):
        config = Config({}, {**session, **environ})
        assert config.get(setting) == "given"
        assert config.environment.name(setting) == alias
    for environ in ({variable(setting): "given"}, {variable(setting): "given", alias: "given"}):
        config = Config({}, {**session, **environ})
        assert config.get(setting) == "given"
        assert config.environment.name(setting) == variable(setting)


@pytest.mark.parametrize(("setting", "alias"), ALIASES.items())
def test_two_variables_that_differ_are_refused_by_name_and_neither_is_shown(setting: str, alias: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Config({}, {variable(setting): "a-secret", alias: "another-secret"}).get(setting)
    assert str(raised.value) == f"{variable(setting)} and {alias} are both set and differ: unset one of them."


def test_a_role_of_the_command_line_needs_its_sessions_name_as_there() -> None:
    with pytest.raises(ConfigError) as raised:
        settings.load({}, {**ENVIRON, "TENCENTCLOUD_ROLE_ARN": "qcs::cam::uin/1:roleName/x"})
    assert str(raised.value).startswith(
        "TENCENTCLOUD_ROLE_ARN is set without TENCENTCLOUD_ROLE_SESSION_NAME: set that too, or "
        "TENCENTCLOUD_ASSUME_ROLE_ARN instead of both."
    )


def test_pulumis_config_goes_before_variables_that_differ() -> None:
    config = {"tc-resources:profile": "prod"}
    assert Config(config, {"TENCENTCLOUD_PROFILE": "one", "TCCLI_PROFILE": "other"}).get("profile") == "prod"
