"""The one Pulumi dynamic provider: the engine's calls in, a resource's handler out.

A `LimitProvider` lies pickled, by reference, in every resource's state: its module, its name and its one attribute
never change. What a provider process needs besides (credentials, the client, what it has read) is held by the
process, never by the object. Pulumi starts a process for each operation and each explicit instance, and calls it
from four threads.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import Unknown

from tc_resources.cloud import logs
from tc_resources.cloud.errors import ConfigError
from tc_resources.dynamic.failure import told
from tc_resources.limits import fields
from tc_resources.limits.handler import NothingThereError
from tc_resources.limits.session import AnyHandler, Process

PROVIDER_KEY = "__provider"

_process: Process | None = None


class LimitProvider(ResourceProvider):
    """The provider of one kind of resource: "aigc_quota" or "prefetch_origin_limit", after the module it is in."""

    serialize_as_secret_always = False

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's or the instance's settings. The host calls this once an object, under its own lock."""
        global _process
        if _process is None:
            logs.switch_on(sys.stdout)
            _process = Process(req.config.get)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into normal form, or say all that is wrong with them."""
        unknown = {name: value for name, value in news.items() if isinstance(value, Unknown)}
        known = {name: value for name, value in _without_provider(news).items() if name not in unknown}
        handler = self._handler()
        inputs, failures = fields.check(handler.inputs, known, unknown)
        failures += handler.contradictions(inputs)
        if not unknown and not failures:
            failures = self._declare(handler, inputs, _without_provider(_olds))
        return CheckResult({**inputs, **unknown}, [CheckFailure(*failure) for failure in failures])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare what is described of the resource, and say for certain whether it changed."""
        changed, replaces = fields.changes(self._handler().inputs, _olds, _news)
        return DiffResult(changes=bool(changed), replaces=replaces)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Put the setting in force."""
        handler = self._handler()
        args: Any = fields.load(handler.inputs, props)
        resource_id = handler.id(args)
        with told("Creating", handler, resource_id), handler.operation():
            return CreateResult(resource_id, handler.create(args))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """What is in force, inputs too, so that drift shows; an empty id where there is nothing."""
        handler, known = self._handler(), _without_provider(props)
        with told("Reading", handler, id_), handler.operation():
            state = handler.read(id_, known)
            if state is None and not known:
                raise NothingThereError
        if state is None:
            return ReadResult("", {})
        return ReadResult(id_, state, {name: state[name] for name in fields.described(handler.inputs) if name in state})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Put the new inputs in force."""
        handler = self._handler()
        with told("Updating", handler, _id), handler.operation():
            return UpdateResult(handler.update(fields.load(handler.inputs, _news), _olds))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """End the setting, unless this run's program declares it under another name."""
        handler, state = self._handler(), _without_provider(_props)
        with told("Deleting", handler, _id):
            if self._identity(handler, fields.load(handler.inputs, state)) in _running().declared:
                handler.leave(_id, state)
                return
            with handler.operation():
                handler.delete(state)

    def _handler(self) -> AnyHandler:
        return _running().handler(self.kind)

    def _identity(self, handler: AnyHandler, args: Any) -> str:
        """Of what the inputs address: an id that somebody wrote for an import may have another form."""
        return f"{_running().target()} {self.kind} {handler.id(args)}"

    def _declare(self, handler: AnyHandler, inputs: dict[str, Any], olds: dict[str, Any]) -> list[fields.Failure]:
        args: Any = fields.load(handler.inputs, inputs)
        try:
            _running().declared.add(self._identity(handler, args))
        except ConfigError as error:
            return [fields.Failure("", str(error))]
        if olds and fields.changes(handler.inputs, olds, inputs)[1]:
            return []  # the engine replaces it, and checks it once more as one to create
        return handler.preflight(args, olds)


def _running() -> Process:
    if _process is None:
        raise RuntimeError("The provider was not configured.")
    return _process


def _without_provider(props: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in props.items() if name != PROVIDER_KEY}
