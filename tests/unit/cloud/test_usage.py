"""Reading usage: what is asked, and what is taken of the answers."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tc_resources.cloud.bill import ZONE, Days, today
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError, ServiceError
from tc_resources.cloud.identities import digest
from tc_resources.cloud.services.token_listing import TokenListing
from tc_resources.cloud.services.usage import AigcUsage, DailyUsage
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Usage

if TYPE_CHECKING:
    from tests.conftest import FakeClock

TOKEN = "a-token-that-nobody-may-see"
Connect = Callable[..., Client]


@pytest.fixture
def day(clock: FakeClock) -> date:
    """Today."""
    return today(clock.at)


@pytest.fixture
def put(emulator: Emulator) -> Callable[..., None]:
    """Note usage of a day: of an application, a type, a model and perhaps a token."""

    def put(day: date, amount: int, model: str = "a", token: str | None = None, hour: int = 0) -> None:
        at = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
        emulator.put_usage(Usage(1, "Image", model, at, amount, api_token=token))

    return put


@pytest.mark.parametrize("count", [1, 2, 90, 91, 365])
def test_each_day_is_told_once_whatever_the_answers_show_around_it(
    client: Client, emulator: Emulator, put: Callable[..., None], day: date, count: int
) -> None:
    for back in range(370):
        put(day - timedelta(days=back), back + 1)
    found = list(AigcUsage(client).read(1, "Image", Days.until(day, count)))
    days = [(row.day, row.amount) for row in found]
    assert days == [(day - timedelta(days=back), back + 1) for back in reversed(range(count))]
    assert [call.code for call in emulator.calls] == [None] * (-(-count // 90))


def test_the_parts_of_a_day_are_put_together_and_empty_days_left_out(
    client: Client, put: Callable[..., None], day: date
) -> None:
    for model, hour in (("b", 0), ("b", 23), ("a", 5)):
        put(day - timedelta(days=1), 5, model, hour=hour)
    put(day - timedelta(days=1), 0, "b")
    yesterday = Days.until(day - timedelta(days=1), 1)
    assert list(AigcUsage(client).read(1, "Image", yesterday)) == [
        DailyUsage(yesterday.first, "a", 1, 5),
        DailyUsage(yesterday.first, "b", 3, 10),
    ]


def test_a_token_is_asked_for_by_name_and_shows_as_its_digest_alone(
    client: Client, emulator: Emulator, put: Callable[..., None], day: date, caplog: pytest.LogCaptureFixture
) -> None:
    put(day, 3, token=TOKEN)
    put(day, 4)
    emulator.put_token(1, TOKEN)
    usage, days = AigcUsage(client), Days.until(day, 2)
    with caplog.at_level(logging.DEBUG):
        assert TokenListing(client).tokens(1) == [TOKEN]
        assert [row.amount for row in usage.read(1, "Image", days, TOKEN)] == [3]
        emulator.script(Fault(ErrorCode("InvalidParameterValue", f"APIKey {TOKEN} is wrong"), "DescribeAigcUsageData"))
        with pytest.raises(ServiceError) as refused:
            list(usage.read(1, "Image", days, TOKEN))
    assert TOKEN not in str(refused.value) + caplog.text + str(emulator.calls)
    assert f"vod:DescribeAigcUsageData 1#Image#{digest(TOKEN)}: ok" in caplog.text


def answering(answer: object) -> httpx.MockTransport:
    body = json.dumps({"Response": {"RequestId": "r-1", **answer}} if isinstance(answer, dict) else answer)
    return httpx.MockTransport(lambda _: httpx.Response(200, text=body))


ROW = {"Time": "2026-11-18T00:00:00+08:00", "Count": 1, "Usage": 2}


@pytest.mark.parametrize(
    "items",
    [
        5,
        [5],
        [{"Specification": "a"}],
        [{"Specification": 5, "DataSet": [ROW]}],
        [{"Specification": "a", "DataSet": [{**ROW, "Usage": -1}]}],
        [{"Specification": "a", "DataSet": [{**ROW, "Count": "1"}]}],
        [{"Specification": "a", "DataSet": [{**ROW, "Time": "yesterday"}]}],
        [{"Specification": "a", "DataSet": [{**ROW, "Time": 5}]}],
    ],
)
def test_an_answer_in_another_format_is_an_error_and_never_no_usage(connect: Connect, items: Any) -> None:
    client = connect(transport=answering({"AigcUsageDataSet": items}))
    with pytest.raises(CloudError, match="vod:DescribeAigcUsageData answered in another format"):
        list(AigcUsage(client).read(1, "Image", Days(date(2026, 11, 18), date(2026, 11, 18))))


@pytest.mark.parametrize("tokens", [5, [5], "text"])
def test_tokens_in_another_format_are_an_error_that_shows_none(connect: Connect, tokens: Any) -> None:
    client = connect(transport=answering({"ApiTokens": tokens}))
    with pytest.raises(CloudError, match="vod:DescribeAigcApiTokens answered in another format"):
        TokenListing(client).tokens(1)


def test_a_year_of_an_application_keeps_to_the_rate(
    client: Client, emulator: Emulator, clock: FakeClock, day: date
) -> None:
    for _ in range(6):
        list(AigcUsage(client).read(1, "Image", Days.until(day, 365)))
    assert [call.code for call in emulator.calls] == [None] * 30
    arrivals = [call.at for call in emulator.calls]
    assert all(later - earlier >= 1 for earlier, later in zip(arrivals, arrivals[20:], strict=False))
    assert clock.slept
