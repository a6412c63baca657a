"""One process of a package's plugin, which serves programs in every language: it is told more, and says more."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.plugin import Checked, Diff, Failure, Launch, Package, Plugin, PluginError, about
from tc_resources.testing.engine.resource import Resource
from tc_resources.testing.engine.wire import Properties


class PackagePlugin(Plugin):
    """It checks its own configuration, accepts secrets, and says at a preview what it would do."""

    def __init__(self, launch: Launch, package: Package) -> None:
        super().__init__(launch, package.module, {"PULUMI_CONFIG": json.dumps(wire.plain(package.config))})

    def check_config(self, provider: Resource, olds: Properties, news: Properties) -> Checked:
        """The settings as they are to be used, and what is wrong with them. Raises PluginError."""
        request = provider_pb2.CheckRequest(**about(provider), olds=wire.encode(olds), news=self._struct(news))
        answer = self._ask("CheckConfig", request)
        failures = [Failure(failure.property, failure.reason) for failure in answer.failures]
        return Checked(wire.carry_secrets(wire.decode(answer.inputs), news), failures)

    def diff_config(self, provider: Resource, news: Properties) -> Diff:
        """What new settings come to. Raises PluginError."""
        olds = self._struct(provider.inputs)
        request = provider_pb2.DiffRequest(
            **about(provider), id=provider.id, olds=olds, old_inputs=olds, news=self._struct(news)
        )
        answer = self._ask("DiffConfig", request)
        changes = answer.changes != provider_pb2.DiffResponse.DIFF_NONE
        return Diff(changes, list(answer.replaces), answer.deleteBeforeReplace)

    def create(self, new: Resource) -> tuple[str, Properties]:
        """The id and outputs, as far as a preview knows them. Raises PluginError."""
        if not (self._launch.dry_run and self._configured):
            return super().create(new)
        request = provider_pb2.CreateRequest(**about(new), properties=self._struct(new.inputs), preview=True)
        answer = self._call("Create", request)
        return answer.id, self._marked(answer.properties, new.inputs)

    def update(self, old: Resource, new: Resource) -> Properties:
        """The outputs, as far as a preview knows them. Raises PluginError."""
        return self._update(old, new, preview=self._launch.dry_run) if self._configured else super().update(old, new)

    def invoke(self, function: str, arguments: Properties) -> Properties:
        """What a function answers, nothing while the configuration is unknown. Raises PluginError."""
        if not self._configured:
            return {}
        request = provider_pb2.InvokeRequest(tok=function, args=self._struct(arguments))
        answer = self._call("Invoke", request)
        if answer.failures:
            raise PluginError("; ".join(failure.reason for failure in answer.failures))
        return wire.decode(getattr(answer, "return"))

    def cancel(self) -> None:
        """Asks it to end what waits."""
        with suppress(PluginError):  # it has ended by itself
            self._ask("Cancel", Empty())

    @staticmethod
    def _struct(properties: Properties) -> Any:
        return wire.encode(wire.plain(properties, secrets=True))

    @staticmethod
    def _marked(answered: Any, given: Properties) -> Properties:  # noqa: ARG004 - it says itself what is secret
        return wire.decode(answered)

    def _ask(self, method: str, request: Any) -> Any:
        """What may be asked before it is configured."""
        with self._connecting:
            channel = self._connected()
        return self._invoke(channel, method, request)

    def _connect(self) -> grpc.Channel:
        channel = super()._connect()
        greeting = provider_pb2.ProviderHandshakeRequest(engine_address=self._launch.engine_address)
        self._invoke(channel, "Handshake", greeting)
        return channel
