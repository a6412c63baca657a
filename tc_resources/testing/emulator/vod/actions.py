"""The actions on sub-applications, their AIGC quotas, API tokens and usage, from the wire to the account and back.

The defaults are documented unless a docstring says otherwise.
"""

from __future__ import annotations

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.parameters import bounds, page, parse
from tc_resources.testing.emulator.service import Params
from tc_resources.testing.emulator.vod.answers import Answers
from tc_resources.testing.emulator.vod.models import Quotas
from tc_resources.testing.emulator.vod.parameters import (
    ApplicationParameters,
    DescribeParameters,
    IdentityParameters,
    SubAppsParameters,
    TokenParameters,
    TokensParameters,
    TokenUpdateParameters,
    UsageParameters,
    WriteParameters,
)
from tc_resources.testing.emulator.vod.tokens import Tokens
from tc_resources.testing.emulator.vod.usage import Usages

USUAL_PAGE = 10
MOST_SUB_APPS_A_PAGE = 200
OUT_OF_BOUNDS = "InvalidParameterValue"


class Vod:
    """The service as one account sees it."""

    version = "2018-07-17"

    def __init__(self, quotas: Quotas, tokens: Tokens, usages: Usages, behaviour: Behaviour) -> None:
        self._quotas, self._tokens, self._usages = quotas, tokens, usages
        self._behaviour = behaviour
        self._answers = Answers(behaviour)
        self.actions = {
            "CreateAigcQuota": self.create,
            "ModifyAigcQuota": self.modify,
            "DeleteAigcQuota": self.delete,
            "DescribeAigcQuotas": self.describe,
            "DescribeSubAppIds": self.describe_sub_apps,
            "CreateAigcApiToken": self.create_token,
            "UpdateAigcApiToken": self.update_token,
            "DeleteAigcApiToken": self.delete_token,
            "DescribeAigcApiTokens": self.describe_tokens,
            "DescribeAigcUsageData": self.describe_usage,
        }

    def create(self, params: Params, now: float) -> Params:
        wanted = parse(WriteParameters, params)
        self._tokens.demand_known(wanted.sub_app_id, wanted.api_token or "", now)
        self._quotas.create(wanted.identity(self._behaviour), wanted.quota_limit, now)
        return {}

    def modify(self, params: Params, now: float) -> Params:
        wanted = parse(WriteParameters, params)
        self._quotas.modify(wanted.identity(self._behaviour), wanted.quota_limit, now)
        return {}

    def delete(self, params: Params, now: float) -> Params:
        wanted = parse(IdentityParameters, params)
        self._quotas.delete(wanted.identity(self._behaviour), now)
        return {}

    def describe(self, params: Params, now: float) -> Params:
        wanted = parse(DescribeParameters, params)
        wanted.check()
        within = bounds(wanted.limit, wanted.offset, USUAL_PAGE, OUT_OF_BOUNDS)
        count, shown = self._quotas.shown(wanted.sub_app_id, wanted.quota_type, wanted.api_token, within, now)
        return {"TotalCount": count, "QuotaSet": [self._answers.quota(quota) for quota in shown]}

    def describe_sub_apps(self, params: Params, now: float) -> Params:  # noqa: ARG002 - every action has it
        wanted = parse(SubAppsParameters, params)
        sub_apps, most = self._quotas.sub_apps(), MOST_SUB_APPS_A_PAGE
        shown = page(sub_apps, bounds(wanted.limit, wanted.offset, most, OUT_OF_BOUNDS, most))
        return {"TotalCount": len(sub_apps), "SubAppIdInfoSet": [self._answers.sub_app(number) for number in shown]}

    def create_token(self, params: Params, now: float) -> Params:
        return {"ApiToken": self._tokens.create(parse(ApplicationParameters, params).sub_app_id, now)}

    def update_token(self, params: Params, now: float) -> Params:
        wanted = parse(TokenUpdateParameters, params)
        told, merge = wanted.extended(), wanted.merges()
        self._tokens.update(wanted.sub_app_id, wanted.api_token, told, now, merge=merge)
        return {}

    def delete_token(self, params: Params, now: float) -> Params:
        wanted = parse(TokenParameters, params)
        self._tokens.delete(wanted.sub_app_id, wanted.api_token, now)
        return {}

    def describe_tokens(self, params: Params, now: float) -> Params:
        """Assumed: without an application it is the main one's, 0, which has none here."""
        wanted = parse(TokensParameters, params)
        return self._answers.tokens(self._tokens.shown(wanted.sub_app_id or 0, now))

    def describe_usage(self, params: Params, now: float) -> Params:
        """Assumed: without an application it is the main one's, 0."""
        wanted = parse(UsageParameters, params)
        wanted.check()
        of = (wanted.sub_app_id or 0, wanted.aigc_type, wanted.api_tokens)
        return {"AigcUsageDataSet": self._usages.shown(*of, wanted.between(), now)}
