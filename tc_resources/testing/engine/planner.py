"""Decides the steps of each resource that the program declares: create, update, replace, or nothing to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.aliases import Aliases
from tc_resources.testing.engine.dependents import depended_on, depending_on
from tc_resources.testing.engine.errors import InvalidResourceError
from tc_resources.testing.engine.failures import describe
from tc_resources.testing.engine.goal import Goal
from tc_resources.testing.engine.plugin import Diff, PluginError, Provider
from tc_resources.testing.engine.providers import Providers
from tc_resources.testing.engine.resource import Resource
from tc_resources.testing.engine.selection import ALL, Selection
from tc_resources.testing.engine.snapshot import Snapshot
from tc_resources.testing.engine.steps import (
    Create,
    Delete,
    Import,
    Read,
    RemovePendingReplace,
    Replace,
    Same,
    Step,
    Update,
)
from tc_resources.testing.engine.wire import Properties

UNTARGETED = (
    "Resource '{}' will be destroyed but was not specified in --target list.\n"
    "Either include resource in --target list or pass --target-dependents to proceed."
)


class Planner:
    """One resource at a time. It raises InvalidResourceError, or PluginError where the provider fails to answer."""

    def __init__(
        self,
        snapshot: Snapshot,
        providers: Providers,
        aliases: Aliases,
        replace: Collection[str],
        selection: Selection = ALL,
    ) -> None:
        self.condemned: set[str] = set()  # URNs that are deleted, so far as is known
        self._snapshot = snapshot
        self._providers = providers
        self._aliases = aliases
        self._replace = replace
        self._selection = selection
        self._olds = snapshot.current()
        self._urns: set[str] = set()
        self._kept: set[str] = set()  # URNs that go on: whatever happened to them, they are not left over
        self._replaced: set[str] = set()

    def register(self, goal: Goal) -> list[Step]:
        """The steps, in order, that bring the resource about, whose inputs are those that its check returns."""
        new, old = goal.resource, self._identify(goal.resource, self._aliases.of(goal))
        if not self._selection.admits(new.urn):
            return self._leave(old, new)
        if goal.import_id and old is None:
            return self._import(goal)
        recreating = new.urn in self.condemned
        fresh = old is None or recreating or old.external or new.urn in self._replace
        provider = self._providers.of(new)
        if provider:
            olds = {} if fresh or old is None else old.inputs
            news = goal.properties if fresh else _ignoring(goal.properties, olds, new.ignore_changes)
            _check(provider, new, olds, news)
        self._kept.add(new.urn)
        if old is None:
            return [Create(new)]
        if recreating:
            return self._recreate(old, new)
        if old.external:
            return [Create(new, old, delete_replaced=True), Replace(old, new)]
        return self._renew(goal, old, provider)

    def _import(self, goal: Goal) -> list[Step]:
        """The steps, in order, that take over what is there, and change it to what the program says."""
        new = goal.resource
        found = self._providers.plugin(new).read(replace(new, id=goal.import_id, inputs={}), {})
        if not found.id:
            raise PluginError(f"resource '{goal.import_id}' does not exist")
        old = replace(new, id=found.id, inputs=found.inputs or {}, outputs=found.outputs)
        provider = self._providers.of(new)
        assert provider  # noqa: S101 - a component has no id
        _check(provider, new, old.inputs, goal.properties)
        self._kept.add(new.urn)
        diff = compare(provider, old, new.inputs, new)
        if diff.replaces:
            raise InvalidResourceError("previously-imported resources that still specify an ID may not be replaced")
        return [Import(old, old.copy()), Update(old, new)] if diff.changes else [Import(old, new)]

    def read(self, new: Resource) -> list[Step]:
        """The steps, in order, that look the resource up; one of that URN that the stack owned is then left over."""
        old = self._identify(new, [])
        self._kept.add(new.urn)
        if old and not old.external and old.id != new.id:
            self._replaced.add(new.urn)
            return [Read(new, old, replacing=True), Replace(old, new)]
        return [Read(new, old)]

    def left_over(self) -> list[Step]:
        """The deletions that remain once the program has ended, in the order of the state.

        Raises InvalidResourceError where something that is no target needs what they delete.
        """
        steps = self._deletions()
        if self._selection.target:
            self._demand_targets({step.resource: step for step in steps})
        return steps

    def _demand_targets(self, going: Collection[Resource]) -> None:
        staying = [it for it in self._snapshot.untouched if it not in going and (it.delete or it.urn not in self._kept)]
        needed, urns = [*going, *staying], {resource.urn for resource in going}
        taken = [it.urn for it in staying if depended_on([it], needed) & urns]
        if taken:
            raise InvalidResourceError(*map(UNTARGETED.format, taken))

    def _deletions(self) -> list[Step]:
        adopted = self._aliases.adopted
        steps: list[Step] = []
        for old in self._snapshot.base:
            if not self._selection.ends(old.urn):
                continue
            if old.delete:
                self.condemned.add(old.urn)
                steps.append(Delete(old, self.condemned, replacing=True))
            elif adopted.get(old.urn, old.urn) in self._kept:
                continue
            elif old.pending_replacement:
                steps.append(RemovePendingReplace(old))
            else:
                self.condemned.add(old.urn)
                steps.append(Delete(old, self.condemned))
        return steps

    def _leave(self, old: Resource | None, new: Resource) -> list[Step]:
        """One that the operation is not about stays as it is, and where there is none, there will be none."""
        self._kept.add(new.urn)
        if old is None:
            return []
        kept = old.copy()
        kept.urn = new.urn
        new.id, new.outputs = old.id, old.outputs
        return [Same(old, kept)]

    def _identify(self, new: Resource, aliases: list[str]) -> Resource | None:
        if new.urn in self._urns:
            raise InvalidResourceError(f"Duplicate resource URN '{new.urn}'; try giving it a unique name")
        self._urns.add(new.urn)
        if new.urn in self._aliases.adopted:
            by = self._aliases.adopted[new.urn]
            raise InvalidResourceError(
                f"Duplicate resource URN '{new.urn}' conflicting with alias on resource with URN '{by}'"
            )
        former = next((urn for urn in [new.urn, *aliases] if urn in self._olds), None)
        if former is None:
            return None
        if former != new.urn:
            self._adopt(new, former)
        return self._olds[former]

    def _adopt(self, new: Resource, former: str) -> None:
        taken = former if former in self._urns else self._aliases.adopted.get(former)
        if taken:
            raise InvalidResourceError(
                f"Duplicate resource alias '{former}' applied to resource with URN '{new.urn}' "
                f"conflicting with resource with URN '{taken}'"
            )
        self._aliases.adopt(new.urn, former)

    def _recreate(self, old: Resource, new: Resource) -> list[Step]:
        self.condemned.discard(new.urn)
        self._replaced.add(new.urn)
        return [Replace(old, new), Create(new, old)]

    def _renew(self, goal: Goal, old: Resource, provider: Provider | None) -> list[Step]:
        new = goal.resource
        diff = self._diff(goal.resource, old, provider)
        if not (diff.changes or old.pending_replacement):
            return [Same(old, new)]
        if not (diff.replaces or old.pending_replacement):
            return [Update(old, new)]
        return self._renew_by_replacement(goal, old, provider, diff)

    def _diff(self, new: Resource, old: Resource, provider: Provider | None) -> Diff:
        if new.urn in self._replace:
            return Diff(True, ["id"])
        if new.deleted_with in self._replaced:
            return Diff(True, ["deletedWith"])
        if bool(old.provider) != bool(new.provider):
            return Diff(True, ["provider"])
        if provider is None:
            return Diff(not wire.same(old.inputs, new.inputs))
        return compare(provider, old, new.inputs, new)

    def _renew_by_replacement(self, goal: Goal, old: Resource, provider: Provider | None, diff: Diff) -> list[Step]:
        new = goal.resource
        if new.protect and old.protect:
            raise InvalidResourceError(
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. To unprotect the '
                "resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
            )
        self._replaced.add(new.urn)
        if provider and new.urn not in self._replace:
            _check(provider, new, {}, goal.properties)
        before = diff.delete_before_replace if goal.delete_before_replace is None else goal.delete_before_replace
        if not before:
            return [Create(new, old, delete_replaced=True), Replace(old, new)]
        return [*self._delete_first(old), Replace(old, new), Create(new, old)]

    def _delete_first(self, old: Resource) -> list[Step]:
        """What an old resource takes with it when it goes before its replacement comes, and then itself."""
        steps: list[Step] = []
        for dependent in reversed(self._dependents_to_replace(old)):
            if dependent.urn in self.condemned:
                continue
            if dependent.protect:
                raise InvalidResourceError(
                    f'unable to replace resource "{dependent.urn}" as part of replacing "{old.urn}" '
                    "as it is currently marked for protection."
                )
            self.condemned.add(dependent.urn)
            steps.append(Delete(dependent, self.condemned, replacing=True, replacement_follows=True))
        if not old.pending_replacement:
            self.condemned.add(old.urn)
            steps.append(Delete(old, self.condemned, replacing=True, replacement_follows=True))
        return steps

    def _dependents_to_replace(self, root: Resource) -> list[Resource]:
        found, urns = [], {root.urn}
        for dependent in depending_on(root, self._snapshot.base, self._kept):
            if not dependent.delete and self._must_follow(dependent, urns):
                found.append(dependent)
                urns.add(dependent.urn)
        return found

    def _must_follow(self, dependent: Resource, replaced: Collection[str]) -> bool:
        """Whether the provider would replace it too, once what its inputs come from is unknown."""
        if not dependent.custom or dependent.external:
            return False
        if {dependent.provider.rpartition("::")[0], dependent.deleted_with} & set(replaced):
            return True
        unknown = {key for key, urns in dependent.property_dependencies.items() if set(urns) & set(replaced)}
        provider = self._providers.of(dependent)
        if not unknown or provider is None:
            return False
        news = {key: wire.UNKNOWN if key in unknown else value for key, value in dependent.inputs.items()}
        diff = compare(provider, dependent, news, dependent)
        return bool(diff.changes and diff.replaces)


def compare(provider: Provider, old: Resource, news: Properties, options: Resource) -> Diff:
    """The provider's diff, or where it has none to give, one of the inputs; name and options are those given."""
    diff = provider.diff(replace(old, urn=options.urn, type=options.type), news)
    if diff.changes is not None:
        return diff
    olds, settled = wire.plain(old.inputs), wire.plain(_ignoring(news, old.inputs, options.ignore_changes))
    changed = {key for key in olds.keys() | settled.keys() if not wire.same(olds.get(key), settled.get(key))}
    replaces = [*diff.replaces, *sorted(changed & set(options.replace_on_changes))]
    return Diff(bool(changed), replaces, diff.delete_before_replace)


def _check(provider: Provider, new: Resource, olds: Properties, news: Properties) -> None:
    """Takes the inputs as the provider settles them."""
    checked = provider.check(new, olds, news)
    if checked.failures:
        raise InvalidResourceError(*(describe(failure, new) for failure in checked.failures))
    new.inputs = checked.inputs


def _ignoring(news: Properties, olds: Properties, names: Collection[str]) -> Properties:
    """The new inputs with the named ones as they were, absent if they were."""
    return {key: value for key, value in news.items() if key not in names} | {
        name: olds[name] for name in names if name in olds
    }
