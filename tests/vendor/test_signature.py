"""Our requests and those of the vendor's SDK are the same, byte for byte."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tc_resources.cloud.action import Action
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.cloud.transport.signature import signature, utc_day

# The SDK's own call of a function that Python deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")

DAY = 86_400
LAST_DAY = 47_481
"""The end of the year 2099."""
ACTIONS = (
    Action("teo", "2022-09-01", "ModifyPrefetchOriginLimit"),
    Action("teo", "2022-09-01", "DescribePrefetchOriginLimit"),
    Action("vod", "2018-07-17", "CreateAigcQuota"),
    Action("vod", "2018-07-17", "ModifyAigcQuota"),
    Action("vod", "2018-07-17", "DeleteAigcQuota"),
    Action("vod", "2018-07-17", "DescribeAigcQuotas"),
)
SIGNED_OR_MEANT = (
    "Authorization",
    "Content-Type",
    "Host",
    "X-TC-Action",
    "X-TC-Language",
    "X-TC-Timestamp",
    "X-TC-Token",
    "X-TC-Version",
)

midnights = st.builds(lambda day, off: day * DAY + off, st.integers(1, LAST_DAY), st.sampled_from([-1, 0, 1]))
timestamps = midnights | st.integers(0, LAST_DAY * DAY)
names = st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z][a-z0-9-]{0,20}){0,3}", fullmatch=True)
hosts = st.sampled_from(["vod.intl.tencentcloudapi.com", "teo.tencentcloudapi.com", "127.0.0.1"]) | names
# Without the ports that one of the two leaves out of the Host header, as the URL does.
ports = st.none() | st.integers(1024, 65535)
keys = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)
plain = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
values = (
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text() | st.dictionaries(st.text(), st.text()))
)
payloads = st.dictionaries(st.text(), values)


def ours(action: Action, params: dict[str, object], endpoint: str, key: Credentials, timestamp: int) -> httpx.Request:
    """The request that our client would send."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"Response": {"RequestId": "none"}})

    clock = Clock(now=lambda: float(timestamp))
    client_of(Settings(key, Endpoint(endpoint)), transport=httpx.MockTransport(answer), clock=clock).call(
        action, params
    )
    return sent[0]


def theirs(
    sdk: SimpleNamespace, action: Action, params: dict[str, object], host: str, key: Credentials, timestamp: int
) -> Any:
    """The request that the SDK would send; it takes the time from the module, which gets another for so long."""
    credential = sdk.credential.Credential(key.secret_id, key.secret_key, key.security_token)
    profile = sdk.client_profile.ClientProfile(httpProfile=sdk.http_profile.HttpProfile(endpoint=host))
    client = sdk.common.CommonClient(action.service, action.version, credential, "", profile)
    request = SimpleNamespace(method="POST", uri="/", header={}, data=b"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sdk.client, "time", SimpleNamespace(time=lambda: timestamp))
        client._build_req_inter(action.name, params, request)
    client.request.conn._session.close()
    return request


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    action=st.sampled_from(ACTIONS),
    params=payloads,
    host=hosts,
    port=ports,
    key=st.builds(Credentials, plain, keys, st.none() | plain),
    timestamp=timestamps,
)
@example(
    action=ACTIONS[0],
    params={"DomainName": "例え.example.com", "ZoneId": "\U0001f310\u0000\u2028"},
    host="127.0.0.1",
    port=8402,
    key=Credentials("AKIDEMULATOR", "emulator-secret-key", "token"),
    timestamp=20_000 * DAY,
)
def test_our_request_equals_the_sdks(
    sdk: SimpleNamespace,
    action: Action,
    params: dict[str, object],
    host: str,
    port: int | None,
    key: Credentials,
    timestamp: int,
) -> None:
    address = host if port is None else f"{host}:{port}"
    sent = ours(action, params, f"https://{address}", key, timestamp)
    expected = theirs(sdk, action, params, address, key, timestamp)
    assert sent.content == expected.data.encode()
    assert {name: sent.headers.get(name) for name in SIGNED_OR_MEANT} == {
        name: expected.header.get(name) for name in SIGNED_OR_MEANT
    }


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(body=st.binary() | st.text().map(str.encode), key=keys, service=plain, timestamp=timestamps, host=hosts)
def test_our_signature_of_any_body_equals_the_sdks(
    sdk: SimpleNamespace, body: bytes, key: str, service: str, timestamp: int, host: str
) -> None:
    client = sdk.common.CommonClient(service, "2018-07-17", sdk.credential.Credential("id", key), "")
    header = {"Content-Type": "application/json; charset=utf-8", "Host": host, "X-TC-Timestamp": str(timestamp)}
    request = SimpleNamespace(method="POST", uri="/", data=body, header=header)
    expected = client._get_tc3_signature({}, request, utc_day(timestamp), service, key)
    client.request.conn._session.close()
    signed = {"content-type": header["Content-Type"], "host": host}
    assert signature(key, service, timestamp, signed, body) == expected
