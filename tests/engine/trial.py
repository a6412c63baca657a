"""What a test of the engines does with a stack, and what it can see of the outcome."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pulumi import automation
from pulumi.automation import ConfigValue
from pulumi.automation.errors import CommandError

from tc_resources.testing.engine import LocalEngine

PRELUDE = (
    "import pulumi\nfrom pulumi import Alias, Output, ResourceOptions, export\nfrom cloud import Pair, Thing, account\n"
)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The Automation API exports a real stack's secrets in plain text.
SEALED = {"ciphertext", "plaintext"}
# What only the real engine keeps: when and where each resource was declared.
NOT_COMPARED = {"created", "modified", "sourcePosition", "stackTrace", "customTimeouts"}


class Trial:
    """A stack whose program a test writes as it goes; `calls` are the provider calls of the last operation."""

    def __init__(self, stack: LocalEngine | automation.Stack, directory: Path) -> None:
        self.stack = stack
        self.directory = directory
        self.calls: list[dict[str, Any]] = []
        self.errors: list[str] = []

    def program(self, body: str) -> None:
        (self.directory / "__main__.py").write_text(PRELUDE + textwrap.dedent(body))

    def config(self, key: str, value: str, *, secret: bool = False) -> None:
        self.stack.set_config(key, ConfigValue(value, secret=secret))

    def preview(self, body: str | None = None, **options: Any) -> dict[str, int]:
        return dict(self._run(self.stack.preview, body, options).change_summary)

    def up(self, body: str | None = None, **options: Any) -> dict[str, int]:
        return dict(self._run(self.stack.up, body, options).summary.resource_changes)

    def refresh(self) -> dict[str, int]:
        return dict(self._run(self.stack.refresh, None, {}).summary.resource_changes)

    def destroy(self) -> dict[str, int]:
        return dict(self._run(self.stack.destroy, None, {}).summary.resource_changes)

    def failing(self, operation: Callable[..., object], *arguments: Any, **options: Any) -> str:
        """The output of an operation that has to fail."""
        with pytest.raises(CommandError) as failure:
            operation(*arguments, **options)
        return str(failure.value)

    @property
    def outputs(self) -> dict[str, Any]:
        return {name: output.value for name, output in self.stack.outputs().items()}

    @property
    def state(self) -> list[dict[str, Any]]:
        """The resources that the stack has exported, without what differs from run to run."""
        resources = (self.stack.export_stack().deployment or {}).get("resources", [])
        found = [_comparable(resource) for resource in resources]
        for resource in found:
            if "dependencies" in resource:
                resource["dependencies"].sort()
        return sorted(found, key=lambda resource: (resource["urn"], resource.get("delete", False)))

    def entry(self, name: str) -> dict[str, Any]:
        return next(resource for resource in self.state if resource["urn"].endswith(f"::{name}"))

    def called(self, *methods: str) -> list[str]:
        """The calls of these methods, as "method label", in order."""
        return [f"{c['method']} {c['props'].get('label')}" for c in self.calls if c["method"] in methods]

    @property
    def things(self) -> dict[str, Any]:
        return dict(self._cloud()["things"])

    def change_outside(self, id_: str, thing: dict[str, Any] | None) -> None:
        """Somebody else changes a thing, or with None deletes it."""
        content = self._cloud()
        if thing is None:
            del content["things"][id_]
        else:
            content["things"][id_] |= thing
        (self.directory / "cloud.json").write_text(json.dumps(content))

    def _run(self, operation: Callable[..., Any], body: str | None, options: dict[str, Any]) -> Any:
        if body is not None:
            self.program(body)
        self.errors = []
        try:
            return operation(**options)
        except CommandError as error:
            self.errors = sorted({UUID.sub("<id>", line) for line in re.findall(r"error: (.*)", str(error))})
            raise
        finally:
            content = self._cloud()
            self.calls, content["calls"] = content["calls"], []
            (self.directory / "cloud.json").write_text(json.dumps(content))

    def _cloud(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.directory / "cloud.json").read_text())
        return content


def _comparable(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() & SEALED:
        return "<secret>"
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items() if key not in NOT_COMPARED}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return UUID.sub("<id>", value) if isinstance(value, str) else value
