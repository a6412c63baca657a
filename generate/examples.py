"""The examples of the schema, of each one a language: the generated code shows its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

RESOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    "PrefetchOriginLimit": (
        "www-overseas",
        {"zoneId": "zone-3abcj8tqd", "domainName": "www.example.com", "area": "Overseas", "bandwidth": 500},
    ),
    "AigcApiToken": ("chat", {"subAppId": 200000004, "rotation": "2026-11"}),
    "AigcQuota": ("images", {"subAppId": 200000004, "quotaType": "Image", "quotaLimit": 2000}),
}


class Language(NamedTuple):
    """How a program declares a resource and calls a function; `argument` is one line of what either gets."""

    resource: str
    function: str
    argument: Callable[[str, Any], str]
    constant: Callable[[str, Any], str] | None = None
    """An argument of a function, where it is another."""


def example(kind: str) -> str:
    """A program that declares one, in each language."""
    name, args = RESOURCES[kind]
    return _shown({key: _filled(one.resource, kind, name, one.argument, args) for key, one in LANGUAGES.items()})


def function_example(name: str, args: dict[str, Any]) -> str:
    """A program that calls one, in each language."""
    return _shown(
        {key: _filled(one.function, name, name, one.constant or one.argument, args) for key, one in LANGUAGES.items()}
    )


def _filled(form: str, called: str, name: str, argument: Callable[[str, Any], str], args: dict[str, Any]) -> str:
    lines = "".join(argument(key, value) for key, value in args.items())
    return form.format(called=called, title=_title(called), snake=_snake(called), name=name, lines=lines)


def _shown(programs: dict[str, str]) -> str:
    told = "\n".join(f"```{language}\n{source}\n```" for language, source in programs.items())
    heading = "{{% examples %}}\n## Example Usage\n{{% example %}}"
    return f"\n\n{heading}\n{told}\n{{{{% /example %}}}}\n{{{{% /examples %}}}}"


def _go_input(key: str, value: Any) -> str:
    if isinstance(value, str):
        return f'\t{_title(key)}: pulumi.String("{value}"),\n'
    kind = "Int" if key == "bandwidth" else "Float64"
    return f"\t{_title(key)}: pulumi.{kind}({value}),\n"


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)


def _title(name: str) -> str:
    return name[0].upper() + name[1:]


GO_ERROR = "if err != nil {{\n\treturn err\n}}"
LANGUAGES = {
    "typescript": Language(
        'import * as tc from "tc-resources";\n\nnew tc.{called}("{name}", {{\n{lines}}});',
        'import * as tc from "tc-resources";\n\nconst found = tc.{called}Output({{\n{lines}}});',
        lambda key, value: f"    {key}: {json.dumps(value)},\n",
    ),
    "python": Language(
        'import pulumi_tc_resources as tc\n\ntc.{called}(\n    "{name}",\n{lines})',
        "import pulumi_tc_resources as tc\n\nfound = tc.{snake}_output(\n{lines})",
        lambda key, value: f"    {_snake(key)}={json.dumps(value)},\n",
    ),
    "go": Language(
        f'_, err := tcresources.New{{called}}(ctx, "{{name}}", '
        f"&tcresources.{{called}}Args{{{{\n{{lines}}}}}})\n{GO_ERROR}",
        f"found, err := tcresources.{{title}}(ctx, &tcresources.{{title}}Args{{{{\n{{lines}}}}}})\n{GO_ERROR}",
        _go_input,
        lambda key, value: f"\t{_title(key)}: {json.dumps(value)},\n",
    ),
    "csharp": Language(
        'new Pulumi.TcResources.{called}("{name}", new()\n{{\n{lines}}});',
        "var found = Pulumi.TcResources.{title}.Invoke(new()\n{{\n{lines}}});",
        lambda key, value: f"    {_title(key)} = {json.dumps(value)},\n",
    ),
    "yaml": Language(
        "resources:\n  {name}:\n    type: tc-resources:{called}\n    properties:{lines}",
        "variables:\n  found:\n    fn::invoke:\n      function: tc-resources:{called}\n      arguments:{lines}",
        lambda key, value: f"\n      {key}: {value}",
        lambda key, value: f"\n        {key}: {value}",
    ),
}
