"""The vendor's CLI, a process of its own, drives the emulator; its own examples are the requests.

It calls over plain HTTP where `--endpoint` is a whole URL.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault, Limit, Quota

Described = Callable[[str], Any]
Tccli = Callable[..., "CompletedProcess[str]"]
Run = Callable[..., "CompletedProcess[str]"]
Answer = Callable[..., dict[str, Any]]

Row = Limit | Quota | None

LIMIT = Limit("zone-3***j8tqd", "cn2.test-***a.online", "Overseas", 100)
QUOTAS = [Quota(200000004, "Image", limit) for limit in (1000, 2000)]
SHOWN = Quota(251382264, "Image", 2000)
EXAMPLES: dict[tuple[str, str, int], tuple[Row, Row]] = {
    ("teo", "ModifyPrefetchOriginLimit", 0): (None, LIMIT),
    ("teo", "ModifyPrefetchOriginLimit", 1): (LIMIT, None),
    ("teo", "DescribePrefetchOriginLimit", 0): (LIMIT, LIMIT),
    ("vod", "CreateAigcQuota", 0): (None, QUOTAS[0]),
    ("vod", "ModifyAigcQuota", 0): (QUOTAS[0], QUOTAS[1]),
    ("vod", "DeleteAigcQuota", 0): (QUOTAS[0], None),
    ("vod", "DescribeAigcQuotas", 0): (SHOWN, SHOWN),
}
"""Each example of the six actions, with what has to be there before and what is there after it."""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FAILED = 255


@pytest.fixture
def run(emulator: Emulator, tccli: Tccli) -> Run:
    """Let the CLI call an action of the emulator."""

    def run(*command: str, secret_key: str = emulator.secret_key) -> CompletedProcess[str]:
        key = ("--secretId", emulator.secret_id, "--secretKey", secret_key)
        return tccli(*command, *key, "--endpoint", emulator.url)

    return run


@pytest.fixture
def answer(run: Run) -> Answer:
    """What the CLI prints of an answer."""

    def answer(*command: str) -> dict[str, Any]:
        done = run(*command)
        assert (done.returncode, done.stderr) == (0, "")
        printed: dict[str, Any] = json.loads(done.stdout)
        assert printed.pop("RequestId")
        return printed

    return answer


def timeless(value: Any) -> Any:
    """An answer as it would be at another time; what is null was not answered."""
    if isinstance(value, dict):
        return {name: timeless(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [timeless(inner) for inner in value]
    return "a time" if isinstance(value, str) and TIME.fullmatch(value) else value


def test_there_is_no_other_example(described: Described) -> None:
    actions = {(service, action) for service, action, _ in EXAMPLES}
    examples = described("examples")
    known = {
        (service, action, number)
        for service, action in actions
        for number in range(len(examples[service]["actions"][action]))
    }
    assert known == EXAMPLES.keys()


@pytest.mark.parametrize(("service", "action", "number"), EXAMPLES)
def test_an_example_is_answered_as_it_says(
    emulator: Emulator, described: Described, answer: Answer, tmp_path: Path, service: str, action: str, number: int
) -> None:
    example = described("examples")[service]["actions"][action][number]
    before, after = EXAMPLES[service, action, number]
    if isinstance(before, Limit):
        emulator.put_limit(before)
    elif isinstance(before, Quota):
        emulator.put_quota(before)
    sent = tmp_path / "sent.json"
    sent.write_text(example["input"].partition("\n\n")[2])
    printed = answer(service, action, "--cli-input-json", f"file://{sent}")
    expected = json.loads(example["output"])["Response"]
    del expected["RequestId"]
    assert timeless(printed) == timeless(expected)
    assert [(call.action, call.params, call.code) for call in emulator.calls] == [
        (action, json.loads(sent.read_text()), None)
    ]
    assert [*emulator.limits(), *emulator.quotas()] == [row for row in (after,) if row]


def test_options_page_and_filter_the_limits(emulator: Emulator, answer: Answer) -> None:
    for domain in "abc":
        for area in ("Overseas", "MainlandChina"):
            emulator.put_limit(Limit("zone-1", f"{domain}.example.com", area, 500))
    domains = ("--Filters.0.Name", "domain-name", "--Filters.0.Values", "b.example.com", "c.example.com")
    areas = ("--Filters.1.Name", "area", "--Filters.1.Values", "Overseas")
    paged = ("--ZoneId", "zone-1", "--Limit", "1", "--Offset", "1")
    printed = answer("teo", "DescribePrefetchOriginLimit", "--cli-unfold-argument", *paged, *domains, *areas)
    assert printed["TotalCount"] == 2
    assert [limit["DomainName"] for limit in printed["Limits"]] == ["c.example.com"]


def test_options_create_list_and_delete_the_quota_of_a_token(emulator: Emulator, answer: Answer) -> None:
    text = ("--SubAppId", "1", "--QuotaType", "Text", "--ApiToken", "token-b")
    emulator.put_quota(Quota(1, "Text", 7, api_token="token-a"))
    answer("vod", "CreateAigcQuota", *text, "--QuotaLimit", "0")
    printed = answer("vod", "DescribeAigcQuotas", *text, "--Limit", "100", "--Offset", "0")
    row = {"QuotaType": "Text", "ApiToken": "token-b", "QuotaLimit": 0, "Usage": 0}
    assert printed == {"TotalCount": 1, "QuotaSet": [row]}
    answer("vod", "DeleteAigcQuota", *text)
    assert [quota.api_token for quota in emulator.quotas()] == ["token-a"]


def test_options_list_what_the_account_has(emulator: Emulator, answer: Answer) -> None:
    for number in (1, 2):
        emulator.put_zone(f"zone-{number}")
        emulator.put_sub_app(number)
    zones = answer("teo", "DescribeZones", "--Limit", "1", "--Offset", "1")
    assert (zones["TotalCount"], [zone["ZoneId"] for zone in zones["Zones"]]) == (2, ["zone-2"])
    applications = answer("vod", "DescribeSubAppIds", "--Limit", "1", "--Offset", "1")
    assert applications["TotalCount"] == 2
    assert [application["SubAppId"] for application in applications["SubAppIdInfoSet"]] == [2]


def test_a_refusal_is_printed_with_its_code_and_request_id(emulator: Emulator, run: Run) -> None:
    code = "OperationDenied.NotInPrefetchOriginLimitWhiteList"
    emulator.script(Fault(ErrorCode(code)))
    refused = run("teo", "DescribePrefetchOriginLimit", "--ZoneId", "zone-1")
    assert (refused.returncode, refused.stdout) == (FAILED, "")
    assert re.search(rf"code:{re.escape(code)} message:This error was scripted\. requestId:\S+", refused.stderr)


def test_a_wrong_key_is_printed_as_a_signature_failure(run: Run) -> None:
    refused = run("vod", "DescribeAigcQuotas", "--SubAppId", "1", "--QuotaType", "Image", secret_key="another")
    assert (refused.returncode, refused.stdout) == (FAILED, "")
    assert "code:AuthFailure.SignatureFailure" in refused.stderr


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(token_lag=0.0)}])
def test_options_create_restrict_list_and_delete_a_token(emulator: Emulator, answer: Answer) -> None:
    made = answer("vod", "CreateAigcApiToken", "--SubAppId", "1")["ApiToken"]
    of_token = ("--SubAppId", "1", "--ApiToken", made)
    emulator.put_quota(Quota(1, "Text", 7, api_token=made))
    assert answer("vod", "UpdateAigcApiToken", *of_token, "--ExtInfo", '{"ip":{"203.0.113.7":true}}') == {}
    listed = answer("vod", "DescribeAigcApiTokens", "--SubAppId", "1")
    assert listed == {"ApiTokens": [made], "ExtInfos": ['{"ip":{"203.0.113.7":true}}']}
    answer("vod", "UpdateAigcApiToken", *of_token, "--ActionType", "Overwrite", "--ExtInfo", "{}")
    assert answer("vod", "DescribeAigcApiTokens", "--SubAppId", "1")["ExtInfos"] == ["{}"]
    answer("vod", "DeleteAigcApiToken", *of_token)
    assert (emulator.tokens(), emulator.quotas()) == ([], [])


def test_the_vendors_own_example_of_a_tokens_update_is_taken(
    emulator: Emulator, described: Described, answer: Answer, tmp_path: Path
) -> None:
    example = described("examples")["vod"]["actions"]["UpdateAigcApiToken"][0]
    told = json.loads(example["input"].partition("\n\n")[2])
    emulator.put_token(told["SubAppId"], told["ApiToken"])
    sent = tmp_path / "input.json"
    sent.write_text(json.dumps(told))
    answer("vod", "UpdateAigcApiToken", "--cli-input-json", f"file://{sent}")
    assert [json.loads(one.ext_info) for one in emulator.tokens()] == [json.loads(told["ExtInfo"])]
