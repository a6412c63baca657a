"""The actions on sub-applications and their AIGC quotas, from the wire to the account's state and back.

The defaults are documented unless a docstring says otherwise.
"""

from __future__ import annotations

from tc_resources.testing.emulator.parameters import page, parse
from tc_resources.testing.emulator.service import Params
from tc_resources.testing.emulator.vod import answers
from tc_resources.testing.emulator.vod.models import Quota, Quotas, SubApps
from tc_resources.testing.emulator.vod.parameters import (
    DescribeParameters,
    IdentityParameters,
    SubAppsParameters,
    WriteParameters,
)

USUAL_PAGE = 10
MOST_SUB_APPS_A_PAGE = 200


class Vod:
    """The service as one account sees it."""

    version = "2018-07-17"

    def __init__(self, quotas: Quotas, sub_apps: SubApps) -> None:
        self._quotas = quotas
        self._sub_apps = sub_apps
        self.actions = {
            "CreateAigcQuota": self.create,
            "ModifyAigcQuota": self.modify,
            "DeleteAigcQuota": self.delete,
            "DescribeAigcQuotas": self.describe,
            "DescribeSubAppIds": self.describe_sub_apps,
        }

    def create(self, params: Params, now: float) -> Params:
        wanted = parse(WriteParameters, params)
        self._quotas.create(wanted.identity(), wanted.quota_limit, now)
        return {}

    def modify(self, params: Params, now: float) -> Params:
        wanted = parse(WriteParameters, params)
        self._quotas.modify(wanted.identity(), wanted.quota_limit, now)
        return {}

    def delete(self, params: Params, now: float) -> Params:
        wanted = parse(IdentityParameters, params)
        self._quotas.delete(wanted.identity(), now)
        return {}

    def describe(self, params: Params, now: float) -> Params:
        """Assumed: an unknown application has no quotas, and they are ordered by type and token."""
        wanted = parse(DescribeParameters, params)
        wanted.check()
        rows = [quota for quota in self._quotas.shown(now) if selected(quota, wanted)]
        shown = page(rows, wanted.limit, wanted.offset, USUAL_PAGE, "InvalidParameterValue")
        return {"TotalCount": len(rows), "QuotaSet": [answers.quota(quota) for quota in shown]}

    def describe_sub_apps(self, params: Params, now: float) -> Params:
        """Assumed: an application that has quotas exists."""
        wanted = parse(SubAppsParameters, params)
        sub_apps = sorted({*self._sub_apps.all(), *(quota.sub_app_id for quota in self._quotas.shown(now))})
        most = MOST_SUB_APPS_A_PAGE
        shown = page(sub_apps, wanted.limit, wanted.offset, most, "InvalidParameterValue", most)
        return {"TotalCount": len(sub_apps), "SubAppIdInfoSet": [answers.sub_app(number) for number in shown]}


def selected(quota: Quota, wanted: DescribeParameters) -> bool:
    return (
        quota.sub_app_id == wanted.sub_app_id
        and wanted.quota_type == quota.quota_type
        and wanted.api_token in (None, "", quota.api_token)
    )
