"""The state in the shape of `pulumi stack export`, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.resource import Resource
from tc_resources.testing.engine.snapshot import Pending

Seal = Callable[[str], str]
"""From a text to what stands in its place, or back."""

_NAMES = {
    "urn": "urn",
    "custom": "custom",
    "delete": "delete",
    "id": "id",
    "type": "type",
    "inputs": "inputs",
    "outputs": "outputs",
    "parent": "parent",
    "protect": "protect",
    "external": "external",
    "dependencies": "dependencies",
    "provider": "provider",
    "propertyDependencies": "property_dependencies",
    "pendingReplacement": "pending_replacement",
    "additionalSecretOutputs": "additional_secret_outputs",
    "retainOnDelete": "retain_on_delete",
    "deletedWith": "deleted_with",
    "ignoreChanges": "ignore_changes",
    "replaceOnChanges": "replace_on_changes",
}


def export_state(resources: Sequence[Resource], pending: Sequence[Pending], seal: Seal) -> dict[str, Any]:
    """A deployment; each secret is what `seal` makes of its JSON."""
    deployment: dict[str, Any] = {"manifest": {}, "resources": [_entry(resource, seal) for resource in resources]}
    if pending:
        deployment["pending_operations"] = [{"resource": _entry(it.resource, seal), "type": it.type} for it in pending]
    return deployment


def import_state(deployment: Mapping[str, Any], unseal: Seal) -> tuple[list[Resource], list[Pending]]:
    """What `export_state` was given, where `unseal` undoes what `seal` did. What the engine does not know it drops."""
    resources = [_resource(entry, unseal) for entry in deployment.get("resources") or []]
    operations = deployment.get("pending_operations") or []
    return resources, [Pending(_resource(it["resource"], unseal), it["type"]) for it in operations]


def _entry(resource: Resource, seal: Seal) -> dict[str, Any]:
    entry = {name: _sealed(getattr(resource, field), seal) for name, field in _NAMES.items()}
    return {name: value for name, value in entry.items() if value or name == "custom"}


def _resource(entry: Mapping[str, Any], unseal: Seal) -> Resource:
    return Resource(**{_NAMES[name]: _unsealed(value, unseal) for name, value in entry.items() if name in _NAMES})


def _sealed(value: Any, seal: Seal) -> Any:
    if wire.is_secret(value):
        return {wire.SIGNATURE: wire.SECRET, "ciphertext": seal(json.dumps(value["value"], sort_keys=True))}
    return _each(value, lambda item: _sealed(item, seal))


def _unsealed(value: Any, unseal: Seal) -> Any:
    if wire.is_secret(value):
        return wire.secret(json.loads(unseal(value["ciphertext"])))
    return _each(value, lambda item: _unsealed(item, unseal))


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: change(item) for name, item in value.items()}
    return [change(item) for item in value] if isinstance(value, list) else value
