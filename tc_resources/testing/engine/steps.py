"""The steps that an operation is made of: what each asks of the provider, and what it leaves in the state."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.plugin import PluginError
from tc_resources.testing.engine.providers import Providers
from tc_resources.testing.engine.resource import Resource
from tc_resources.testing.engine.snapshot import Snapshot


class ProtectedError(PluginError):
    """A deletion that the user has forbidden."""

    def __init__(self, resource: Resource) -> None:
        super().__init__(
            f'resource "{resource.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, '
            "either remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the "
            f"command:\n`pulumi state unprotect '{resource.urn}'`"
        )


@dataclass
class Step:
    """`apply` does it, and raises PluginError where it fails; `record` then keeps its result in the state."""

    op: ClassVar[str]
    pending: ClassVar[str] = ""  # what the state says of it while it is under way

    @property
    def resource(self) -> Resource:
        """The one that the output names, and the state while the step is under way."""
        raise NotImplementedError

    @property
    def counted(self) -> bool:
        """Whether it is one of the changes that sum up the operation."""
        return True

    @property
    def label(self) -> str:
        """What the output calls it."""
        return self.op

    def apply(self, providers: Providers, *, dry_run: bool) -> None:
        """Nothing, unless a kind of step says otherwise."""

    def record(self, snapshot: Snapshot) -> None:
        """Nothing, unless a kind of step says otherwise."""


@dataclass
class _Renewal(Step):
    old: Resource
    new: Resource

    @property
    def resource(self) -> Resource:
        return self.new


@dataclass
class Same(_Renewal):
    """Leaves the resource itself as it is; the state takes over what the program says of it now."""

    op = "same"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:  # noqa: ARG002 - every step has it
        """Takes over id and outputs; a provider is started, for the resources that it manages."""
        self.new.id = self.old.id
        self.new.outputs = self.old.outputs
        if self.new.is_provider:
            providers.same(self.new)
        mark_secrets(self.new)

    def record(self, snapshot: Snapshot) -> None:
        """Puts the new entry in the place of the old one."""
        snapshot.done(self.old)
        snapshot.add(self.new)


@dataclass
class Update(_Renewal):
    """Changes a resource in place."""

    op = "update"
    pending = "updating"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:  # noqa: ARG002 - every step has it
        """Asks the provider, if there is one, and takes its outputs; the id stays."""
        self.new.id = self.old.id
        if provider := providers.of(self.new):
            self.new.outputs = provider.update(self.old, self.new)
        mark_secrets(self.new)

    def record(self, snapshot: Snapshot) -> None:
        """Puts the new entry in the place of the old one."""
        snapshot.done(self.old)
        snapshot.add(self.new)


@dataclass
class Import(_Renewal):
    """Takes over what is there, as `old` was read; previews do it too."""

    op = "import"
    pending = "importing"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:  # noqa: ARG002 - every step has it
        """Takes the id and the outputs that were read."""
        self.new.id, self.new.outputs = self.old.id, self.old.outputs
        mark_secrets(self.new)

    def record(self, snapshot: Snapshot) -> None:
        """Adds the new entry."""
        snapshot.add(self.new)


@dataclass
class Replace(_Renewal):
    """Does nothing: it stands for the creation and the deletion that a replacement is made of."""

    op = "replace"


@dataclass
class Create(Step):
    """Creates a resource, maybe for another; with `delete_replaced`, that one is deleted when the program has ended."""

    op = "create"
    pending = "creating"
    new: Resource
    replaced: Resource | None = None
    delete_replaced: bool = False

    @property
    def resource(self) -> Resource:
        """The new one, whose id and outputs come with `apply`."""
        return self.new

    @property
    def counted(self) -> bool:
        """Not for a replacement, which `Replace` stands for."""
        return self.replaced is None

    @property
    def label(self) -> str:
        """Tells a replacement from a resource that is all new."""
        return "create-replacement" if self.replaced else "create"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:  # noqa: ARG002 - every step has it
        """Asks the provider, if there is one, and takes its id and outputs."""
        if provider := providers.of(self.new):
            self.new.id, self.new.outputs = provider.create(self.new)
        mark_secrets(self.new)

    def record(self, snapshot: Snapshot) -> None:
        """Adds the new entry; the replaced one is marked for deletion, or goes where it was deleted before."""
        snapshot.add(self.new)
        if self.replaced and self.delete_replaced:
            self.replaced.delete = True
        if self.replaced and self.replaced.pending_replacement:
            snapshot.done(self.replaced)


@dataclass
class Delete(Step):
    """Deletes a resource; with `replacement_follows`, its entry stays until the new one has been created."""

    op = "delete"
    pending = "deleting"
    old: Resource
    condemned: Collection[str]
    replacing: bool = False
    replacement_follows: bool = False

    @property
    def resource(self) -> Resource:
        """The old one; there may be a new one of the same URN."""
        return self.old

    @property
    def counted(self) -> bool:
        """Not as part of a replacement, which `Replace` stands for."""
        return not self.replacing

    @property
    def label(self) -> str:
        """What the stack does not own is discarded only."""
        if self.old.external:
            return "discard-replaced" if self.replacing else "discard"
        return "delete-replaced" if self.replacing else "delete"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:
        """Asks the provider, but in a preview or where it stays or goes with another. Raises ProtectedError."""
        if self.old.protect and not self.replacing:
            raise ProtectedError(self.old)
        kept = self.old.external or self.old.retain_on_delete or self.old.deleted_with in self.condemned
        if not (dry_run or kept) and (provider := providers.of(self.old)):
            provider.delete(self.old)
        if self.replacement_follows:
            self.old.pending_replacement = True

    def record(self, snapshot: Snapshot) -> None:
        """Removes the entry, unless its replacement is still to come."""
        if not self.old.pending_replacement:
            snapshot.done(self.old)


@dataclass
class RemovePendingReplace(Step):
    """Forgets a resource that was deleted for a replacement that never came."""

    op = "remove-pending-replace"
    old: Resource

    @property
    def resource(self) -> Resource:
        """The entry of what was deleted."""
        return self.old

    @property
    def counted(self) -> bool:
        """Never: the deletion was, in its time."""
        return False

    def record(self, snapshot: Snapshot) -> None:
        """Removes the entry."""
        snapshot.done(self.old)


@dataclass
class Read(Step):
    """Looks up a resource that the stack refers to and does not own; previews do it too."""

    op = "read"
    pending = "reading"
    new: Resource
    old: Resource | None = None
    replacing: bool = False

    @property
    def resource(self) -> Resource:
        """The one to look up, whose outputs come with `apply`."""
        return self.new

    @property
    def counted(self) -> bool:
        """Only where it is not what it was when it was last read."""
        return not self.replacing and self.old is not None and self.old.outputs != self.new.outputs

    @property
    def label(self) -> str:
        """Tells one that the stack owned until now from others."""
        return "read-replacement" if self.replacing else "read"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:  # noqa: ARG002 - every step has it
        """Asks the provider, unless the id is unknown; one that the stack owned is marked for deletion."""
        if self.new.id != wire.UNKNOWN:
            found = providers.plugin(self.new).read(self.new, self.new.inputs)
            self.new.id, self.new.outputs = found.id or self.new.id, found.outputs
        if self.old and self.replacing:
            self.old.delete = True
        mark_secrets(self.new)

    def record(self, snapshot: Snapshot) -> None:
        """Puts what was read in the place of the old entry, if there is one."""
        if self.old:
            snapshot.done(self.old)
        snapshot.add(self.new)


def mark_secrets(resource: Resource) -> None:
    """An output is a secret where the program says so, or where the input of its name is one."""
    secrets = {*resource.additional_secret_outputs, *(k for k, v in resource.inputs.items() if wire.is_secret(v))}
    resource.outputs = {k: wire.secret(v) if k in secrets else v for k, v in resource.outputs.items()}
