"""The resource monitor: the gRPC service through which a program declares its resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import NoReturn, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc

from tc_resources.testing.engine import goal, wire
from tc_resources.testing.engine.deployment import Deployment
from tc_resources.testing.engine.errors import FailedError, OperationError, UnsupportedError
from tc_resources.testing.engine.plugin import Package, PluginError
from tc_resources.testing.engine.wire import Properties

Answer = TypeVar("Answer")

# By the SDK's name and the protocol's. What is refused is here too: the SDK itself would call for another CLI.
FEATURES = {
    "secrets": "SECRETS",
    "resourceReferences": "RESOURCE_REFERENCES",
    "aliasSpecs": "ALIAS_SPECS",
    "deletedWith": "DELETED_WITH",
    "replaceWith": "REPLACE_WITH",
    "transforms": "TRANSFORMS",
    "invokeTransforms": "INVOKE_TRANSFORMS",
    "resourceHooks": "RESOURCE_HOOKS",
    "errorHooks": "ERROR_HOOKS",
    "stateMigrations": "STATE_MIGRATIONS",
}


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Translates requests for the deployment. Once that has halted, it answers as a monitor that is gone."""

    def __init__(
        self,
        deployment: Deployment,
        stack: str,
        project: str,
        config: Properties,
        packages: Mapping[str, Package] | None = None,
    ) -> None:
        self._deployment = deployment
        self._stack = stack
        self._project = project
        self._config = config
        self._packages = packages or {}

    def GetDeploymentInfo(self, request: Empty, context: grpc.ServicerContext) -> resource_pb2.DeploymentInfo:
        """Asked by newer SDKs, once; older ones ask for each feature."""
        known = resource_pb2.ResourceMonitorFeature.items()
        return resource_pb2.DeploymentInfo(
            supportedFeatures=[
                number for name, number in known if name.removeprefix("RESOURCE_MONITOR_FEATURE_") in FEATURES.values()
            ]
        )

    def SupportsFeature(
        self, request: resource_pb2.SupportsFeatureRequest, context: grpc.ServicerContext
    ) -> resource_pb2.SupportsFeatureResponse:
        """True for what the engine has and for what it refuses by name; an SDK asks before it uses a feature."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in FEATURES)

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        """Answers once the resource is there, with its URN, id and outputs; else UNAVAILABLE."""

        def register() -> resource_pb2.RegisterResourceResponse:
            parent = self._deployment.registered.get(request.parent)
            wanted = goal.from_register(request, parent, self._stack, self._project, self._packages)
            try:
                new = self._deployment.register(wanted, self._default_provider(wanted.resource.package))
            except FailedError as error:
                return resource_pb2.RegisterResourceResponse(urn=str(error), result=resource_pb2.FAIL)
            return resource_pb2.RegisterResourceResponse(urn=new.urn, id=new.id, object=wire.encode(new.outputs))

        return self._answer(register, context)

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.ReadResourceResponse:
        """Answers once the resource has been looked up, with its URN and outputs; else UNAVAILABLE."""

        def read() -> resource_pb2.ReadResourceResponse:
            wanted = goal.from_read(request, self._stack, self._project, self._packages)
            new = self._deployment.read(wanted, self._default_provider(wanted.package))
            return resource_pb2.ReadResourceResponse(urn=new.urn, properties=wire.encode(new.outputs))

        return self._answer(read, context)

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> Empty:
        """Takes the outputs of a component or of the stack; the caller gets nothing back."""
        self._deployment.set_outputs(request.urn, wire.decode(request.outputs))
        return Empty()

    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """What a function of a package answers; else UNKNOWN, which fails the program and not the operation."""
        package = request.tok.partition(":")[0]
        if package not in self._packages:
            self._refuse(f"functions of providers ({request.tok})", context)

        def invoke() -> provider_pb2.InvokeResponse:
            arguments, default = wire.decode(request.args), self._default_provider(package)
            response = provider_pb2.InvokeResponse()
            found = self._deployment.invoke(request.tok, arguments, request.provider, default)
            getattr(response, "return").CopyFrom(wire.encode(found))
            return response

        try:
            return self._answer(invoke, context, reported=False)
        except PluginError as error:
            context.abort(grpc.StatusCode.UNKNOWN, f"invocation of {request.tok} returned an error: {error}")
            raise

    def Call(self, request: resource_pb2.ResourceCallRequest, context: grpc.ServicerContext) -> None:
        """Fails the operation, and answers UNAVAILABLE: methods of resources are not supported."""
        self._refuse(f"methods of resources ({request.tok})", context)

    def RegisterPackage(self, request: resource_pb2.RegisterPackageRequest, context: grpc.ServicerContext) -> None:
        """Fails the operation, and answers UNAVAILABLE: packages are not supported."""
        self._refuse(f"packages ({request.name})", context)

    def RegisterStackTransform(self, request: object, context: grpc.ServicerContext) -> NoReturn:
        """Fails the operation, and answers UNAVAILABLE: transforms are not supported."""
        self._refuse("transforms", context)

    def RegisterStackInvokeTransform(self, request: object, context: grpc.ServicerContext) -> NoReturn:
        """Fails the operation, and answers UNAVAILABLE: transforms are not supported."""
        self._refuse("transforms", context)

    def RegisterResourceHook(self, request: object, context: grpc.ServicerContext) -> NoReturn:
        """Fails the operation, and answers UNAVAILABLE: hooks are not supported."""
        self._refuse("hooks", context)

    def RegisterErrorHook(self, request: object, context: grpc.ServicerContext) -> NoReturn:
        """Fails the operation, and answers UNAVAILABLE: hooks are not supported."""
        self._refuse("hooks", context)

    def SignalAndWaitForShutdown(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """The program may end at once: nothing that comes after it calls it back."""
        return Empty()

    def _default_provider(self, name: str) -> goal.Goal:
        """A dynamic one is given the stack's whole configuration, another what is under its package's namespace."""
        package = self._packages.get(name)
        config = package.config if package else self._config
        return goal.default_provider(name, config, self._stack, self._project)

    def _refuse(self, feature: str, context: grpc.ServicerContext) -> NoReturn:
        def refuse() -> NoReturn:
            raise UnsupportedError(feature)

        self._answer(refuse, context)

    def _answer(self, handle: Callable[[], Answer], context: grpc.ServicerContext, *, reported: bool = True) -> Answer:
        try:
            with self._deployment.reporting(None) if reported else nullcontext():
                return handle()
        except OperationError:
            context.abort(grpc.StatusCode.UNAVAILABLE, "the operation has failed")
            raise
