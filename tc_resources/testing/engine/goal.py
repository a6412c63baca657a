"""What the program asks for, taken from its requests to the resource monitor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from pulumi.runtime.proto import alias_pb2, resource_pb2

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.errors import UnsupportedError
from tc_resources.testing.engine.resource import PACKAGE, PROVIDER_PREFIX, Resource, make_urn, package_of
from tc_resources.testing.engine.wire import Properties


@dataclass
class Goal:
    """The resource as it is to become; `properties` are its inputs before the provider has checked them."""

    resource: Resource
    properties: Properties
    aliases: list[alias_pb2.Alias] = field(default_factory=list)
    delete_before_replace: bool | None = None
    import_id: str = ""
    """Of what is there already and to be taken over."""


def from_register(
    request: resource_pb2.RegisterResourceRequest,
    parent: Resource | None,
    stack: str,
    project: str,
    packages: Collection[str] = (),
) -> Goal:
    """What is not said is inherited from the parent. Raises UnsupportedError for what the engine does not have."""
    _refuse(request, packages)
    properties = wire.decode(request.object)
    resource = Resource(
        urn=make_urn(stack, project, request.parent, request.type, request.name),
        type=request.type,
        custom=request.custom,
        inputs=properties,
        parent=request.parent,
        provider=request.provider,
        dependencies=sorted(request.dependencies),
        property_dependencies={key: sorted(value.urns) for key, value in request.propertyDependencies.items()},
        protect=request.protect if _has(request, "protect") or parent is None else parent.protect,
        retain_on_delete=(
            request.retainOnDelete if _has(request, "retainOnDelete") or parent is None else parent.retain_on_delete
        ),
        deleted_with=request.deletedWith or (parent.deleted_with if parent else ""),
        ignore_changes=list(request.ignoreChanges),
        replace_on_changes=list(request.replaceOnChanges),
        additional_secret_outputs=list(request.additionalSecretOutputs),
    )
    chosen = request.deleteBeforeReplaceDefined or request.deleteBeforeReplace
    return Goal(
        resource,
        properties,
        aliases=[*(alias_pb2.Alias(urn=urn) for urn in request.aliasURNs), *request.aliases],
        delete_before_replace=request.deleteBeforeReplace if chosen else None,
        import_id=request.importId,
    )


def from_read(
    request: resource_pb2.ReadResourceRequest, stack: str, project: str, packages: Collection[str] = ()
) -> Resource:
    """The resource to look up. Raises UnsupportedError where another package's provider would have to."""
    _refuse_type(request.type, packages)
    return Resource(
        urn=make_urn(stack, project, request.parent, request.type, request.name),
        type=request.type,
        custom=True,
        id=request.id,
        inputs=wire.decode(request.properties),
        parent=request.parent,
        provider=request.provider,
        dependencies=sorted(request.dependencies),
        external=True,
        additional_secret_outputs=list(request.additionalSecretOutputs),
    )


def default_provider(package: str, config: Properties, stack: str, project: str) -> Goal:
    """The provider of all resources of a package that name none."""
    type_ = f"{PROVIDER_PREFIX}{package}"
    urn = make_urn(stack, project, "", type_, "default")
    return Goal(Resource(urn=urn, type=type_, custom=True, inputs=config), config)


def _refuse(request: resource_pb2.RegisterResourceRequest, packages: Collection[str]) -> None:
    if request.custom:
        _refuse_type(request.type, packages)
    features = {
        "remote components": request.remote,
        "import_": request.importId and package_of(request.type) == PACKAGE,
        "transforms": request.transforms,
        "hooks": request.HasField("hooks") and request.hooks.ListFields(),
        "replace_with": _has(request, "replace_with"),
        "replacement_trigger": _has(request, "replacement_trigger"),
        "state_migrations": _has(request, "state_migrations"),
        "env_var_mappings": _has(request, "envVarMappings"),
        "paths in ignore_changes": any(set(name) & set(".[*") for name in request.ignoreChanges),
        "paths in replace_on_changes": any(set(name) & set(".[*") for name in request.replaceOnChanges),
    }
    for feature, used in features.items():
        if used:
            raise UnsupportedError(f"{feature} (resource {request.name!r})")


def _has(request: resource_pb2.RegisterResourceRequest, name: str) -> bool:
    """Whether the field is set; protocols older than the field never set it."""
    return any(descriptor.name == name for descriptor, _ in request.ListFields())


def _refuse_type(type_: str, packages: Collection[str]) -> None:
    if type_ == "pulumi:pulumi:StackReference":
        raise UnsupportedError("StackReference")
    package = package_of(type_)
    if package not in (PACKAGE, *packages):
        raise UnsupportedError(f"providers other than Python dynamic ones ({package!r}, of {type_})")
