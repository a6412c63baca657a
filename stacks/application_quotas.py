"""ApplicationQuotas: the AIGC quotas of one VOD sub-application."""

from __future__ import annotations

import pulumi
from environment import Application, Cap, QuotaType, period, secret

from tc_resources import AigcQuota


class ApplicationQuotas(pulumi.ComponentResource):
    """One quota for each type, and one for each API token that generates text."""

    def __init__(self, application: Application, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tencent-limits:index:ApplicationQuotas", application.name, None, opts)
        by_type = [
            self._quota(application, quota_type, cap, quota_type, application.periods.get(quota_type))
            for quota_type, cap in application.quotas.items()
        ]
        by_token = [
            self._quota(application, token.name, token, "Text", token.period, secret(token.secret))
            for token in application.tokens
        ]
        self.quotas = by_type + by_token
        self.register_outputs({"quotas": len(self.quotas)})

    def _quota(
        self,
        application: Application,
        name: str,
        cap: Cap,
        quota_type: QuotaType,
        budget: str | None,
        api_token: pulumi.Output[str] | None = None,
    ) -> AigcQuota:
        return AigcQuota(
            f"{application.name}-{name}",
            sub_app_id=application.sub_app_id,
            quota_type=quota_type,
            quota_limit=cap.limit,
            api_token=api_token,
            adopt=cap.adopt,
            reset_limit=cap.reset_limit,
            allow_below_usage=cap.allow_below_usage,
            period=period(budget),
            opts=pulumi.ResourceOptions(parent=self),
        )
