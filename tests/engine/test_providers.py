"""Provider instances: the default one and those that the program sets up."""

from __future__ import annotations

from unittest.mock import Mock, call

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from tc_resources.testing.engine import host, providers
from tc_resources.testing.engine.plugin import Plugin, PluginError
from tc_resources.testing.engine.resource import Resource
from tests.engine.trial import Trial


def test_each_instance_is_given_its_own_configuration(trial: Trial) -> None:
    trial.config("toy:account", "main")
    body = """
        media = account("media", Output.secret("s3cret-media"))
        Thing("a", size=1)
        Thing("b", size=1, opts=ResourceOptions(provider=media))
        Pair("p", size=1, opts=ResourceOptions(providers=[media]))
        """
    assert trial.up(body) == {"create": 7}
    accounts = {call["props"]["label"]: call["account"] for call in trial.calls}
    assert accounts == {"a": "main", "b": "s3cret-media", "p-left": "s3cret-media", "p-right": "s3cret-media"}
    moved = body.replace('Thing("a", size=1)', 'Thing("a", size=1, opts=ResourceOptions(provider=media))')
    assert trial.up(moved.replace("s3cret-media", "other")) == {"same": 6, "update": 1}
    assert trial.called("create", "update", "delete") == []
    assert {call["account"] for call in trial.calls} == {"other"}
    trial.refresh()
    assert {call["account"] for call in trial.calls} == {"other"}
    trial.destroy()
    assert {call["account"] for call in trial.calls} == {"other"}


def test_no_two_runs_of_a_process_have_one_address() -> None:
    server = Mock(**{"add_insecure_port.side_effect": [1, 1, 2]})
    assert [host._new_port(server), host._new_port(server)] == [1, 2]


def test_an_instance_whose_inputs_are_not_known_is_not_asked(trial: Trial) -> None:
    body = """
        a = Thing("a", size=1)
        media = account("media", a.id)
        Thing("b", size=1, opts=ResourceOptions(provider=media))
        """
    assert trial.preview(body) == {"create": 4}
    assert trial.called("check") == ["check a"]
    trial.up()
    assert [call["account"] for call in trial.calls if call["method"] == "create"] == ["none", "a-plain"]


def test_retained_and_deleted_with_resources_are_forgotten_without_a_call(trial: Trial) -> None:
    trial.up(
        """
        a = Thing("a", size=1)
        Thing("kept", size=1, opts=ResourceOptions(retain_on_delete=True))
        Thing("with", size=1, opts=ResourceOptions(deleted_with=a))
        """
    )
    assert trial.destroy() == {"delete": 4}
    assert trial.called("delete") == ["delete a"]
    assert set(trial.things) == {"kept-plain", "with-plain"}


def test_a_running_instance_that_is_replaced_is_interrupted_before_its_end_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running, updated = Mock(), Mock()
    monkeypatch.setattr(providers, "Plugin", Mock(side_effect=[running, updated]))
    instances = providers.Providers(Mock(packages={}), [])
    media = Resource(
        "urn:pulumi:dev::toy::pulumi:providers:pulumi-python::media",
        "pulumi:providers:pulumi-python",
        custom=True,
        id="1",
    )
    instances.same(media)
    instances.update(media, media)
    assert running.method_calls == [call.configure({}), call.interrupt(), call.close()]
    assert updated.method_calls == [call.configure({})]


def test_a_call_over_a_channel_that_was_closed_meanwhile_is_a_providers_end() -> None:
    with grpc.insecure_channel("127.0.0.1:1") as channel:
        pass
    with pytest.raises(PluginError, match="EOF"):
        Plugin._invoke(channel, "Read", provider_pb2.ReadRequest())
