"""The one program of the model test: it declares what the file that DECLARED names says."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pulumi
from pulumi import Alias, ResourceOptions

from tc_resources import AigcQuota, PrefetchOriginLimit, Provider

KINDS: dict[str, Any] = {"PrefetchOriginLimit": PrefetchOriginLimit, "AigcQuota": AigcQuota}
VALUES = {"bandwidth", "quota_limit"}
IDENTITIES = {"domain_name", "api_token"}


def instance(name: str) -> Provider:
    """Another instance for the same account, with a key of its own in the state."""
    return Provider(
        name,
        endpoint=os.environ["OTHER_ENDPOINT"],
        secret_id=os.environ["TENCENTCLOUD_SECRET_ID"],
        secret_key=os.environ["TENCENTCLOUD_SECRET_KEY"],
    )


def declare(row: dict[str, Any], **arguments: Any) -> pulumi.CustomResource:
    """One resource."""
    opts = ResourceOptions(
        provider=instances.get(row["instance"]), aliases=[Alias(name=name) for name in row["former"]]
    )
    resource: pulumi.CustomResource = KINDS[row["kind"]](row["name"], opts, **{**row["arguments"], **arguments})
    return resource


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
instances = {name: instance(name) for name in sorted({row["instance"] for row in rows} - {None})}
early = [declare(row) for row in rows if not row["late"]]
ready = pulumi.Output.all(*(resource.urn for resource in early)).apply(wait_for_others)
sure = pulumi.Output.all(*(resource.id for resource in early))
"""Unknown in a preview that creates one of them, and where one of them has failed."""
for row in rows:
    if row["late"]:
        arguments = {name: value for name, value in row["arguments"].items() if value is not None}
        slow = {name: pulumi.Output.all(ready, arguments[name])[1] for name in VALUES & arguments.keys()}
        unsure = {name: pulumi.Output.all(sure, arguments[name])[1] for name in IDENTITIES & arguments.keys()}
        declare(row, **slow, **unsure)
