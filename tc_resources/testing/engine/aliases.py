"""The URNs that a resource may have had before it was renamed or moved."""

from __future__ import annotations

from pulumi.runtime.proto import alias_pb2

from tc_resources.testing.engine.goal import Goal
from tc_resources.testing.engine.resource import STACK_TYPE, make_urn, name_of, qualified_type, type_of


class Aliases:
    """Remembers which old URN each resource of this operation was found under, since its children follow it."""

    def __init__(self, stack: str, project: str) -> None:
        self._stack = stack
        self._project = project
        self._former: dict[str, str] = {}

    def adopt(self, urn: str, former: str) -> None:
        """The resource at `urn` is the one that was at `former`: its children are looked for there, too."""
        self._former[urn] = former

    @property
    def adopted(self) -> dict[str, str]:
        """The URNs that resources of this operation have now, by those they were found under."""
        return {former: urn for urn, former in self._former.items()}

    def of(self, goal: Goal) -> list[str]:
        """The other URNs it may be found under: those it names, then those that come of its parent's old one."""
        own = [self._resolve(alias, goal) for alias in goal.aliases]
        parent = goal.resource.parent
        former_parent = self._former.get(parent)
        if former_parent is None:
            return own
        return own + [self._inherit(urn, parent, former_parent) for urn in [goal.resource.urn, *own]]

    def _resolve(self, alias: alias_pb2.Alias, goal: Goal) -> str:
        if alias.WhichOneof("alias") == "urn":
            return alias.urn
        spec, resource = alias.spec, goal.resource
        parent = self._former.get(spec.parentUrn, spec.parentUrn) or resource.parent
        if spec.noParent or (parent and qualified_type(parent) == STACK_TYPE):
            parent = ""
        return make_urn(
            spec.stack or self._stack,
            spec.project or self._project,
            parent,
            spec.type or resource.type,
            spec.name or resource.name,
        )

    def _inherit(self, urn: str, parent: str, former_parent: str) -> str:
        """Where the child's name begins with its parent's, it is taken to have changed with it."""
        name = name_of(urn)
        if name.startswith(name_of(parent)):
            name = name_of(former_parent) + name.removeprefix(name_of(parent))
        return make_urn(self._stack, self._project, former_parent, type_of(urn), name)
