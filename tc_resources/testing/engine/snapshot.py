"""The state while an operation changes it, step by step, and the form in which it is exported."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.resource import Resource


class Snapshot:
    """What earlier operations left, and what this one has settled so far: read at any moment, it is a whole state."""

    def __init__(self, base: list[Resource]) -> None:
        self.base = base
        self._settled: list[Resource] = []
        self._done: set[Resource] = set()

    def add(self, resource: Resource) -> None:
        self._settled.append(resource)

    def done(self, resource: Resource) -> None:
        """From now on the entry is no part of the state."""
        self._done.add(resource)

    @property
    def resources(self) -> list[Resource]:
        return [resource for resource in [*self._settled, *self.base] if resource not in self._done]

    def current(self) -> dict[str, Resource]:
        """The base by URN, without what waits for its deletion."""
        return {resource.urn: resource for resource in self.base if not resource.delete}


def export(resources: list[Resource], key: bytes) -> dict[str, Any]:
    """The state in the shape of `pulumi stack export`. Secrets are digests under `key`: nothing can read them back."""
    return {"manifest": {}, "resources": [_export(resource, key) for resource in resources]}


def _export(resource: Resource, key: bytes) -> dict[str, Any]:
    entry = {
        "urn": resource.urn,
        "custom": resource.custom,
        "delete": resource.delete,
        "id": resource.id,
        "type": resource.type,
        "inputs": _sealed(resource.inputs, key),
        "outputs": _sealed(resource.outputs, key),
        "parent": resource.parent,
        "protect": resource.protect,
        "external": resource.external,
        "dependencies": resource.dependencies,
        "provider": resource.provider,
        "propertyDependencies": resource.property_dependencies,
        "pendingReplacement": resource.pending_replacement,
        "additionalSecretOutputs": resource.additional_secret_outputs,
        "retainOnDelete": resource.retain_on_delete,
        "deletedWith": resource.deleted_with,
        "ignoreChanges": resource.ignore_changes,
        "replaceOnChanges": resource.replace_on_changes,
    }
    return {name: value for name, value in entry.items() if value or name == "custom"}


def _sealed(value: Any, key: bytes) -> Any:
    if wire.is_secret(value):
        digest = hmac.new(key, json.dumps(value, sort_keys=True).encode(), hashlib.sha256).hexdigest()
        return {wire.SIGNATURE: wire.SECRET, "ciphertext": f"v1:{digest}"}
    if isinstance(value, dict):
        return {name: _sealed(item, key) for name, item in value.items()}
    return [_sealed(item, key) for item in value] if isinstance(value, list) else value
