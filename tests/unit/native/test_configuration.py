"""The settings of a provider: the stack's, and those of an explicit instance."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tc_resources.native.configuration import config
from tc_resources.native.values import received, sent
from tests.unit.provider.plugin import Plugin

INSTANCE = {"name": "media", "urn": "urn:pulumi:dev::p::pulumi:providers:tc-resources::media"}
DEFAULT = {"name": "default_0_1_0", "urn": "urn:pulumi:dev::p::pulumi:providers:tc-resources::default_0_1_0"}
STACK = {"secretId": "AKIDSTACK", "secretKey": "stack-key", "site": "cn", "assumeRoleArn": "qcs::cam::uin/1:roleName/a"}


def check(plugin: Plugin, given: dict[str, Any], who: dict[str, str] = INSTANCE, unknown: tuple[str, ...] = ()) -> Any:
    return plugin.call("CheckConfig", "CheckRequest", **who, news=sent(given, (), unknown))


def told(answer: Any) -> list[str]:
    return [f"{failure.property}{failure.reason}" for failure in answer.failures]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(STACK))


@pytest.mark.usefixtures("stack")
def test_an_instance_without_an_identity_takes_all_from_the_stack(plugin: Plugin) -> None:
    answer = check(plugin, {"site": "intl"})
    assert told(answer) == []
    assert received(answer.inputs).known == {**STACK, "site": "intl"}
    assert received(answer.inputs).secret == {"secretId", "secretKey"}


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("unknown", [(), ("secretKey",)])
def test_an_instance_with_an_identity_takes_nobody_elses(plugin: Plugin, unknown: tuple[str, ...]) -> None:
    answer = check(plugin, {"secretId": "AKIDMEDIA"}, unknown=unknown)
    inputs = received(answer.inputs)
    assert inputs.known == {"secretId": "AKIDMEDIA", "site": "cn", "assumeRoleArn": "", "instance": "media"}
    assert inputs.unknown == {*unknown}


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("name", ["secretId", "secretKey", "profile"])
def test_an_instance_with_an_empty_identity_takes_nobody_elses(plugin: Plugin, name: str) -> None:
    inputs = received(check(plugin, {name: ""}).inputs).known
    assert inputs == {name: "", "site": "cn", "assumeRoleArn": "", "instance": "media"}


@pytest.mark.usefixtures("stack")
def test_the_stacks_own_provider_has_what_the_engine_says(plugin: Plugin) -> None:
    answer = check(plugin, {"site": "intl", "version": "0.1.0"}, DEFAULT)
    assert received(answer.inputs).known == {"site": "intl", "version": "0.1.0"}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"secretkey": "hidden"}, "tc-resources:secretkey is no setting of tc-resources; the nearest is "),
        ({"site": "moon"}, 'tc-resources:site is "moon"; it is one of intl, cn.'),
        ({"endpoint": "nonsense"}, "tc-resources:endpoint is one URL of a host"),
    ],
)
def test_a_wrong_setting_is_told_at_once_and_without_its_property_whose_value_would_show(
    plugin: Plugin, given: dict[str, str], reason: str
) -> None:
    [failure] = told(check(plugin, given))
    assert failure.startswith(reason)
    assert "hidden" not in failure


def test_an_endpoint_that_has_no_value_yet_is_not_judged(plugin: Plugin) -> None:
    assert told(check(plugin, {}, unknown=("endpoint",))) == []


def test_a_new_key_is_a_change_and_never_replaces_a_provider(plugin: Plugin) -> None:
    def changes(old: dict[str, str], new: dict[str, str]) -> int:
        answer = plugin.call("DiffConfig", "DiffRequest", **INSTANCE, old_inputs=sent(old), news=sent(new))
        assert list(answer.replaces) == []
        return int(answer.changes)

    assert changes({"secretKey": "old", "version": "0.1.0"}, {"secretKey": "old", "version": "0.2.0"}) == 1
    assert changes({"secretKey": "old"}, {"secretKey": "new"}) == 2


def test_values_that_are_no_text_are_given_as_json() -> None:
    given = {"allowedAccountIds": ["1", "2"], "timeout": 30.0, "allowPlainHttp": True, "site": "cn", "version": "1.0.0"}
    assert config(given) == {
        "tc-resources:allowedAccountIds": '["1", "2"]',
        "tc-resources:timeout": "30",
        "tc-resources:allowPlainHttp": "true",
        "tc-resources:site": "cn",
    }
