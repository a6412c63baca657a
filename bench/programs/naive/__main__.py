"""A dynamic provider as Pulumi's documentation leads one to write it, with the vendor's SDK.

Its classes lie in the program, so they are pickled by value; each read is a request; and where the service has had
enough for a second, it sleeps one and tries again.
"""

import os
import time
from typing import Any

from declared import LIMITS, QUOTAS
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

VERSIONS = {"teo": "2022-09-01", "vod": "2018-07-17"}


def call(service: str, action: str, params: dict[str, Any]) -> dict[str, Any]:
    from tencentcloud.common.common_client import CommonClient
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    scheme, _, host = os.environ["TENCENTCLOUD_ENDPOINT"].partition("://")
    profile = ClientProfile(httpProfile=HttpProfile(protocol=scheme, endpoint=host))
    key = Credential(os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"])
    client = CommonClient(service, VERSIONS[service], key, "", profile=profile)
    while True:
        try:
            return client.call_json(action, params)["Response"]
        except TencentCloudSDKException as error:
            if error.code != "RequestLimitExceeded":
                raise
            time.sleep(1)


class LimitProvider(ResourceProvider):
    def _set(self, props: dict[str, Any], enabled: str) -> None:
        call(
            "teo",
            "ModifyPrefetchOriginLimit",
            {
                "ZoneId": props["zone_id"],
                "DomainName": props["domain_name"],
                "Area": props["area"],
                "Bandwidth": int(props["bandwidth"]),
                "Enabled": enabled,
            },
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        self._set(props, "on")
        return CreateResult(f"{props['zone_id']}#{props['domain_name']}#{props['area']}", props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=_olds["bandwidth"] != _news["bandwidth"])

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        zone_id, domain_name, area = id_.split("#")
        filters = [{"Name": "domain-name", "Values": [domain_name]}, {"Name": "area", "Values": [area]}]
        rows = call("teo", "DescribePrefetchOriginLimit", {"ZoneId": zone_id, "Filters": filters})["Limits"]
        return ReadResult(id_, {**props, "bandwidth": rows[0]["Bandwidth"]}) if rows else ReadResult("", {})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        self._set(_news, "on")
        return UpdateResult(_news)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        self._set(_props, "off")


class QuotaProvider(ResourceProvider):
    def _params(self, props: dict[str, Any]) -> dict[str, Any]:
        token = {"ApiToken": props["api_token"]} if props.get("api_token") else {}
        return {"SubAppId": int(props["sub_app_id"]), "QuotaType": props["quota_type"], **token}

    def create(self, props: dict[str, Any]) -> CreateResult:
        call("vod", "CreateAigcQuota", {**self._params(props), "QuotaLimit": int(props["quota_limit"])})
        return CreateResult(f"{props['sub_app_id']}#{props['quota_type']}#{props.get('api_token', '')}", props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=_olds["quota_limit"] != _news["quota_limit"])

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        rows = call("vod", "DescribeAigcQuotas", self._params(props))["QuotaSet"]
        return ReadResult(id_, {**props, "quota_limit": rows[0]["QuotaLimit"]}) if rows else ReadResult("", {})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        call("vod", "ModifyAigcQuota", {**self._params(_news), "QuotaLimit": int(_news["quota_limit"])})
        return UpdateResult(_news)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        call("vod", "DeleteAigcQuota", self._params(_props))


class Naive(Resource):
    def __init__(self, provider: ResourceProvider, name: str, args: dict[str, Any]) -> None:
        super().__init__(provider, name, args)


for number, args in enumerate(LIMITS):
    Naive(LimitProvider(), f"limit-{number}", args)
for number, args in enumerate(QUOTAS):
    Naive(QuotaProvider(), f"quota-{number}", args)
