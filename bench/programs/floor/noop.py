"""A dynamic resource that calls nobody: what the engine itself takes."""

from __future__ import annotations

from typing import Any

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult


class NoopProvider(ResourceProvider):
    """Agrees with everything."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("#".join(str(value) for name, value in props.items() if name != "__provider"), props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=any(_olds[name] != value for name, value in _news.items() if name != "__provider"))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(_news)


class Noop(Resource, module="noop", name="Noop"):
    """A row of the state."""

    def __init__(self, name: str, args: dict[str, Any]) -> None:
        super().__init__(NoopProvider(), name, args)
