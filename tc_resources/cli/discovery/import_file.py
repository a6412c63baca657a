"""The file for `pulumi import --file`, with inputs and outputs, so that the engine need not read.

A quota with a token is left out: the file would hold the token in plain text. The program declares it, and the first
up takes it over. A token is there without what it is, which the first up finds by its digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, TextIO

from tc_resources import AigcQuota
from tc_resources.cli.discovery.found import Found, Group
from tc_resources.cli.discovery.json_array import write_array
from tc_resources.dynamic.resource import pickled_provider
from tc_resources.limits import fields
from tc_resources.provider import PROVIDER_KEY


def write(groups: Iterable[Group], out: TextIO) -> None:
    """The file, as its entries come."""
    entries = (_entry(found) for group in groups for found in group.found if not found.secret)
    out.write('{"resources": ')
    write_array(entries, out)
    out.write("}\n")


def _entry(found: Found) -> dict[str, Any]:
    args = asdict(fields.load(found.resource.inputs, found.inputs))
    inputs = {name: value for name, value in args.items() if value is not None}
    inputs[PROVIDER_KEY] = pickled_provider(found.resource.kind)
    return {
        "type": f"pulumi-python:{found.resource._resource_type_name}",
        "name": found.name,
        "id": found.id,
        "inputs": inputs,
        "outputs": inputs | _written(found),
    }


def _written(found: Found) -> dict[str, int]:
    """No write of ours lies behind it, so no listing can lag behind one."""
    return {"written_at": 0} if found.resource is AigcQuota else {}
