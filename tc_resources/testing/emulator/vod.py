"""VOD 2018-07-17: the actions on sub-applications and their AIGC quotas, as they cross the wire.

The types, bounds and defaults are documented unless a docstring says otherwise. A negative number in the place of an
unsigned one is of the wrong type, as the documents of other services show.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tc_resources.testing.emulator.account import Account
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.parameters import Parameters, page, parse
from tc_resources.testing.emulator.quotas import Key, Quota, Quotas

VERSION = "2018-07-17"
QUOTA_TYPES = ("Image", "Video", "Text")
# The largest integer of the emulator's database; the service's own bounds are not published.
MOST_INTEGER = 2**63 - 1
MOST_SUB_APPS_A_PAGE = 200

Unsigned = Annotated[int, Field(ge=0, le=MOST_INTEGER)]


class KeyParameters(Parameters):
    sub_app_id: Unsigned
    quota_type: str
    api_token: str | None = None

    def key(self) -> Key:
        """Assumed: an empty token is none, and a token with another type than Text is refused."""
        if self.quota_type not in QUOTA_TYPES:
            raise ApiError("InvalidParameterValue", f"QuotaType must be one of {', '.join(QUOTA_TYPES)}.")
        if self.api_token and self.quota_type != "Text":
            raise ApiError("InvalidParameterValue", "ApiToken goes with the QuotaType Text only.")
        return self.sub_app_id, self.quota_type, self.api_token or ""


class WriteParameters(KeyParameters):
    quota_limit: Unsigned


class DescribeParameters(Parameters):
    sub_app_id: Unsigned
    quota_type: str
    api_token: str | None = None
    limit: Unsigned | None = None
    offset: Unsigned | None = None


class SubAppsParameters(Parameters):
    limit: Unsigned | None = None
    offset: Unsigned | None = None


class Vod:
    """The service: each action takes the parameters as sent and the time, and returns the answer's fields."""

    version = VERSION

    def __init__(self, quotas: Quotas, account: Account) -> None:
        self._quotas = quotas
        self._account = account
        self.actions = {
            "CreateAigcQuota": self.create,
            "ModifyAigcQuota": self.modify,
            "DeleteAigcQuota": self.delete,
            "DescribeAigcQuotas": self.describe,
            "DescribeSubAppIds": self.describe_sub_apps,
        }

    def create(self, params: dict[str, object], now: float) -> dict[str, object]:
        wanted = parse(WriteParameters, params)
        self._quotas.create(wanted.key(), wanted.quota_limit, now)
        return {}

    def modify(self, params: dict[str, object], now: float) -> dict[str, object]:
        wanted = parse(WriteParameters, params)
        self._quotas.modify(wanted.key(), wanted.quota_limit, now)
        return {}

    def delete(self, params: dict[str, object], now: float) -> dict[str, object]:
        wanted = parse(KeyParameters, params)
        self._quotas.delete(wanted.key(), now)
        return {}

    def describe(self, params: dict[str, object], now: float) -> dict[str, object]:
        """Assumed: an unknown application has no quotas, and they are ordered by type and token."""
        wanted = parse(DescribeParameters, params)
        if wanted.quota_type not in QUOTA_TYPES:
            raise ApiError("InvalidParameterValue", f"QuotaType must be one of {', '.join(QUOTA_TYPES)}.")
        rows = [quota for quota in self._quotas.shown(now) if selected(quota, wanted)]
        shown = page(
            rows,
            10 if wanted.limit is None else wanted.limit,
            wanted.offset or 0,
            "InvalidParameterValue",
        )
        return {"TotalCount": len(rows), "QuotaSet": [as_sent(quota) for quota in shown]}

    def describe_sub_apps(self, params: dict[str, object], now: float) -> dict[str, object]:
        """Assumed: an application that has quotas exists. Names and tags are not emulated, and only ids are shown."""
        wanted = parse(SubAppsParameters, params)
        sub_apps = sorted({*self._account.sub_apps(), *(quota.sub_app_id for quota in self._quotas.shown(now))})
        limit = MOST_SUB_APPS_A_PAGE if wanted.limit is None else wanted.limit
        shown = page(sub_apps, limit, wanted.offset or 0, "InvalidParameterValue", MOST_SUB_APPS_A_PAGE)
        return {"TotalCount": len(sub_apps), "SubAppIdInfoSet": [{"SubAppId": sub_app_id} for sub_app_id in shown]}


def selected(quota: Quota, wanted: DescribeParameters) -> bool:
    return (
        quota.sub_app_id == wanted.sub_app_id
        and wanted.quota_type == quota.quota_type
        and wanted.api_token in (None, "", quota.api_token)
    )


def as_sent(quota: Quota) -> dict[str, object]:
    """As the vendor's example shows it: a quota without a token is listed without one."""
    token = {"ApiToken": quota.api_token} if quota.api_token else {}
    return {"QuotaType": quota.quota_type, **token, "QuotaLimit": quota.quota_limit, "Usage": quota.usage}
