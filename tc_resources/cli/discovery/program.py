"""A Python program that declares what was found.

All of it is protected, as `pulumi import` protects what it imports. A quota takes its token from the found one, or
else from the stack's config.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from tc_resources.cli.discovery.found import Found, Group

HEADER = '''"""Limits and quotas of Tencent Cloud, as `tc-resources discover` found them."""

import pulumi
import tc_resources

# Pulumi refuses to delete what is protected. To let one go, set protect=False and run `pulumi up` first.
protected = pulumi.ResourceOptions(protect=True)
'''
CHECKED = '''

def token(digest):
    """The API token of this digest, from the stack's config: any other would get a quota beside this one's."""
    from hashlib import sha256

    key = f"apiToken-{digest}"

    def checked(value):
        if sha256(value.encode()).hexdigest()[:12] != digest:
            raise pulumi.RunError(f"{key} is another token: pulumi config set --secret {key}")
        return value

    return pulumi.Config().require_secret(key).apply(checked)

'''
"""What stands before the first quota of a token that is not found itself."""


def write(groups: Iterable[Group], out: TextIO) -> None:
    """The program, as its resources come."""
    _write(HEADER, groups, out)


def write_native(groups: Iterable[Group], out: TextIO) -> None:
    """The program with the code that `pulumi package add tc-resources` writes."""
    _write(HEADER.replace("import tc_resources", "import pulumi_tc_resources as tc_resources"), groups, out)


def _write(header: str, groups: Iterable[Group], out: TextIO) -> None:
    out.write(header)
    before = CHECKED
    for group in groups:
        for found in group.found:
            if found.configured:
                out.write(before)
                before = ""
            out.write(f"\n{_declaration(found)}")


def _declaration(found: Found) -> str:
    arguments = [_literal(found.name)]
    arguments += [f"{name}={_literal(value)}" for name, value in found.inputs.items()]
    if found.of_token:
        arguments.append(f"api_token={found.variable}.api_token")
    elif found.configured:
        arguments.append(f"api_token=token({_literal(found.token_digest)})")
    arguments.append("opts=protected")
    lines = "".join(f"    {argument},\n" for argument in arguments)
    made = f"{found.variable} = " if found.is_token else ""
    return f"{made}tc_resources.{found.resource.__name__}(\n{lines})\n"


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
