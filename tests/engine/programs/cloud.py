"""A dynamic provider as any author would write one; its cloud is the JSON file that CLOUD names, its log too."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

Properties = dict[str, Any]


@contextmanager
def cloud() -> Iterator[dict[str, Any]]:
    """The cloud's content, written back at the end; processes take turns."""
    with Path(os.environ["CLOUD"]).open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        content = json.load(file)
        yield content
        file.seek(0)
        file.truncate()
        json.dump(content, file)


class ThingProvider(ResourceProvider):
    """Keeps things.

    A new `kind` replaces. `size` 7 is invalid, 13 fails to be created while another thing is, 99 cannot be deleted,
    666 kills the process, 1000 takes its time.
    """

    serialize_as_secret_always = False

    def __init__(self, *, compares: bool) -> None:
        self.compares = compares

    def configure(self, req: ConfigureRequest) -> None:
        self.account = req.config.get("toy:account") or "none"

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        self._log("check", news, olds=sorted(key for key in _olds if key != "__provider"))
        failures = []
        if news.get("size") == 7:
            failures = [CheckFailure("size", "bad size"), CheckFailure("", "really bad")]
        return CheckResult({**news}, failures)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        self._log("diff", _news, id=_id)
        if not self.compares:
            return DiffResult()
        changed = [key for key in ("kind", "size", "token", "note") if _olds.get(key) != _news.get(key)]
        replaces = [key for key in changed if key == "kind"]
        return DiffResult(changes=bool(changed), replaces=replaces, delete_before_replace=_news.get("kind") == "single")

    def create(self, props: Properties) -> CreateResult:
        self._log("create", props)
        if props.get("size") == 13:
            print("about to fail", flush=True)
            _wait_for_another_creation()
            raise ValueError("thirteen is unlucky")
        if props.get("size") == 666:
            os._exit(1)
        if props.get("size") == 1000:
            time.sleep(0.5)
        id_ = f"{props['label']}-{props.get('kind', 'plain')}"
        outputs = {**_plain(props), "serial": 10 * len(id_)}
        with cloud() as content:
            content["things"][id_] = outputs
        return CreateResult(id_, {**props, "serial": 10 * len(id_)})

    def read(self, id_: str, props: Properties) -> ReadResult:
        self._log("read", props, id=id_)
        with cloud() as content:
            thing = content["things"].get(id_)
        if thing is None:
            return ReadResult("", {})
        inputs = {key: value for key, value in thing.items() if key != "serial"}
        return ReadResult(id_, thing, inputs)

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        self._log("update", _news, id=_id)
        with cloud() as content:
            content["things"][_id] = {**_plain(_news), "serial": 10 * len(_id)}
        return UpdateResult({**_news, "serial": 10 * len(_id)})

    def delete(self, _id: str, _props: Properties) -> None:
        self._log("delete", _props, id=_id)
        if _props.get("size") == 99:
            raise ValueError("it will not go")
        with cloud() as content:
            content["things"].pop(_id, None)

    def _log(self, method: str, properties: Properties, **more: object) -> None:
        with cloud() as content:
            content["calls"].append({"method": method, "account": self.account, "props": _plain(properties), **more})


def _plain(properties: Properties) -> Properties:
    values = {key: value for key, value in properties.items() if key != "__provider"}
    return {k: "<unknown>" if isinstance(v, pulumi.output.Unknown) else v for k, v in values.items()}


def _wait_for_another_creation() -> None:
    while True:
        with cloud() as content:
            if sum(call["method"] == "create" for call in content["calls"]) > 1:
                return
        time.sleep(0.01)


class Thing(Resource, module="cloud", name="Thing"):
    label: pulumi.Output[str]
    kind: pulumi.Output[str]
    size: pulumi.Output[float]
    serial: pulumi.Output[float]

    def __init__(
        self, name: str, opts: pulumi.ResourceOptions | None = None, *, compares: bool = True, **props: Any
    ) -> None:
        arguments = {"label": name, "serial": None, **props}
        super().__init__(ThingProvider(compares=compares), name, arguments, opts)

    @classmethod
    def get(cls, name: str, id_: str) -> Thing:
        """A thing that somebody else manages."""
        return cls(name, pulumi.ResourceOptions(id=id_), size=None)


class Pair(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **props: Any) -> None:
        super().__init__("toy:index:Pair", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.left = Thing(f"{name}-left", child, **props)
        self.right = Thing(f"{name}-right", child, size=self.left.serial)
        self.register_outputs({"left": self.left.id})


def account(name: str, value: pulumi.Input[str], **props: Any) -> pulumi.ProviderResource:
    """An instance of the provider with an account of its own."""
    return pulumi.ProviderResource("pulumi-python", name, {"toy:account": value, **props})
