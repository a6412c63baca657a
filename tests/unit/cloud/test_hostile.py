"""Whatever an endpoint answers: a result or a CloudError, nothing gone unless it says so, and no secret shown."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tc_resources.cloud.action import SECRET_PARAMETERS
from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.errors import CloudError, ListingError, ServiceError, TransportError
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress
from tc_resources.cloud.services.teo import MODIFY, PrefetchOriginLimits
from tc_resources.cloud.services.vod import AigcQuotas
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.dynamic import words
from tc_resources.limits.advice import explain
from tests.conftest import FakeClock

TOKEN, SESSION = 'an-"api\\token', "a-session-token"
LIMIT = LimitIdentity("zone-1", "www.example.com", "Overseas")
QUOTA, OTHER = QuotaAddress(1, "Text", TOKEN), QuotaAddress(1, "Text", "another-token")
WORDS = st.sampled_from(
    [TOKEN, SESSION, f"no {TOKEN}, no {SESSION}", "\x1b[2J\r\n", "\ud800", "x" * 5000, "Text", *LIMIT]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
COUNTS = st.integers(-1, 3) | st.sampled_from([10**9, 10**400])


def shape(**likely: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with these members, each mostly as expected, now and then anything or not there at all."""
    whole = st.fixed_dictionaries(likely)
    broken = st.fixed_dictionaries({}, optional={name: value | VALUES for name, value in likely.items()})
    return whole | broken


ROWS = st.lists(
    shape(
        ZoneId=st.just(LIMIT.zone_id),
        DomainName=st.just(LIMIT.domain_name),
        Area=st.just(LIMIT.area),
        Bandwidth=COUNTS,
        SubAppId=COUNTS,
        QuotaType=st.just("Text"),
        ApiToken=st.just(OTHER.api_token),
        QuotaLimit=COUNTS,
        Usage=COUNTS,
    ),
    max_size=3,
)
CODES = ["InvalidParameterValue", "ResourceNotFound", "ResourceInUse.PrefetchOriginLimitAlreadyExists", "InternalError"]
ERRORS = shape(Code=st.sampled_from(CODES), Message=WORDS)
MEMBERS = dict.fromkeys(("Limits", "QuotaSet", "Zones", "SubAppIdInfoSet"), ROWS)
LISTINGS = st.fixed_dictionaries({"Response": shape(RequestId=st.just("r-1"), TotalCount=COUNTS, **MEMBERS)})
REFUSALS = st.fixed_dictionaries({"Response": shape(RequestId=st.just("r-1"), Error=ERRORS)})
ANSWERS = VALUES | LISTINGS | REFUSALS

OPERATIONS: dict[str, Callable[[PrefetchOriginLimits, AigcQuotas], object]] = {
    "zones": lambda limits, _: limits.zones(),
    "get limit": lambda limits, _: limits.get(LIMIT),
    "turn on": lambda limits, _: limits.turn_on(LIMIT, 500, overwrite=True),
    "turn off": lambda limits, _: limits.turn_off(LIMIT, 0),
    "sub-applications": lambda _, quotas: quotas.sub_apps(),
    "get quota": lambda _, quotas: quotas.get(OTHER.identity),
    "create": lambda _, quotas: quotas.create(QUOTA, 5),
    "modify": lambda _, quotas: quotas.modify(QUOTA, 5),
    "renew": lambda _, quotas: quotas.renew(QUOTA, 5, 7),
    "reset": lambda _, quotas: quotas.reset(QUOTA, 5, 0),
    "delete": lambda _, quotas: quotas.delete(QUOTA, 0),
}


def connected(*bodies: str) -> tuple[Client, FakeClock]:
    """A client of an endpoint that answers these bodies in turn, and then the last one for ever.

    It knows a token from the very call alone, and so can show it in answers to the calls that bear it.
    """
    clock, left = FakeClock(), iter(bodies[:-1])
    token = json.dumps(TOKEN)[1:-1]

    def answer(request: httpx.Request) -> httpx.Response:
        text = next(left, bodies[-1])
        return httpx.Response(200, text=text if token.encode() in request.content else text.replace(token, "unknown"))

    transport = httpx.MockTransport(answer)
    known = Settings(Credentials("AKID", "key", SESSION), Endpoint("http://127.0.0.1:1"), 10)
    times = Clock(monotonic=clock.now, now=clock.now, sleep=clock.sleep, uniform=clock.uniform)
    return client_of(known, transport=transport, clock=times), clock


def is_fit_to_be_shown(error: CloudError) -> bool:
    text = f"{error} {error!r}"
    secrets = [form for secret in (TOKEN, SESSION) for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1])]
    return text.isprintable() and len(text) < 10_000 and not [secret for secret in secrets if secret in text]


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=20)
@given(answers=st.lists(ANSWERS, min_size=1, max_size=3))
def test_only_a_cloud_error_comes_of_any_answer_within_the_time_limit(name: str, answers: list[Any]) -> None:
    client, clock = connected(*map(json.dumps, answers))
    began, error = clock.at, CloudError()
    try:
        with client.operation():
            OPERATIONS[name](PrefetchOriginLimits(client), AigcQuotas(client))
    except CloudError as raised:
        error = raised
    assert is_fit_to_be_shown(error)
    # What must not stay half done has a limit of its own, once for each half.
    assert clock.at - began <= 10 * (3 if name in ("renew", "turn on") else 1)


@pytest.mark.parametrize(
    ("name", "rows", "identity"),
    [
        ("get limit", "Limits", dict(zip(("ZoneId", "DomainName", "Area"), LIMIT, strict=True))),
        ("get quota", "QuotaSet", {"QuotaType": "Text", "ApiToken": OTHER.api_token}),
    ],
)
@given(answer=LISTINGS)
def test_nothing_is_there_or_gone_but_by_an_answer_that_counts_and_shows_all_rows(
    name: str, rows: str, identity: dict[str, Any], answer: Any
) -> None:
    client, _ = connected(json.dumps(answer))
    try:
        with client.operation():
            found = OPERATIONS[name](PrefetchOriginLimits(client), AigcQuotas(client))
    except CloudError:
        return
    answer = answer["Response"]
    assert isinstance(answer["RequestId"], str)
    assert answer.get("Error") is None
    assert type(answer["TotalCount"]) is int
    assert answer["TotalCount"] == len(answer.get(rows) or [])
    ours = [row for row in answer.get(rows) or [] if identity.items() <= row.items()]
    assert len(ours) == (0 if found is None else 1)


@pytest.mark.parametrize(
    "response",
    [
        "{}",
        '{"TotalCount": 0, "Limits": []}',
        '{"RequestId": 5, "TotalCount": 0, "Limits": []}',
        '{"RequestId": "r-1", "Error": {}, "TotalCount": 0, "Limits": []}',
        '{"RequestId": "r-1", "Error": "", "TotalCount": 0, "Limits": []}',
        '{"RequestId": "r-1", "Error": {"Code": "FailedOperation"}, "TotalCount": 0, "Limits": []}',
        '{"RequestId": "r-1", "Limits": []}',
        '{"RequestId": "r-1", "TotalCount": false, "Limits": []}',
        '{"RequestId": "r-1", "TotalCount": "0", "Limits": []}',
        '{"RequestId": "r-1", "TotalCount": -1, "Limits": []}',
        '{"RequestId": "r-1", "TotalCount": NaN, "Limits": []}',
        '{"RequestId": "r-1", "TotalCount": 0, "Limits": false}',
        '{"RequestId": "r-1", "TotalCount": 0, "Limits": {}}',
        '{"RequestId": "r-1", "TotalCount": 0, "Limits": "none"}',
        '{"RequestId": "r-1", "TotalCount": 5, "Limits": []}',
        '{"RequestId": "r-1", "TotalCount": 1000000000, "Limits": []}',
    ],
)
def test_an_answer_that_only_nearly_says_that_nothing_is_there_says_nothing(response: str) -> None:
    client, _ = connected(f'{{"Response": {response}}}')
    with pytest.raises(CloudError), client.operation():
        PrefetchOriginLimits(client).get(LIMIT)


ROW = {**dict(zip(("ZoneId", "DomainName", "Area"), LIMIT, strict=True)), "Bandwidth": 500}


@pytest.mark.parametrize(
    "wrong",
    [
        *({"Bandwidth": value} for value in ("500", 500.5, True, -1, 2**64, [500], float("inf"))),
        *({"DomainName": value} for value in ("", "a#b", "a\nb", "\x1b[2J", "\ud800", "x" * 300, 5, ["www"])),
        *({"ZoneId": value} for value in (5, None, "zone#1")),
    ],
)
def test_a_row_with_a_value_of_another_kind_is_an_error(wrong: dict[str, object]) -> None:
    client, _ = connected(json.dumps({"Response": {"RequestId": "r-1", "TotalCount": 1, "Limits": [{**ROW, **wrong}]}}))
    with pytest.raises(CloudError, match="another format"), client.operation():
        PrefetchOriginLimits(client).get(LIMIT)


@pytest.mark.parametrize("token", [False, 0, [], {}, 5])
def test_a_token_of_another_kind_is_no_quota_without_a_token(token: object) -> None:
    row = {"QuotaType": "Text", "QuotaLimit": 5, "ApiToken": token}
    client, _ = connected(json.dumps({"Response": {"RequestId": "r-1", "TotalCount": 1, "QuotaSet": [row]}}))
    with pytest.raises(CloudError, match="another format"), client.operation():
        AigcQuotas(client).all(1)


def pages(total: Callable[[int], int], rows: list[dict[str, object]]) -> Iterator[str]:
    """Pages for ever, with the same rows and these counts."""
    number = 0
    while True:
        yield json.dumps({"Response": {"RequestId": "r-1", "TotalCount": total(number), "Zones": rows}})
        number += 1


@pytest.mark.parametrize(
    ("total", "text"),
    [
        pytest.param(lambda _: 1, "counts 1 rows and shows 100", id="too small"),
        pytest.param(lambda _: 10**9, "1000000000 rows; 10000 are read", id="too large"),
        pytest.param(lambda _: 5000, "changed while it was read", id="too many"),
        pytest.param(lambda number: 1000 + number, "changed while it was read", id="growing"),
    ],
)
def test_a_page_that_repeats_with_a_wrong_count_is_an_error(total: Callable[[int], int], text: str) -> None:
    answers = pages(total, [{"ZoneId": f"zone-{n}"} for n in range(100)])
    client, clock = connected(*islice(answers, 100))
    began = clock.at
    with pytest.raises(ListingError, match=text), client.operation():
        PrefetchOriginLimits(client).zones()
    assert clock.at - began <= 10


def test_more_rows_than_were_asked_for_are_an_error() -> None:
    rows = [{"ZoneId": f"zone-{n}"} for n in range(101)]
    client, _ = connected(json.dumps({"Response": {"RequestId": "r-1", "TotalCount": 101, "Zones": rows}}))
    with pytest.raises(CloudError, match="another format"):
        PrefetchOriginLimits(client).zones()


@pytest.mark.parametrize(
    "date",
    ["", "soon", "Mon, 01 Jan 10000 00:00:00 GMT", "Mon, 01 Jan 2026 00:00:00 +99999999999999999999", "x" * 5000],
)
def test_a_date_that_no_clock_shows_is_not_followed(date: str) -> None:
    error = {"Code": "AuthFailure.SignatureExpire", "Message": "Late."}
    answer = {"Response": {"RequestId": "r-1", "Error": error}}
    endpoint = Mock(return_value=httpx.Response(200, json=answer, headers={"Date": date}))
    known = Settings(Credentials("AKID", "key"), Endpoint("http://127.0.0.1:1"))
    with pytest.raises(ServiceError, match="SignatureExpire"):
        client_of(known, transport=httpx.MockTransport(endpoint)).call(MODIFY, {})
    assert endpoint.call_count == 1


@pytest.mark.parametrize("host", ["a..b", ".", "999.999.999.999", "x" * 300])
def test_a_host_that_is_none_is_no_answer(host: str, transport: httpx.BaseTransport) -> None:
    client = client_of(Settings(Credentials("AKID", "key"), Endpoint(f"https://{host}"), 0.1), transport=transport)
    with pytest.raises(TransportError, match="had no answer from https://"), client.operation():
        client.call(MODIFY, {})


@pytest.mark.parametrize("parameter", SECRET_PARAMETERS)
def test_a_secret_parameter_is_in_no_error_no_answer_s_id_and_no_log(
    parameter: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "a-secret-value"
    for error in ({}, {"Error": {"Code": f"FailedOperation{secret}", "Message": f"No {secret}."}}):
        answer = httpx.Response(200, json={"Response": {"RequestId": f"r-1 {secret}", **error}})
        known = Settings(Credentials("AKID", "key"), Endpoint("http://127.0.0.1:1"))
        client = client_of(known, transport=httpx.MockTransport(lambda _, answer=answer: answer))
        try:
            said = str(client.call(MODIFY, {parameter: secret}))
        except ServiceError as refusal:
            said = f"{refusal} {refusal!r} {vars(refusal)}"
        assert "***" in said
        assert secret not in said
    assert "teo:ModifyPrefetchOriginLimit" in caplog.text
    assert secret not in caplog.text


@pytest.mark.parametrize("parameter", SECRET_PARAMETERS)
def test_a_secret_parameter_is_not_told_where_the_other_side_repeats_it_in_what_is_no_answer(parameter: str) -> None:
    """As h11 shows a line that is no header."""
    error = httpx.RemoteProtocolError("illegal header line: bytearray(b'a-secret-value')")
    known = Settings(Credentials("AKID", "key"), Endpoint("http://127.0.0.1:1"), 1.0)
    client = client_of(known, transport=httpx.MockTransport(Mock(side_effect=error)))
    with pytest.raises(TransportError, match=r"illegal header line: bytearray\(b'\*\*\*'\)") as raised:
        client.call(MODIFY, {parameter: "a-secret-value"})
    assert "a-secret-value" not in f"{raised.value!r} {vars(raised.value)}"


def test_a_refusal_is_shown_in_one_line_of_bounded_length_without_what_must_be_hidden() -> None:
    message = f"\x1b]0;title\x07{TOKEN} {json.dumps({'ApiToken': TOKEN})}\n{SESSION} {'z' * 100_000}"
    error = {"Code": "FailedOperation", "Message": message}
    client, _ = connected(json.dumps({"Response": {"RequestId": f"r-1{SESSION}\n", "Error": error}}))
    with pytest.raises(ServiceError) as raised:
        client.call(MODIFY, {"ApiToken": TOKEN})
    text = explain(raised.value, words.WORDS)
    assert 'answered FailedOperation:  ]0;title *** {"ApiToken": "***"} *** zzz' in text
    assert "zzz…. RequestId r-1*** . Try again;" in text
    assert is_fit_to_be_shown(raised.value)
