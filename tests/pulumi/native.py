"""A stack of the native face on the real CLI: a program in YAML, which needs no code of the package's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.pulumi.pulumi_cli import PROJECT, Stack

Declaration = tuple[str, dict[str, Any]]
"""A resource's name, and what a program in YAML says of it."""


class NativeStack(Stack):
    """Its program is the project's file."""

    def write(self, *declared: Declaration, outputs: Mapping[str, Any] | None = None) -> None:
        """Make these resources the program."""
        project = {"name": PROJECT, "runtime": "yaml", "resources": dict(declared), "outputs": outputs or {}}
        (self.folder / "Pulumi.yaml").write_text(json.dumps(project), encoding="utf-8")

    def declare(self, *lines: str) -> None:
        """Make these lines a program of the dynamic face."""
        (self.folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n", encoding="utf-8")
        super().declare(*lines)

    def natives(self) -> dict[str, dict[str, Any]]:
        """What the state holds of each resource of this face, by name."""
        found = self.export()["deployment"].get("resources", [])
        return {row["urn"].rpartition("::")[2]: row for row in found if row["type"].startswith("tc-resources:")}


def limit(name: str = "www", options: Mapping[str, Any] | None = None, **given: object) -> Declaration:
    """An origin limit."""
    args = {"zoneId": "zone-1", "domainName": f"{name}.example.com", "area": "Overseas", "bandwidth": 500, **given}
    return _declaration("PrefetchOriginLimit", name, args, options)


def quota(name: str = "images", options: Mapping[str, Any] | None = None, **given: object) -> Declaration:
    """A quota."""
    return _declaration("AigcQuota", name, {"subAppId": 1, "quotaType": "Image", "quotaLimit": 2000, **given}, options)


def token(name: str = "chat", options: Mapping[str, Any] | None = None, **given: object) -> Declaration:
    """An API token."""
    return _declaration("AigcApiToken", name, {"subAppId": 1, **given}, options)


def call(function: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What a function answers."""
    return {"fn::invoke": {"function": f"tc-resources:{function}", "arguments": dict(arguments)}}


def provider(name: str, **given: object) -> Declaration:
    """An explicit instance."""
    return name, {"type": "pulumi:providers:tc-resources", "properties": given}


def _declaration(kind: str, name: str, args: Mapping[str, object], options: Mapping[str, Any] | None) -> Declaration:
    return name, {"type": f"tc-resources:{kind}", "properties": dict(args), "options": dict(options or {})}
