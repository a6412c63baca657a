"""The emulator's own signature, against the example that the vendor has worked out in its description of version 3."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tc_resources.testing.emulator
from tc_resources.cloud.transport.signature import signature
from tc_resources.testing.emulator.tc3 import canonical_request, day_of, expected_signature, string_to_sign

TIMESTAMP = 1551113065
HEADERS = {"host": "cvm.tencentcloudapi.com", "content-type": "application/json; charset=utf-8"}
PAYLOAD = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
REQUEST = """\
POST
/

content-type:application/json; charset=utf-8
host:cvm.tencentcloudapi.com

content-type;host
35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"""
TO_SIGN = """\
TC3-HMAC-SHA256
1551113065
2019-02-25/cvm/tc3_request
5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031"""
SIGNATURE = "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
EMULATOR = Path(tc_resources.testing.emulator.__file__).parent


def test_each_step_of_the_vendors_example_comes_out_as_published() -> None:
    assert canonical_request(HEADERS, PAYLOAD) == REQUEST
    assert string_to_sign(TIMESTAMP, "cvm", REQUEST) == TO_SIGN
    assert expected_signature("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", TIMESTAMP, "cvm", REQUEST) == SIGNATURE


@pytest.mark.parametrize(("timestamp", "day"), [(0, "1970-01-01"), (86_399, "1970-01-01"), (86_400, "1970-01-02")])
def test_the_day_is_that_of_utc(timestamp: int, day: str) -> None:
    assert day_of(timestamp) == day


@given(st.text(min_size=1), st.integers(0, 4_000_000_000), st.sampled_from(["teo", "vod"]), st.binary())
def test_the_client_and_the_emulator_agree_without_sharing_code(
    secret_key: str, timestamp: int, service: str, body: bytes
) -> None:
    ours = expected_signature(secret_key, timestamp, service, canonical_request(HEADERS, body))
    assert ours == signature(secret_key, service, timestamp, HEADERS, body)


def test_the_emulator_imports_nothing_else_of_the_package_but_what_it_plays() -> None:
    nodes = [node for file in EMULATOR.rglob("*.py") for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    imported = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    ours = {module for module in imported if module.startswith("tc_resources")}
    allowed = ("tc_resources.testing.emulator", "tc_resources.behaviour")
    assert {module for module in ours if not module.startswith(allowed)} == set()
    assert len(ours) > 10
