"""What a process takes until it can work: fresh interpreters that take turns, by the wall clock."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from bench.contenders.opening import DYNAMIC, FLOOR, NATIVE
from bench.measurement import Measurement
from bench.programs.floor.noop import NoopProvider
from bench.service import Account, serving
from bench.way import Way
from tc_resources.provider import LimitProvider

CASE = "start"
PROGRAM, CHECK = "a program's import", "a provider's start, until its first Check is answered"
REPETITIONS = 51
IMPORTS = {FLOOR: "import pulumi", DYNAMIC: "from tc_resources import PrefetchOriginLimit"}
HOST = "pulumi.dynamic"
"""Pulumi's own provider process for dynamic resources."""
LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
NATIVE_LIMIT = {"zoneId": "zone-1", "domainName": "www.example.com", "area": "Overseas", "bandwidth": 500}


@dataclass(frozen=True)
class Provider:
    """A provider process as the engine starts it, and the resource that it is asked about first."""

    module: str
    type: str
    inputs: Mapping[str, Any]
    namespace: str = ""
    """What the names of its settings begin with."""

    def seconds(self, account: Account) -> float:
        """From the start of the process until its first Check is answered."""
        with socket.create_server(("127.0.0.1", 0)) as engine:
            start = time.perf_counter()
            command = [sys.executable, "-m", self.module, f"127.0.0.1:{engine.getsockname()[1]}"]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - written above
                self._check(int(process.stdout.readline() if process.stdout else b""), account)
                taken = time.perf_counter() - start
                process.kill()
        return taken

    def _check(self, port: int, account: Account) -> None:
        key = {"endpoint": account.url, "secretId": account.secret_id, "secretKey": account.secret_key}
        config = {self.namespace + name: value for name, value in key.items()}
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            stub.Configure(provider_pb2.ConfigureRequest(args=_struct(config), acceptSecrets=True))
            urn = f"urn:pulumi:dev::bench::{self.type}::www"
            request = provider_pb2.CheckRequest(urn=urn, name="www", type=self.type, news=_struct(self.inputs))
            answer = stub.Check(request)
            if answer.failures:
                raise RuntimeError(f"{self.module} has refused: {answer.failures}")


def _struct(properties: Mapping[str, Any]) -> Struct:
    message = Struct()
    message.update(properties)
    return message


def _dynamic(kind: str, provider: Any) -> Provider:
    inputs = {**LIMIT, "__provider": serialize_provider(provider)}
    return Provider(HOST, f"pulumi-python:dynamic/{kind}", inputs, "tc-resources:")


PROVIDERS = {
    FLOOR: _dynamic("noop:Noop", NoopProvider()),
    DYNAMIC: _dynamic("tc_resources:PrefetchOriginLimit", LimitProvider("prefetch_origin_limit")),
    NATIVE: Provider("tc_resources.native", "tc-resources:index:PrefetchOriginLimit", NATIVE_LIMIT),
}


def starts() -> Iterator[Measurement]:
    """Each in turn, and that as often as REPETITIONS says."""
    with serving(Way(0)) as service:
        for repetition in range(REPETITIONS):
            for name, snippet in IMPORTS.items():
                yield _measurement(name, repetition, PROGRAM, _seconds(snippet))
            for name, provider in PROVIDERS.items():
                yield _measurement(name, repetition, CHECK, provider.seconds(service.account))


def _measurement(name: str, repetition: int, operation: str, seconds: float) -> Measurement:
    return Measurement(CASE, name, repetition, operation, seconds, 0, 0, None, None)


def _seconds(snippet: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", snippet], check=True)  # noqa: S603 - written above
    return time.perf_counter() - start
