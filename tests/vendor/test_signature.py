"""Our signature and that of the vendor's SDK are the same, byte for byte."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tc_resources.api.auth import signature, utc_day

HOST = "vod.intl.tencentcloudapi.com"
LAST_SECOND = 4_102_444_799  # of the year 2099
VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())


class SdkSigner:
    """The vendor's signature of a `POST /`."""

    def __init__(self, sdk: SimpleNamespace) -> None:
        self._client = sdk.vod.VodClient(sdk.credential.Credential("id", "key"), "")

    def sign(self, secret_key: str, service: str, timestamp: int, body: bytes) -> str:
        header = {"Content-Type": "application/json", "Host": HOST, "X-TC-Timestamp": timestamp}
        request = SimpleNamespace(method="POST", uri="/", data=body, header=header)
        value: str = self._client._get_tc3_signature({}, request, utc_day(timestamp), service, secret_key)
        return value


@pytest.fixture(scope="session")
def sdk_signer(sdk: SimpleNamespace) -> SdkSigner:
    return SdkSigner(sdk)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    params=st.dictionaries(st.text(), VALUES),
    secret_key=st.text(min_size=1).filter(lambda key: key.isprintable()),
    service=st.sampled_from(["teo", "vod"]),
    timestamp=st.integers(0, LAST_SECOND),
)
def test_our_signature_equals_the_sdks(
    sdk_signer: SdkSigner, params: dict[str, object], secret_key: str, service: str, timestamp: int
) -> None:
    body = json.dumps(params, ensure_ascii=False).encode()
    ours = signature(secret_key, service, timestamp, {"content-type": "application/json", "host": HOST}, body)
    assert ours == sdk_signer.sign(secret_key, service, timestamp, body)
