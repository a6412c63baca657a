"""The `config` block of a stack file, Pulumi.<stack>.yaml, of the program in stacks/."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Annotated, Any, TextIO

import typer
import yaml

from tc_resources.cli.discovery.found import Found, Group

PROJECT = "tencent-limits"
"""The project of stacks/, the namespace of its config, where a copy has no other name."""
ProjectOption = Annotated[str, typer.Option("--project", help="The name in Pulumi.yaml, for the form config.")]


def write(groups: Iterable[Group], out: TextIO, project: str = PROJECT) -> None:
    """The block, zone by zone and then sub-application by sub-application, as they come.

    What there is none of is an empty list. What is in force somewhere is protected, lest it end by a slip.
    """
    out.write(f"config:\n  {project}:protect: true\n")
    unwritten = ["sites", "applications"]
    for group in groups:
        key = "sites" if isinstance(group.scope, str) else "applications"
        if group.found and key in unwritten:
            out.write(f"  {project}:{key}:\n")
            unwritten.remove(key)
        if group.found:
            entry = _site(group) if isinstance(group.scope, str) else _application(group)
            out.write(textwrap.indent(_yaml([entry]), "    "))
    out.writelines(f"  {project}:{key}: []\n" for key in unwritten)


def _yaml(value: list[dict[str, Any]]) -> str:
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=None, allow_unicode=True, width=1000)


def _site(group: Group) -> dict[str, Any]:
    domains: dict[str, dict[str, int]] = {}
    for found in group.found:
        inputs = found.inputs
        domains.setdefault(inputs["domain_name"], {})[inputs["area"]] = inputs["bandwidth"]
    entries = [{"name": name, "bandwidth": bandwidth} for name, bandwidth in domains.items()]
    return {"name": group.scope, "zoneId": group.scope, "domains": entries}


def _application(group: Group) -> dict[str, Any]:
    own = [found for found in group.found if not found.token_digest]
    quotas = {found.inputs["quota_type"]: found.inputs["quota_limit"] for found in own}
    tokens = [_token(found) for found in group.found if found.secret]
    return {"name": str(group.scope), "subAppId": group.scope, "quotas": quotas, "periods": {}, "tokens": tokens}


def _token(found: Found) -> dict[str, Any]:
    return {"name": f"token-{found.token_digest}", "limit": found.inputs["quota_limit"], "secret": found.secret}
