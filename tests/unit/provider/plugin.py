"""The plugin of the native face, called as the engine calls it, with the names that the other face's host takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import grpc
import pytest

from tc_resources.limits.names import camel_case, snake_case
from tc_resources.native.main import serve
from tc_resources.native.protocol import PROVIDER, Message, caller, message
from tc_resources.native.servicer import Servicer
from tc_resources.native.tokens import KINDS
from tc_resources.native.values import UNKNOWN, received, sent

Props = Mapping[str, Any]
TYPES = {kind: token for token, kind in KINDS.items()}


class Plugin:
    """A process of the native face behind gRPC: the protocol's methods by their names."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel

    def call(self, method: str, request: str, **fields: Any) -> Message:
        return caller(self._channel, PROVIDER, method)(message(request)(**fields), timeout=60)

    def future(self, method: str, request: str, **fields: Any) -> grpc.Future[Message]:
        """A call that others may be under way beside."""
        method_of: Any = caller(self._channel, PROVIDER, method)
        made: grpc.Future[Message] = method_of.future(message(request)(**fields))
        return made

    def configure(self, config: Props) -> Message:
        named = {key.removeprefix("tc-resources:"): value for key, value in config.items()}
        return self.call("Configure", "ConfigureRequest", args=sent(named), acceptSecrets=True)


class NativeHost:
    """One run's plugin, as the engine calls it for resources of one kind."""

    def __init__(self, plugin: Plugin, kind: str) -> None:
        self._plugin = plugin
        self.resource = {"type": TYPES[kind], "urn": f"urn:pulumi:dev::p::{TYPES[kind]}::one", "name": "one"}

    def _call(self, method: str, request: str, **fields: Any) -> Message:
        return self._plugin.call(method, request, **self.resource, **fields)

    def check(self, news: Props, olds: Props | None = None) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """The inputs in normal form, and what is wrong by the property that it is told of."""
        answer = self._call("Check", "CheckRequest", olds=marked(olds or {}), news=marked(news))
        return opened(answer.inputs), [(snake_case(failure.property), failure.reason) for failure in answer.failures]

    def diff(self, olds: Props, news: Props, id_: str = "any") -> tuple[bool, list[str]]:
        """Whether anything changes, and what replaces the resource."""
        answer = self._call(
            "Diff", "DiffRequest", id=id_, olds=marked(olds), old_inputs=marked(olds), news=marked(news)
        )
        changes = dict(message("DiffResponse").DESCRIPTOR.enum_types_by_name["DiffChanges"].values_by_name)  # type: ignore[attr-defined]  # a class
        assert answer.changes != changes["DIFF_UNKNOWN"].number
        assert not answer.deleteBeforeReplace
        return answer.changes == changes["DIFF_SOME"].number, [snake_case(name) for name in answer.replaces]

    def create(self, props: Props) -> tuple[str, dict[str, Any]]:
        answer = self._call("Create", "CreateRequest", properties=marked(props))
        return answer.id, opened(answer.properties)

    def read(self, id_: str, props: Props) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The id, the state and the inputs."""
        answer = self._call("Read", "ReadRequest", id=id_, properties=marked(props))
        return answer.id, opened(answer.properties), opened(answer.inputs)

    def update(self, id_: str, olds: Props, news: Props) -> dict[str, Any]:
        answer = self._call("Update", "UpdateRequest", id=id_, olds=marked(olds), news=marked(news))
        return opened(answer.properties)

    def delete(self, id_: str, props: Props) -> None:
        self._call("Delete", "DeleteRequest", id=id_, properties=marked(props))

    def failure(self, operation: str, *args: Any) -> str:
        """What the engine is told of an operation that fails."""
        with pytest.raises(grpc.RpcError) as raised:
            getattr(self, operation)(*args)
        return str(raised.value.details())


def marked(props: Props, secret: Collection[str] = ()) -> Message:
    """Properties as a program of this face has them."""
    return sent({camel_case(name): value for name, value in props.items()}, [camel_case(name) for name in secret])


def opened(struct: Message) -> dict[str, Any]:
    """Properties under the other face's names, without their seals."""
    known, unknown, _ = received(struct)
    return {snake_case(name): value for name, value in {**known, **dict.fromkeys(unknown, UNKNOWN)}.items()}


@contextmanager
def plugged(servicer: Servicer) -> Iterator[Plugin]:
    """The plugin behind gRPC, as its process serves it."""
    server, port = serve(servicer)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Plugin(channel)
    server.stop(None).wait()
