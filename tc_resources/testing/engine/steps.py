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
        raise NotImplementedError

    @property
    def counted(self) -> bool:
        return True

    @property
    def label(self) -> str:
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
    op = "same"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:  # noqa: ARG002
        self.new.id = self.old.id
        self.new.outputs = self.old.outputs
        if self.new.is_provider:
            providers.same(self.new)
        mark_secrets(self.new)

    def record(self, snapshot: Snapshot) -> None:
        snapshot.done(self.old)
        snapshot.add(self.new)


@dataclass
class Update(_Renewal):
    op = "update"
    pending = "updating"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:  # noqa: ARG002
        self.new.id = self.old.id
        if provider := providers.of(self.new):
            self.new.outputs = provider.update(self.old, self.new)
        mark_secrets(self.new)

    def record(self, snapshot: Snapshot) -> None:
        snapshot.done(self.old)
        snapshot.add(self.new)


@dataclass
class Replace(_Renewal):
    """Does nothing: it stands for the creation and the deletion that a replacement is made of."""

    op = "replace"


@dataclass
class Create(Step):
    op = "create"
    pending = "creating"
    new: Resource
    replaced: Resource | None = None
    delete_replaced: bool = False

    @property
    def resource(self) -> Resource:
        return self.new

    @property
    def counted(self) -> bool:
        return self.replaced is None

    @property
    def label(self) -> str:
        return "create-replacement" if self.replaced else "create"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:  # noqa: ARG002
        if provider := providers.of(self.new):
            self.new.id, self.new.outputs = provider.create(self.new)
        mark_secrets(self.new)

    def record(self, snapshot: Snapshot) -> None:
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
        return self.old

    @property
    def counted(self) -> bool:
        return not self.replacing

    @property
    def label(self) -> str:
        if self.old.external:
            return "discard-replaced" if self.replacing else "discard"
        return "delete-replaced" if self.replacing else "delete"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:
        if self.old.protect and not self.replacing:
            raise ProtectedError(self.old)
        kept = self.old.external or self.old.retain_on_delete or self.old.deleted_with in self.condemned
        if not (dry_run or kept) and (provider := providers.of(self.old)):
            provider.delete(self.old)
        if self.replacement_follows:
            self.old.pending_replacement = True

    def record(self, snapshot: Snapshot) -> None:
        if not self.old.pending_replacement:
            snapshot.done(self.old)


@dataclass
class RemovePendingReplace(Step):
    """Forgets a resource that was deleted for a replacement that never came."""

    op = "remove-pending-replace"
    old: Resource

    @property
    def resource(self) -> Resource:
        return self.old

    @property
    def counted(self) -> bool:
        return False

    def record(self, snapshot: Snapshot) -> None:
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
        return self.new

    @property
    def counted(self) -> bool:
        return not self.replacing and self.old is not None and self.old.outputs != self.new.outputs

    @property
    def label(self) -> str:
        return "read-replacement" if self.replacing else "read"

    def apply(self, providers: Providers, *, dry_run: bool) -> None:  # noqa: ARG002
        if self.new.id != wire.UNKNOWN:
            found = providers.plugin(self.new).read(self.new, self.new.inputs)
            self.new.id, self.new.outputs = found.id or self.new.id, found.outputs
        if self.old and self.replacing:
            self.old.delete = True
        mark_secrets(self.new)

    def record(self, snapshot: Snapshot) -> None:
        if self.old:
            snapshot.done(self.old)
        snapshot.add(self.new)


def mark_secrets(resource: Resource) -> None:
    """An output is a secret where the program says so, or where the input of its name is one."""
    secrets = {*resource.additional_secret_outputs, *(k for k, v in resource.inputs.items() if wire.is_secret(v))}
    resource.outputs = {k: wire.secret(v) if k in secrets else v for k, v in resource.outputs.items()}
