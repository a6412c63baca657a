"""Pulumi's own host of dynamic providers, called as the engine calls it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tc_resources.provider import LimitProvider

Props = Mapping[str, Any]


def host_module() -> ModuleType:
    """Pulumi's own host of dynamic providers, without the last line, which serves until the process ends."""
    spec = importlib.util.find_spec("pulumi.dynamic.__main__")
    assert spec
    assert spec.origin
    source = Path(spec.origin).read_text(encoding="utf-8")
    assert source.endswith("\nmain()\n")
    module = ModuleType("host")
    exec(compile(source.removesuffix("main()\n"), spec.origin, "exec"), vars(module))  # noqa: S102 - Pulumi's source
    return module


TELLS_TRACEBACKS = hasattr(host_module(), "_abort_with_traceback")
"""Whether the installed host does: those of the first Pulumis that will do tell the text of an exception alone."""


def struct(props: Props) -> Struct:
    message = Struct()
    message.update(dict(props))
    return message


def without_provider(message: Struct) -> dict[str, Any]:
    return {name: _opened(value) for name, value in MessageToDict(message).items() if name != "__provider"}


def _opened(value: Any) -> Any:
    """A value without its seal."""
    return value["value"] if is_sealed(value) else value


def is_sealed(value: Any) -> bool:
    """Whether the engine encrypts it."""
    return isinstance(value, dict) and value.get(rpc._special_sig_key) == rpc._special_secret_sig


@cache
def stored_provider(kind: str) -> str:
    """As it lies in the state; each storing nests the SDK's pickler deeper in this process, and some 230 end it."""
    return str(serialize_provider(LimitProvider(kind)))


class Host:
    """One run's provider process, as the engine calls it for resources of one kind: gRPC, protobuf and all."""

    def __init__(self, stub: Any, kind: str) -> None:
        self._stub, self._provider = stub, {"__provider": stored_provider(kind)}

    def _bag(self, props: Props) -> Struct:
        return struct({**self._provider, **props})

    def check(self, news: Props, olds: Props | None = None) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """The inputs in normal form, and what is wrong by the property that it is told of."""
        request = provider_pb2.CheckRequest(olds=struct({}) if olds is None else self._bag(olds), news=self._bag(news))
        answer = self._stub.Check(request)
        return without_provider(answer.inputs), [(failure.property, failure.reason) for failure in answer.failures]

    def diff(self, olds: Props, news: Props, id_: str = "any") -> tuple[bool, list[str]]:
        """Whether anything changes, and what replaces the resource."""
        request = provider_pb2.DiffRequest(id=id_, olds=self._bag(olds), news=self._bag(news))
        answer = self._stub.Diff(request)
        assert answer.changes != provider_pb2.DiffResponse.DIFF_UNKNOWN
        assert not answer.deleteBeforeReplace
        return answer.changes == provider_pb2.DiffResponse.DIFF_SOME, list(answer.replaces)

    def create(self, props: Props) -> tuple[str, dict[str, Any]]:
        answer = self._stub.Create(provider_pb2.CreateRequest(properties=self._bag(props)))
        return answer.id, without_provider(answer.properties)

    def read(self, id_: str, props: Props) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The id, the state and the inputs."""
        answer = self._stub.Read(provider_pb2.ReadRequest(id=id_, properties=self._bag(props)))
        return answer.id, without_provider(answer.properties), without_provider(answer.inputs)

    def update(self, id_: str, olds: Props, news: Props) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(id=id_, olds=self._bag(olds), news=self._bag(news))
        return without_provider(self._stub.Update(request).properties)

    def delete(self, id_: str, props: Props) -> None:
        self._stub.Delete(provider_pb2.DeleteRequest(id=id_, properties=self._bag(props)))

    def failure(self, operation: str, *args: Any) -> str:
        """What the engine is told of an operation that fails, behind what the host, by its version, begins with."""
        with pytest.raises(grpc.RpcError) as raised:
            getattr(self, operation)(*args)
        told = str(raised.value.details())
        return told.removeprefix("Exception calling application: ").removeprefix("tc_resources.LimitError: ")


class AnyHost(Protocol):
    """One run's provider process of either face, as the engine calls it for resources of one kind."""

    def check(self, news: Props, olds: Props | None = None) -> tuple[dict[str, Any], list[tuple[str, str]]]: ...
    def diff(self, olds: Props, news: Props, id_: str = "any") -> tuple[bool, list[str]]: ...
    def create(self, props: Props) -> tuple[str, dict[str, Any]]: ...
    def read(self, id_: str, props: Props) -> tuple[str, dict[str, Any], dict[str, Any]]: ...
    def update(self, id_: str, olds: Props, news: Props) -> dict[str, Any]: ...
    def delete(self, id_: str, props: Props) -> None: ...
    def failure(self, operation: str, *args: Any) -> str: ...


class Run:
    """What one operation of the engine has of us: a provider process, and in it the hosts of all kinds."""

    def __init__(self, host: Callable[[str], AnyHost]) -> None:
        self.limits = host("prefetch_origin_limit")
        self.quotas = host("aigc_quota")
        self.tokens = host("aigc_api_token")


@contextmanager
def served(host: ModuleType) -> Iterator[Any]:
    """The host behind gRPC, with the four threads that Pulumi gives it."""
    server = grpc.server(ThreadPoolExecutor(4))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(host.DynamicResourceProviderServicer(), server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    with grpc.insecure_channel(address) as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    server.stop(None).wait()
