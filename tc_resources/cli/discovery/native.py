"""Found resources as the native face has them: an import file of ids, and programs in TypeScript and YAML.

All of it is protected, as `pulumi import` protects what it imports. A quota takes its token from the found one, or
else from the stack's config.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from tc_resources.cli.discovery.found import Found, Group
from tc_resources.cli.discovery.json_array import write_array
from tc_resources.limits.names import camel_case
from tc_resources.native.tokens import PACKAGE

TITLE = "Limits and quotas of Tencent Cloud, as `tc-resources discover` found them."
PROTECTED = "Pulumi refuses to delete what is protected. To let one go, set protect to false and run `pulumi up` first."
TYPESCRIPT = f"""// {TITLE}
import * as pulumi from "@pulumi/pulumi";
import * as tc from "{PACKAGE}";

const config = new pulumi.Config();
// {PROTECTED}
const kept = {{ protect: true }};
"""
CHECKED = """
import { createHash } from "crypto";

// The API token of this digest, from the stack's config: any other would get a quota beside this one's.
function token(digest: string): pulumi.Output<string> {
    const key = `apiToken-${digest}`;
    return config.requireSecret(key).apply((value) => {
        if (createHash("sha256").update(value).digest("hex").slice(0, 12) !== digest) {
            throw new pulumi.RunError(`${key} is another token: pulumi config set --secret ${key}`);
        }
        return value;
    });
}
"""
"""What stands before the first quota of a token that is not found itself."""
YAML = f"""# {TITLE}
name: tencent-limits
runtime: yaml
# {PROTECTED}
resources:
"""


def write_import(groups: Iterable[Group], out: TextIO) -> None:
    """The file for `pulumi import --file`: the engine reads what each id names. Quotas with a token are left out."""
    entries = (
        {"type": f"{PACKAGE}:index:{found.resource.__name__}", "name": found.name, "id": found.id}
        for found in _all(groups)
        if not found.secret
    )
    out.write('{"resources": ')
    write_array(entries, out)
    out.write("}\n")


def write_typescript(groups: Iterable[Group], out: TextIO) -> None:
    """The program in TypeScript, as its resources come."""
    out.write(TYPESCRIPT)
    before = CHECKED
    for found in _all(groups):
        if found.configured:
            out.write(before)
            before = ""
        lines = [f"    {name}: {_literal(value)},\n" for name, value in _inputs(found).items()]
        if found.of_token:
            lines.append(f"    apiToken: {found.variable}.apiToken,\n")
        elif found.configured:
            lines.append(f"    apiToken: token({_literal(found.token_digest)}),\n")
        kind, name = found.resource.__name__, _literal(found.name)
        made = f"const {found.variable} = " if found.is_token else ""
        out.write(f"\n{made}new tc.{kind}(\n    {name},\n    {{\n{'    '.join(['', *lines])}    }},\n    kept,\n);\n")


def write_yaml(groups: Iterable[Group], out: TextIO) -> None:
    """The project with the program in YAML, as its resources come; the tokens that it needs are told at its end."""
    out.write(YAML)
    secrets: dict[str, None] = {}
    for found in _all(groups):
        properties = _inputs(found)
        if found.of_token:
            properties["apiToken"] = f"${{{found.of_token}.apiToken}}"
        elif found.secret:
            secrets[found.secret] = None
            properties["apiToken"] = f"${{{found.secret}}}"
        _write_yaml(found, properties, out)
    if secrets:
        out.write("config:\n")
    for secret in secrets:
        out.write(f"  {_literal(secret)}: {{ type: string, secret: true }}\n")


def _write_yaml(found: Found, properties: Mapping[str, Any], out: TextIO) -> None:
    out.write(f"  {_literal(found.name)}:\n    type: {PACKAGE}:{found.resource.__name__}\n    properties:\n")
    for name, value in properties.items():
        out.write(f"      {name}: {_literal(value)}\n")
    out.write("    options: { protect: true }\n")


def _all(groups: Iterable[Group]) -> Iterator[Found]:
    return (found for group in groups for found in group.found)


def _inputs(found: Found) -> dict[str, Any]:
    return {camel_case(name): value for name, value in found.inputs.items()}


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
