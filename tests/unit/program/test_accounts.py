"""Explicit provider instances in a program, and what they address."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime.rpc import _special_secret_sig, _special_sig_key

from tc_resources import Provider
from tc_resources.cloud.config import SECRETS, SETTINGS, Config
from tc_resources.cloud.credentials.chain import find
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.errors import ConfigError
from tc_resources.limits.names import snake_case
from tests.unit.program.engine import Engine, Run, later, limit

# Pulumi's mocks ask for the thread's event loop and so make one, which newer Pythons warn of.
pytestmark = pytest.mark.filterwarnings("ignore:There is no current event loop:DeprecationWarning")


def test_one_identity_at_two_sites_is_an_error_since_the_ids_of_zones_are_unique(run_as_engine: Run) -> None:
    def program() -> object:
        cn = Provider("cn", site="cn")
        return [limit("a").id, limit("b", opts=pulumi.ResourceOptions(provider=cn)).id]

    with pytest.raises(pulumi.RunError, match='"a" and "b"'):
        run_as_engine(program)


@pytest.mark.parametrize("given", [str, later])
def test_one_identity_through_two_instances_of_one_site_is_an_error(
    run_as_engine: Run, given: Callable[[str], Any]
) -> None:
    def program() -> object:
        limit("a")
        return limit("b", opts=pulumi.ResourceOptions(provider=Provider("same", site=given("intl")))).id

    with pytest.raises(pulumi.RunError, match='"a" and "b"'):
        run_as_engine(program)


def test_a_component_hands_its_instance_down(run_as_engine: Run) -> None:
    def program() -> object:
        cn = Provider("cn", site="cn")
        part = pulumi.ComponentResource("x:y:Part", "part", {}, pulumi.ResourceOptions(providers=[cn]))
        limit("a", opts=pulumi.ResourceOptions(provider=cn))
        return limit("b", opts=pulumi.ResourceOptions(parent=part)).id

    with pytest.raises(pulumi.RunError, match='"a" and "b"'):
        run_as_engine(program)


def test_an_instances_keys_are_secrets(run: Run, engine: Engine) -> None:
    run(lambda: Provider("media", secret_id="AKID", secret_key="a-secret-key", endpoint="http://127.0.0.1:1").id)
    registered = engine.registered["media"]
    assert registered.typ == "pulumi:providers:pulumi-python"
    assert {name: value["value"] for name, value in registered.inputs.items() if isinstance(value, dict)} == {
        "tc-resources:secretId": "AKID",
        "tc-resources:secretKey": "a-secret-key",
    }
    assert registered.inputs["tc-resources:endpoint"] == "http://127.0.0.1:1"


GIVEN: dict[str, Any] = {
    "allowedAccountIds": (["1", "2"], '["1", "2"]'),
    "forbiddenAccountIds": (["3"], '["3"]'),
    "allowPlainHttp": (False, "false"),
    "assumeRoleSessionDuration": (900, "900"),
    "timeout": (30, "30"),
    "site": ("cn", "cn"),
    "endpoint": ("http://127.0.0.1:1", "http://127.0.0.1:1"),
}
"""What a program gives for a setting, and what is stored; for any other it is a text."""


@pytest.mark.parametrize("given", [lambda value: value, later], ids=["known", "an output"])
def test_an_instance_is_given_each_setting_that_a_stack_has(
    run: Run, engine: Engine, given: Callable[[Any], Any]
) -> None:
    settings = {setting: GIVEN.get(setting, (f"a {setting}", f"a {setting}")) for setting in SETTINGS}
    arguments = {snake_case(setting): given(value) for setting, (value, _) in settings.items()}
    run(lambda: Provider("media", **arguments).id)
    inputs = engine.registered["media"].inputs
    stored = {setting: inputs[f"tc-resources:{setting}"] for setting in SETTINGS}
    assert {setting: value["value"] if isinstance(value, dict) else value for setting, value in stored.items()} == {
        setting: text for setting, (_, text) in settings.items()
    }
    assert {setting for setting, value in stored.items() if isinstance(value, dict)} == {*SECRETS}
    assert Config(inputs, {}).get("timeout") == "30"


def test_a_setting_of_nought_is_none_that_was_not_given(run: Run, engine: Engine) -> None:
    run(lambda: Provider("media", timeout=0, allow_plain_http=False).id)
    inputs = engine.registered["media"].inputs
    assert (inputs["tc-resources:timeout"], inputs["tc-resources:allowPlainHttp"]) == ("0", "false")


def test_what_an_instance_is_not_given_comes_from_the_stacks_config(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = {"secretId": "AKID", "secretKey": "a-secret-key", "timeout": "30", "site": "cn"}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({f"tc-resources:{name}": value for name, value in config.items()}))
    run(lambda: Provider("media", site="intl").id)
    inputs = engine.registered["media"].inputs
    assert inputs["tc-resources:site"] == "intl"
    assert inputs["tc-resources:timeout"] == "30"
    assert inputs["tc-resources:secretKey"]["value"] == "a-secret-key"
    assert "tc-resources:endpoint" not in inputs


def test_a_key_that_an_instance_is_given_is_not_mixed_with_the_stacks(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"tc-resources:securityToken": "the-stacks-session"}))
    run(lambda: Provider("media", secret_id="AKID", secret_key="a-secret-key").id)
    assert "tc-resources:securityToken" not in engine.registered["media"].inputs


STACK = {
    "secretId": "AKID",
    "secretKey": "the-stacks-key",
    "profile": "the-stacks",
    "assumeRoleArn": "the-stacks",
    "assumeRoleWebIdentityTokenFile": "/the/stacks",
    "camRoleName": "the-stacks",
    "assumeRoleExternalId": "an-id",
    "sharedCredentialsDir": "/profiles",
    "allowedAccountIds": '["100000000001"]',
    "caBundle": "/ca.pem",
    "timeout": "30",
}
OWN_IDENTITY = {
    "secretId": "AKID",
    "secretKey": "the-stacks-key",
    "profile": "the-stacks",
    "assumeRoleWebIdentityTokenFile": "/the/stacks",
    "camRoleName": "the-stacks",
}


@pytest.fixture
def instance(run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """The settings of an instance in a stack that has all of them, without the namespace."""
    stack = {f"tc-resources:{name}": value for name, value in STACK.items()}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(stack))

    def instance(**given: Any) -> dict[str, Any]:
        run(lambda: Provider("media", **given).id)
        inputs = engine.registered["media"].inputs
        return {
            name.removeprefix("tc-resources:"): value["value"] if isinstance(value, dict) else value
            for name, value in inputs.items()
        }

    return instance


def test_an_instance_has_all_of_the_stacks_settings(instance: Callable[..., dict[str, Any]]) -> None:
    assert instance() == STACK


@pytest.mark.parametrize(
    "giving",
    [
        lambda: {"profile": "media"},
        lambda: {"secret_id": "AKIDMEDIA", "secret_key": "medias-key"},
        lambda: {"profile": later("media")},
    ],
)
def test_an_instance_with_a_key_or_profile_of_its_own_has_nobody_elses_key_or_role(
    instance: Callable[..., dict[str, Any]], giving: Callable[[], dict[str, Any]]
) -> None:
    """The role is empty, since the environment may have one too; the name says that the identity is its own."""
    given = giving()
    settings = instance(**given)
    own = {"profile": "media"} if "profile" in given else {"secretId": "AKIDMEDIA", "secretKey": "medias-key"}
    rest = {name: value for name, value in STACK.items() if name not in OWN_IDENTITY}
    assert settings == {**rest, "assumeRoleArn": "", "instance": "media", **own}


def test_a_role_of_an_instance_is_taken_with_the_key_of_the_stack(instance: Callable[..., dict[str, Any]]) -> None:
    assert instance(assume_role_arn="media") == {**STACK, "assumeRoleArn": "media"}


def test_a_role_of_an_instance_is_taken_with_the_profile_of_the_instance(
    instance: Callable[..., dict[str, Any]],
) -> None:
    settings = instance(assume_role_arn="media", profile="media")
    assert (settings["assumeRoleArn"], settings["profile"]) == ("media", "media")
    assert "secretId" not in settings


@pytest.mark.parametrize("giving", [lambda: ["5", "6"], lambda: [later("5"), "6"], lambda: later(["5", "6"])])
def test_the_allowed_accounts_of_an_instance_take_the_place_of_the_stacks(
    instance: Callable[..., dict[str, Any]], giving: Callable[[], Any]
) -> None:
    assert json.loads(instance(allowed_account_ids=giving())["allowedAccountIds"]) == ["5", "6"]


def test_the_key_of_an_instance_is_used_whatever_the_environment_says(instance: Callable[..., dict[str, Any]]) -> None:
    """The environment is for the stack's default account, and reaches the instance's process too."""
    environ = {
        "TENCENTCLOUD_SECRET_ID": "AKIDENV",
        "TENCENTCLOUD_SECRET_KEY": "env-key",
        "TENCENTCLOUD_SECURITY_TOKEN": "env-token",
        "TENCENTCLOUD_ASSUME_ROLE_ARN": "env",
        "TENCENTCLOUD_CAM_ROLE_NAME": "env",
    }
    settings = {f"tc-resources:{name}": value for name, value in instance(secret_id="A", secret_key="k").items()}
    assert find(Config(settings, environ)) == Credentials("A", "k", None, 'Provider "media"')
    settings = {f"tc-resources:{name}": value for name, value in instance(profile="missing").items()}
    with pytest.raises(ConfigError, match='There is no key of the profile "missing"'):
        find(Config(settings, {**environ, "HOME": "/nonexistent"}))


@pytest.mark.parametrize(
    "giving",
    [
        lambda: {"profile": later("")},
        lambda: {"profile": ""},
        lambda: {"secret_id": later(""), "secret_key": later("")},
    ],
    ids=["profile later", "profile now", "key later"],
)
def test_an_identity_of_an_instance_that_turns_out_empty_is_an_error_and_never_the_environments(
    instance: Callable[..., dict[str, Any]], giving: Callable[[], dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / ".tencentcloud").mkdir()
    (tmp_path / ".tencentcloud" / "credentials").write_text("[default]\nsecret_id=A\nsecret_key=k", encoding="utf-8")
    settings = {f"tc-resources:{name}": value for name, value in instance(**giving()).items()}
    environ = {"TENCENTCLOUD_SECRET_ID": "AKIDENV", "TENCENTCLOUD_SECRET_KEY": "env-key", "HOME": str(tmp_path)}
    with pytest.raises(ConfigError, match=r'^No Tencent Cloud credentials\. Looked at: Provider "media" \(') as raised:
        find(Config(settings, environ))
    assert "TENCENTCLOUD_" not in str(raised.value)
    assert str(raised.value).endswith(
        'Give Provider "media" a profile, or secret_id and secret_key, that are not empty.'
    )


def test_half_a_key_of_an_instance_is_an_error_that_names_the_instance(
    instance: Callable[..., dict[str, Any]],
) -> None:
    settings = {f"tc-resources:{name}": value for name, value in instance(secret_id="A").items()}
    with pytest.raises(ConfigError, match=r'^Half a key in Provider "media": secret_key not set'):
        find(Config(settings, {}))


def test_a_setting_of_an_instance_is_told_from_the_stacks_by_the_instances_name(
    instance: Callable[..., dict[str, Any]],
) -> None:
    own = instance(secret_id="A", secret_key="k", allowed_account_ids=["5"])
    settings = {f"tc-resources:{name}": value for name, value in own.items()}
    known = Config(settings, {"TENCENTCLOUD_SITE": "cn"})
    assert known.named("allowedAccountIds") == 'tc-resources:allowedAccountIds of Provider "media"'
    assert known.named("site") == "TENCENTCLOUD_SITE"


def test_the_external_id_of_the_stack_is_a_secret_in_an_instance(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"tc-resources:assumeRoleExternalId": "an-external-id"}))
    run(lambda: Provider("media", assume_role_arn="media").id)
    sealed = engine.registered["media"].inputs["tc-resources:assumeRoleExternalId"]
    assert sealed == {_special_sig_key: _special_secret_sig, "value": "an-external-id"}


def test_plain_http_to_another_machine_ends_the_program_in_one_line(run: Run) -> None:
    with pytest.raises(pulumi.RunError, match="tc-resources:allowPlainHttp"):
        run(lambda: Provider("far", endpoint="http://10.0.0.1").id)
