"""The limits of a site and of an application, in two environments."""

from __future__ import annotations

import pulumi
import pulumi_tc_resources as tc


class Site(pulumi.ComponentResource):
    """What all hosts of a site may draw from their origins while EdgeOne prefetches, in Mbps each."""

    def __init__(self, name: str, zone_id: str, domain: str, bandwidth: int) -> None:
        super().__init__("limits:index:Site", name)
        for host in ("www", "static"):
            tc.PrefetchOriginLimit(
                f"{host}-overseas",
                zone_id=zone_id,
                domain_name=f"{host}.{domain}",
                area=tc.Area.OVERSEAS,
                bandwidth=bandwidth,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})


config = pulumi.Config()
sub_app = config.require_int("subAppId")

Site("site", config.require("zoneId"), config.require("domain"), config.require_int("bandwidth"))
images = tc.AigcQuota("images", sub_app_id=sub_app, quota_type="Image", quota_limit=config.require_int("imageCap"))
# protect: Pulumi refuses to delete it; retain_on_delete: when it leaves the program, the token stays valid.
kept = pulumi.ResourceOptions(protect=True, retain_on_delete=True)
token = tc.AigcApiToken("chat-token", sub_app_id=sub_app, opts=kept if config.get_bool("keepTokens") else None)
chat = tc.AigcQuota(
    "chat",
    sub_app_id=sub_app,
    quota_type="Text",
    quota_limit=config.require_int("tokenCap"),
    api_token=token.api_token,
)
pulumi.export("caps", {"images": images.quota_limit, "chat": chat.quota_limit})
pulumi.export("token", token.api_token)  # a secret: pulumi stack output token --show-secrets
