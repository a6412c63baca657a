"""The messages of Pulumi's protocol, which need not have its SDK.

They are made from a description of our own (`make proto`), in a pool of its own: whatever else in this process knows
the protocol, nothing is registered twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

FILE = Path(__file__).with_name("protocol.binpb")
"""A FileDescriptorSet, each file behind those that it needs."""
PROVIDER = "pulumirpc.ResourceProvider"
ENGINE = "pulumirpc.Engine"

Message = Any
"""A message: protobuf makes the classes at run time, so their fields have no types."""


class _Protocol:
    """Holds each class, of parts of messages too: protobuf finds one again that is being collected, and crashes."""

    def __init__(self, described: FileDescriptorSet) -> None:
        self.pool = DescriptorPool()
        for file in described.file:
            self.pool.Add(file)
        names = (name for file in described.file for name in _names(file.package, file.message_type))
        self.classes = {name: GetMessageClass(self.pool.FindMessageTypeByName(name)) for name in names}


def _names(scope: str, messages: Iterable[DescriptorProto]) -> Iterator[str]:
    for described in messages:
        name = f"{scope}.{described.name}"
        yield name
        yield from _names(name, described.nested_type)


@cache
def _protocol() -> _Protocol:
    return _Protocol(FileDescriptorSet.FromString(FILE.read_bytes()))


def message(name: str) -> Callable[..., Message]:
    """The class of a message by its name, such as "CheckResponse" or "google.protobuf.Struct"."""
    made: Callable[..., Message] = _protocol().classes[name if "." in name else f"pulumirpc.{name}"]
    return made


def _method(service: str, name: str) -> Any:
    return _protocol().pool.FindServiceByName(service).FindMethodByName(name)


def handlers(service: str, functions: Mapping[str, Callable[..., Any]]) -> grpc.GenericRpcHandler:
    """Serves methods of `service`, by their names in the protocol; the engine is told of the others that none exist."""
    made = {}
    for name, function in functions.items():
        method = _method(service, name)
        kind = grpc.unary_stream_rpc_method_handler if method.server_streaming else grpc.unary_unary_rpc_method_handler
        request = GetMessageClass(method.input_type)
        made[name] = kind(function, request.FromString, GetMessageClass(method.output_type).SerializeToString)
    return grpc.method_handlers_generic_handler(service, made)


def caller(channel: grpc.Channel, service: str, name: str) -> Callable[..., Any]:
    """Calls a method of `service` that answers once, or in a stream."""
    method = _method(service, name)
    kind = channel.unary_stream if method.server_streaming else channel.unary_unary
    request, answer = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
    call: Callable[..., Any] = kind(f"/{service}/{name}", request.SerializeToString, answer.FromString)
    return call
