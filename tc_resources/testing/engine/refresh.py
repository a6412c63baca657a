"""Reads every resource of the state anew, before or instead of an update."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.display import Display
from tc_resources.testing.engine.planner import compare
from tc_resources.testing.engine.plugin import PluginError
from tc_resources.testing.engine.providers import Providers
from tc_resources.testing.engine.resource import Resource
from tc_resources.testing.engine.steps import mark_secrets


@dataclass(frozen=True)
class _Outcome:
    op: str  # same, update or delete, empty where it could not be read
    resource: Resource | None


def refresh(
    resources: list[Resource], providers: Providers, display: Display, *, counted: bool
) -> tuple[list[Resource], bool]:
    """The state as it turns out to be, and whether all of it could be read. What could not be stays as it was."""
    failed = []

    def look(resource: Resource) -> _Outcome:
        try:
            return _read(resource, providers)
        except PluginError as error:
            failed.append(resource)
            display.error(str(error), resource)
            return _Outcome("", resource)

    with ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(look, resources))
    for old, outcome in zip(resources, outcomes, strict=True):
        if outcome.op:
            display.step(outcome.op, old)
        if outcome.op and counted:
            display.count(outcome.op, old)
    return _repaired([outcome.resource for outcome in outcomes if outcome.resource]), not failed


def _read(old: Resource, providers: Providers) -> _Outcome:
    if not old.custom or old.is_provider or old.pending_replacement:
        return _Outcome("same", old)
    plugin = providers.plugin(old)
    found = plugin.read(old, old.outputs)
    if not found.id:
        return _Outcome("delete", None)
    new = old.copy()
    new.id, new.outputs = found.id, found.outputs
    new.inputs = old.inputs if found.inputs is None else found.inputs
    if old.external:
        changed = not wire.same(old.outputs, new.outputs)
    else:
        changed = bool(compare(plugin, new, old.inputs, old).changes)
    mark_secrets(new)
    return _Outcome("update" if changed else "same", new)


def _repaired(resources: list[Resource]) -> list[Resource]:
    """The resources without their dependencies on what is gone; a child without a parent goes to its grandparent."""
    urns = {resource.urn for resource in resources}
    for resource in resources:
        resource.dependencies = [urn for urn in resource.dependencies if urn in urns]
        resource.property_dependencies = {
            key: kept
            for key, needed in resource.property_dependencies.items()
            if (kept := [urn for urn in needed if urn in urns])
        }
        resource.deleted_with = resource.deleted_with if resource.deleted_with in urns else ""
    return resources
