"""One process of a provider: here of Pulumi's dynamic-provider host, `python -m pulumi.dynamic`, unmodified."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.processes import Process
from tc_resources.testing.engine.resource import Resource
from tc_resources.testing.engine.wire import Properties

CHANNEL_OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
DIRECT = ("grpc.enable_http_proxy", 0)
"""No proxy leads to this machine itself."""


EOF = "error reading from server: EOF"


class PluginError(Exception):
    """A provider call failed; the text is the provider's own."""


@dataclass(frozen=True)
class Failure:
    """What a provider has against an input; an empty `property` stands for all of them together."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """The inputs as the provider settles them, and what it has against them."""

    inputs: Properties
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class Diff:
    """What new inputs come to; `replaces` are the properties that cannot change without a replacement."""

    changes: bool | None  # None: the provider leaves it to the engine to compare the inputs
    replaces: list[str] = field(default_factory=list)
    delete_before_replace: bool = False


@dataclass(frozen=True)
class Reading:
    """A resource as the provider finds it: an empty `id` where it is gone, no `inputs` where those known still hold."""

    id: str
    outputs: Properties
    inputs: Properties | None


class Provider(Protocol):
    """What manages a resource: a plugin, or the registry of providers for those that are providers themselves."""

    def check(self, resource: Resource, olds: Properties, news: Properties) -> Checked:
        """The inputs as they are to be used, and what is wrong with them; `olds` is empty for a new resource."""

    def diff(self, old: Resource, news: Properties) -> Diff:
        """What has to happen to the resource for the new inputs."""

    def create(self, new: Resource) -> tuple[str, Properties]:
        """Creates the resource; returns its id and outputs. Raises PluginError."""

    def update(self, old: Resource, new: Resource) -> Properties:
        """Changes the resource in place; returns its outputs. Raises PluginError."""

    def delete(self, old: Resource) -> None:
        """Deletes the resource, and leaves the state alone. Raises PluginError."""


@dataclass(frozen=True)
class Package:
    """A package of resources: the module that serves it as a plugin, and the stack's config under its namespace."""

    module: str
    config: Properties


@dataclass(frozen=True)
class Launch:
    """How the provider processes of one operation are started."""

    engine_address: str
    directory: Path
    environment: Mapping[str, str]
    dry_run: bool
    on_line: Callable[[str], None]
    flags: tuple[str, ...] = ()
    """The engine's own, which stand before its address."""
    packages: Mapping[str, Package] = field(default_factory=dict)
    """Those whose plugins the engine may start, by their names."""


class Plugin:
    """A running provider. A preview calls nothing that writes: what would be written is assumed instead."""

    def __init__(
        self, launch: Launch, module: str = "pulumi.dynamic", environment: Mapping[str, str] | None = None
    ) -> None:
        self._launch = launch
        arguments = ["-m", module, *launch.flags, launch.engine_address]
        self._process = Process(arguments, launch.directory, {**launch.environment, **(environment or {})})
        self._config: Properties = {}
        self._configured = self._begun = False
        self._channel: grpc.Channel | None = None
        self._connecting = threading.Lock()

    def configure(self, config: Properties) -> None:
        """What it is told before its first call; it is told nothing while a part is unknown."""
        self._config = config
        self._configured = not wire.has_unknown(config)

    def check(self, resource: Resource, olds: Properties, news: Properties) -> Checked:
        """The provider's answer; any inputs do while its own configuration is unknown. Raises PluginError."""
        if not self._configured:
            return Checked(news)
        answer = self._call(
            "Check", provider_pb2.CheckRequest(**about(resource), olds=self._struct(olds), news=self._struct(news))
        )
        failures = [Failure(failure.property, failure.reason) for failure in answer.failures]
        return Checked(self._marked(answer.inputs, news), failures)

    def diff(self, old: Resource, news: Properties) -> Diff:
        """The provider's answer; a change is assumed while its own configuration is unknown. Raises PluginError."""
        if not self._configured:
            return Diff(changes=True)
        request = provider_pb2.DiffRequest(
            **about(old),
            id=old.id,
            old_inputs=self._struct(old.inputs),
            olds=self._struct(old.outputs),
            news=self._struct(news),
        )
        answer = self._call("Diff", request)
        changes = {provider_pb2.DiffResponse.DIFF_NONE: False, provider_pb2.DiffResponse.DIFF_SOME: True}
        return Diff(changes.get(answer.changes), list(answer.replaces), answer.deleteBeforeReplace)

    def create(self, new: Resource) -> tuple[str, Properties]:
        """The id and outputs; a preview has no id, and the inputs for outputs. Raises PluginError."""
        if self._launch.dry_run:
            return "", self._assumed(new)
        answer = self._call("Create", provider_pb2.CreateRequest(**about(new), properties=self._struct(new.inputs)))
        if not answer.id:
            raise PluginError(f"plugin returned empty resource.ID from create '{new.urn}'")
        return answer.id, self._marked(answer.properties, new.inputs)

    def update(self, old: Resource, new: Resource) -> Properties:
        """The outputs; a preview has the inputs for them. Raises PluginError."""
        return self._assumed(new) if self._launch.dry_run else self._update(old, new)

    def _update(self, old: Resource, new: Resource, *, preview: bool = False) -> Properties:
        request = provider_pb2.UpdateRequest(
            **about(new),
            preview=preview,
            id=old.id,
            old_inputs=self._struct(old.inputs),
            olds=self._struct(old.outputs),
            news=self._struct(new.inputs),
            ignoreChanges=new.ignore_changes,
        )
        return self._marked(self._call("Update", request).properties, new.inputs)

    def read(self, resource: Resource, state: Properties) -> Reading:
        """What is there now, given the inputs and the `state` that were known last. An empty id: it is gone."""
        if not self._configured:
            return Reading(resource.id, {}, {})
        request = provider_pb2.ReadRequest(
            **about(resource),
            id=resource.id,
            properties=self._struct(wire.known(state)),
            inputs=self._struct(wire.known(resource.inputs)),
        )
        answer = self._call("Read", request)
        inputs = self._marked(answer.inputs, resource.inputs) if answer.HasField("inputs") else None
        return Reading(answer.id, self._marked(answer.properties, state), inputs)

    def delete(self, old: Resource) -> None:
        """Has it deleted at once, so a preview must not come here. Raises PluginError."""
        request = provider_pb2.DeleteRequest(
            **about(old), id=old.id, properties=self._struct(old.outputs), old_inputs=self._struct(old.inputs)
        )
        self._call("Delete", request)

    def interrupt(self) -> None:
        """Asks the process to end, as Pulumi does; `close` then waits for it."""
        if self._channel:
            self._channel.close()
        self._process.interrupt()

    def close(self) -> None:
        """Waits for an interrupted process, and kills it where it does not end in time."""
        self._process.close()

    def _assumed(self, new: Resource) -> Properties:
        return new.inputs if self._configured else {}

    @staticmethod
    def _struct(properties: Properties) -> Any:
        return wire.encode(wire.plain(properties))

    @staticmethod
    def _marked(answered: Any, given: Properties) -> Properties:
        """What was answered by one that is told of no secrets: such are what was `given` as one."""
        return wire.carry_secrets(wire.decode(answered), given)

    def _call(self, method: str, request: Any) -> Any:
        with self._connecting:
            channel = self._connected()
            if not self._begun:
                configuring = provider_pb2.ConfigureRequest(args=wire.encode(self._config), acceptSecrets=True)
                self._invoke(channel, "Configure", configuring)
                self._begun = True
        return self._invoke(channel, method, request)

    def _connected(self) -> grpc.Channel:
        self._channel = self._channel or self._connect()
        return self._channel

    def _connect(self) -> grpc.Channel:
        """Waits for the process, which begins with its port."""
        port = self._process.read_line()
        self._process.pump(self._launch.on_line)
        if not port.isdigit():
            raise PluginError(f"the provider process did not start: {port}")
        return grpc.insecure_channel(f"127.0.0.1:{port}", options=[*CHANNEL_OPTIONS, DIRECT])

    @staticmethod
    def _invoke(channel: grpc.Channel, method: str, request: Any) -> Any:
        try:
            return getattr(provider_pb2_grpc.ResourceProviderStub(channel), method)(request)
        except grpc.RpcError as error:
            gone = error.code() == grpc.StatusCode.UNAVAILABLE
            raise PluginError(EOF if gone else error.details()) from None
        except ValueError:  # the channel was closed meanwhile
            raise PluginError(EOF) from None


def about(resource: Resource) -> dict[str, Any]:
    return {"urn": resource.urn, "name": resource.name, "type": resource.type}
