"""The examples of the schema, one a language: the generated code shows its own."""

from __future__ import annotations

import json
from typing import Any

RESOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    "PrefetchOriginLimit": (
        "www-overseas",
        {"zoneId": "zone-3abcj8tqd", "domainName": "www.example.com", "area": "Overseas", "bandwidth": 500},
    ),
    "AigcApiToken": ("chat", {"subAppId": 200000004, "rotation": "2026-11"}),
    "AigcQuota": ("images", {"subAppId": 200000004, "quotaType": "Image", "quotaLimit": 2000}),
}


def example(kind: str) -> str:
    """A program that declares one, in each language."""
    name, args = RESOURCES[kind]
    blocks = {
        "typescript": _typescript(kind, name, args),
        "python": _python(kind, name, args),
        "go": _go(kind, name, args),
        "csharp": _csharp(kind, name, args),
        "yaml": _yaml(kind, name, args),
    }
    told = "\n".join(f"```{language}\n{source}\n```" for language, source in blocks.items())
    heading = "{{% examples %}}\n## Example Usage\n{{% example %}}"
    return f"\n\n{heading}\n{told}\n{{{{% /example %}}}}\n{{{{% /examples %}}}}"


def _typescript(kind: str, name: str, args: dict[str, Any]) -> str:
    lines = "".join(f"    {key}: {json.dumps(value)},\n" for key, value in args.items())
    return f'import * as tc from "tc-resources";\n\nnew tc.{kind}("{name}", {{\n{lines}}});'


def _python(kind: str, name: str, args: dict[str, Any]) -> str:
    lines = "".join(f"    {_snake(key)}={json.dumps(value)},\n" for key, value in args.items())
    return f'import pulumi_tc_resources as tc\n\ntc.{kind}(\n    "{name}",\n{lines})'


def _go(kind: str, name: str, args: dict[str, Any]) -> str:
    lines = "".join(f"\t{_title(key)}: {_go_value(key, value)},\n" for key, value in args.items())
    call = f'_, err := tcresources.New{kind}(ctx, "{name}", &tcresources.{kind}Args{{\n{lines}}})'
    return f"{call}\nif err != nil {{\n\treturn err\n}}"


def _go_value(key: str, value: Any) -> str:
    if isinstance(value, str):
        return f'pulumi.String("{value}")'
    return f"pulumi.Int({value})" if key == "bandwidth" else f"pulumi.Float64({value})"


def _csharp(kind: str, name: str, args: dict[str, Any]) -> str:
    lines = "".join(f"    {_title(key)} = {json.dumps(value)},\n" for key, value in args.items())
    return f'new Pulumi.TcResources.{kind}("{name}", new()\n{{\n{lines}}});'


def _yaml(kind: str, name: str, args: dict[str, Any]) -> str:
    lines = "".join(f"\n      {key}: {value}" for key, value in args.items())
    return f"resources:\n  {name}:\n    type: tc-resources:{kind}\n    properties:{lines}"


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)


def _title(name: str) -> str:
    return name[0].upper() + name[1:]
