"""The one program of the model test: it declares what the file that DECLARED names says."""

from __future__ import annotations

import json
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
from pulumi import Alias, ResourceOptions

from tc_resources import AigcQuota, PrefetchOriginLimit, Provider
from tc_resources.limits.names import camel_case

PACKAGE = "tc-resources"
TYPES = {"dynamic": "pulumi-python:dynamic/tc_resources", "native": f"{PACKAGE}:index"}
KINDS: dict[str, Any] = {"PrefetchOriginLimit": PrefetchOriginLimit, "AigcQuota": AigcQuota}
VALUES = {"bandwidth", "quota_limit"}
IDENTITIES = {"domain_name", "api_token"}


def instance(face: str, name: str) -> pulumi.ProviderResource:
    """Another instance for the same account, with a key of its own in the state."""
    settings: dict[str, Any] = {
        "endpoint": os.environ["OTHER_ENDPOINT"],
        "secret_id": os.environ["TENCENTCLOUD_SECRET_ID"],
        "secret_key": os.environ["TENCENTCLOUD_SECRET_KEY"],
    }
    if face == "dynamic":
        return Provider(name, **settings)
    return pulumi.ProviderResource(PACKAGE, name, {camel_case(key): value for key, value in settings.items()})


def declare(row: dict[str, Any], **arguments: Any) -> pulumi.CustomResource:
    """One resource."""
    kind, given = row["kind"], {**row["arguments"], **arguments}
    opts = ResourceOptions(
        provider=instances.get((row["face"], row["instance"])),
        aliases=[Alias(name=name, type_=f"{TYPES[face]}:{kind}") for name, face in row["aliases"]],
    )
    if row["face"] == "native":
        return native(kind, row["name"], given, opts)
    resource: pulumi.CustomResource = KINDS[kind](row["name"], opts, **given)
    return resource


def native(kind: str, name: str, given: dict[str, Any], opts: ResourceOptions) -> pulumi.CustomResource:
    """As the code does that Pulumi generates of the schema."""
    if given.get("api_token") is not None:
        given["api_token"] = pulumi.Output.secret(given["api_token"])
    props = {camel_case(key): value for key, value in given.items() if value is not None}
    return pulumi.CustomResource(f"{TYPES['native']}:{kind}", name, props, opts)


def declare_late(row: dict[str, Any], _: object = None) -> None:
    """One resource that waits for what is not late."""
    arguments = {name: value for name, value in row["arguments"].items() if value is not None}
    slow = {name: pulumi.Output.all(ready, arguments[name])[1] for name in VALUES & arguments.keys()}
    unsure = {name: pulumi.Output.all(sure, arguments[name])[1] for name in IDENTITIES & arguments.keys()}
    declare(row, **slow, **unsure)


def wait_for_others(_: object) -> bool:
    """Something slow, during which others act."""
    if declared["waits"] and not pulumi.runtime.is_dry_run():
        waiting = Path(os.environ["WAITING"])
        waiting.touch()
        while waiting.exists():
            time.sleep(0.005)
    return True


declared = json.loads(Path(os.environ["DECLARED"]).read_text(encoding="utf-8"))
rows = declared["rows"]
named = sorted({(row["face"], row["instance"]) for row in rows if row["instance"]})
instances = {(face, name): instance(face, name) for face, name in named}
early = [declare(row) for row in rows if not row["late"]]
ready = pulumi.Output.all(*(resource.urn for resource in early)).apply(wait_for_others)
sure = pulumi.Output.all(*(resource.id for resource in early))
"""Unknown in a preview that creates one of them, and where one of them has failed."""
for row in rows:
    if row["applied"]:
        sure.apply(partial(declare_late, row))
    elif row["late"]:
        declare_late(row)
