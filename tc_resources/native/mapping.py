"""How the vendor's Terraform provider names what this package has, for `pulumi convert --from terraform`."""

from __future__ import annotations

import json
from typing import Any

from tc_resources.native.tokens import PACKAGE

KEY = "terraform"
PROVIDER = "tencentcloud"
BOOL, INT, STRING = 1, 2, 4
"""Terraform's types, as the converter numbers them."""
RESOURCES: dict[str, tuple[str, dict[str, int], tuple[str, ...]]] = {
    "tencentcloud_teo_prefetch_origin_limit": (
        f"{PACKAGE}:index:PrefetchOriginLimit",
        {"zone_id": STRING, "domain_name": STRING, "area": STRING, "bandwidth": INT},
        (),
    ),
    "tencentcloud_vod_aigc_api_token": (f"{PACKAGE}:index:AigcApiToken", {"sub_app_id": INT}, ()),
    "tencentcloud_vod_aigc_quota": (
        f"{PACKAGE}:index:AigcQuota",
        {"sub_app_id": INT, "quota_type": STRING, "quota_limit": INT, "api_token": STRING},
        ("api_token",),
    ),
}
"""Of each resource there its type here, its arguments, and those that are optional."""


def data() -> bytes:
    """The mapping in the converter's own form."""
    schemas = {name: _schema(arguments, optional) for name, (_, arguments, optional) in RESOURCES.items()}
    tokens = {name: {"tok": token} for name, (token, _, _) in RESOURCES.items()}
    found = {"name": PACKAGE, "provider": {"resources": schemas}, "resources": tokens}
    return json.dumps(found).encode()


def _schema(arguments: dict[str, int], optional: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: {"type": type_, "optional" if name in optional else "required": True} for name, type_ in arguments.items()
    }
