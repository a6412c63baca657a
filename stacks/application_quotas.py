"""ApplicationQuotas: the AIGC quotas of one VOD sub-application."""

from __future__ import annotations

import pulumi
from environment import Application, period, secret

from tc_resources import AigcQuota


class ApplicationQuotas(pulumi.ComponentResource):
    """One quota for each type, and one for each API token that generates text."""

    def __init__(self, application: Application, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tencent-limits:index:ApplicationQuotas", application.name, None, opts)
        children = pulumi.ResourceOptions(parent=self)
        by_type = [
            AigcQuota(
                f"{application.name}-{quota_type}",
                sub_app_id=application.sub_app_id,
                quota_type=quota_type,
                quota_limit=limit,
                period=period(application.periods.get(quota_type)),
                opts=children,
            )
            for quota_type, limit in application.quotas.items()
        ]
        by_token = [
            AigcQuota(
                f"{application.name}-{token.name}",
                sub_app_id=application.sub_app_id,
                quota_type="Text",
                quota_limit=token.limit,
                api_token=secret(token.secret),
                period=period(token.period),
                opts=children,
            )
            for token in application.tokens
        ]
        self.quotas = by_type + by_token
        self.register_outputs({"quotas": len(self.quotas)})
