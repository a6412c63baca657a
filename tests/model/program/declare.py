"""The one program of the model test: it declares what the file that DECLARED names says."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pulumi import Alias, ResourceOptions

from tc_resources import AigcQuota, PrefetchOriginLimit, Provider

KINDS = {"PrefetchOriginLimit": PrefetchOriginLimit, "AigcQuota": AigcQuota}


def instance(name: str) -> Provider:
    """Another instance for the same account, with a key of its own in the state."""
    return Provider(
        name,
        endpoint=os.environ["TENCENTCLOUD_ENDPOINT"],
        secret_id=os.environ["TENCENTCLOUD_SECRET_ID"],
        secret_key=os.environ["TENCENTCLOUD_SECRET_KEY"],
    )


declared = json.loads(Path(os.environ["DECLARED"]).read_text(encoding="utf-8"))
instances = {name: instance(name) for name in sorted({row["instance"] for row in declared} - {None})}
for row in declared:
    opts = ResourceOptions(
        provider=instances.get(row["instance"]), aliases=[Alias(name=name) for name in row["former"]]
    )
    KINDS[row["kind"]](row["name"], opts, **row["arguments"])
