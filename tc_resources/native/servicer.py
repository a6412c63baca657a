"""The plugin as the engine calls it: one method for each of the protocol's, by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, wraps
from typing import Any

import grpc

from tc_resources.cloud import logs
from tc_resources.cloud.cancellation import Cancellation
from tc_resources.cloud.clock import Clock
from tc_resources.limits.session import Session
from tc_resources.native import configuration, functions, listing, mapping
from tc_resources.native.engine import NativeEngine, on_row
from tc_resources.native.failure import told
from tc_resources.native.protocol import Message, message
from tc_resources.native.resource import Resource
from tc_resources.native.schema import schema, version
from tc_resources.native.values import received

Method = Callable[..., Any]


def _told(method: Method) -> Method:
    """A method that fails is told in one text; what it says meanwhile is shown where it belongs."""

    @wraps(method)
    def answer(self: Servicer, request: Message, context: grpc.ServicerContext) -> Any:
        with told(context), on_row(getattr(request, "urn", "")):
            return method(self, request)

    return answer


class Servicer:
    """Serves one engine. What each resource means is the core's; a session begins with Configure."""

    def __init__(self, engine: NativeEngine, new_session: Callable[..., Session] = Session) -> None:
        self._engine, self._new_session = engine, new_session
        self._cancellation = Cancellation()
        self._sessions: list[Session] = []

    @cached_property
    def methods(self) -> Mapping[str, Method]:
        """All methods of the protocol that are served."""
        return {name: getattr(self, name) for name in vars(Servicer) if name[0].isupper()}

    @property
    def busy(self) -> bool:
        """Whether an operation is under way."""
        return any(session.busy for session in self._sessions)

    def cancel(self) -> None:
        """End what waits; what is half done is finished."""
        self._cancellation.cancel()

    def Handshake(self, request: Message, _: object) -> Message:
        self._engine.attach(request.engine_address)
        return message("ProviderHandshakeResponse")(accept_secrets=True, accept_resources=True)

    def Attach(self, request: Message, _: object) -> Message:
        self._engine.attach(request.address)
        return message("google.protobuf.Empty")()

    def GetPluginInfo(self, _: Message, __: object) -> Message:
        return message("PluginInfo")(version=version())

    def GetSchema(self, _: Message, __: object) -> Message:
        return message("GetSchemaResponse")(schema=schema())

    def GetMappings(self, request: Message, _: object) -> Message:
        return message("GetMappingsResponse")(providers=[mapping.PROVIDER] if request.key == mapping.KEY else [])

    def GetMapping(self, request: Message, _: object) -> Message:
        if request.key != mapping.KEY or request.provider not in ("", mapping.PROVIDER):
            return message("GetMappingResponse")()
        return message("GetMappingResponse")(provider=mapping.PROVIDER, data=mapping.data())

    def CheckConfig(self, request: Message, _: object) -> Message:
        return configuration.check(request)

    def DiffConfig(self, request: Message, _: object) -> Message:
        return configuration.diff(request)

    def Configure(self, request: Message, _: object) -> Message:
        logs.switch_on(self._engine)
        config = configuration.config(received(request.args).known)
        clock = Clock(sleep=self._cancellation.sleep)
        self._sessions = [self._new_session(config, self._engine, clock, cancellation=self._cancellation)]
        return message("ConfigureResponse")(
            acceptSecrets=True, acceptResources=True, supportsPreview=True, acceptOutputs=False
        )

    @_told
    def Check(self, request: Message) -> Message:
        return self._resource(request).check()

    @_told
    def Diff(self, request: Message) -> Message:
        return self._resource(request).diff()

    @_told
    def Create(self, request: Message) -> Message:
        return self._resource(request).create()

    @_told
    def Read(self, request: Message) -> Message:
        return self._resource(request).read()

    @_told
    def Update(self, request: Message) -> Message:
        return self._resource(request).update()

    @_told
    def Delete(self, request: Message) -> Message:
        self._resource(request).delete()
        return message("google.protobuf.Empty")()

    @_told
    def Invoke(self, request: Message) -> Message:
        return functions.invoke(self._session, request)

    def List(self, request: Message, context: grpc.ServicerContext) -> Iterator[Message]:
        with told(context):
            yield from listing.answers(self._session, request)

    def Cancel(self, _: Message, __: object) -> Message:
        self.cancel()
        return message("google.protobuf.Empty")()

    @property
    def _session(self) -> Session:
        if not self._sessions:
            raise RuntimeError("The provider was not configured.")
        return self._sessions[0]

    def _resource(self, request: Message) -> Resource:
        return Resource(self._session, request)
