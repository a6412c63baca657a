from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError, ListingError
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress, QuotaIdentity
from tc_resources.cloud.services.listing import (
    PAGE,
    Odd,
    OddRowError,
    by_identity,
    ids,
    listed,
    pages,
)
from tc_resources.cloud.services.teo import LISTING_ATTEMPTS, PrefetchOriginLimits
from tc_resources.cloud.services.vod import AigcQuotas
from tc_resources.testing.emulator import Emulator, Limit, Quota

if TYPE_CHECKING:
    from tests.conftest import FakeClock


Connect = Callable[..., Client]
OVERSEAS = LimitIdentity("zone-1", "www.example.com", "Overseas")
MAINLAND = LimitIdentity("zone-1", "www.example.com", "MainlandChina")
IMAGE = QuotaIdentity(1, "Image")


def listing(*answers: tuple[Any, Any]) -> tuple[Callable[[int, int], tuple[Any, Any]], list[tuple[int, int]]]:
    """A listing that gives these pages in turn, and the offsets and limits that it was asked with."""
    asked: list[tuple[int, int]] = []

    def fetch(offset: int, limit: int) -> tuple[Any, Any]:
        asked.append((offset, limit))
        return answers[len(asked) - 1]

    return fetch, asked


def test_all_pages_are_read_each_from_the_last_row_of_the_one_before() -> None:
    rows = [{"n": n} for n in range(205)]
    fetch, asked = listing((205, rows[:100]), (205, rows[99:199]), (205, rows[198:]))
    assert list(pages(fetch)) == rows
    assert asked == [(0, PAGE), (99, PAGE), (198, PAGE)]


def test_a_service_that_gives_shorter_pages_than_asked_for_is_read_whole() -> None:
    fetch, asked = listing((3, [{"n": 0}, {"n": 1}]), (3, [{"n": 1}, {"n": 2}]))
    assert list(pages(fetch)) == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert [offset for offset, _ in asked] == [0, 1]


@given(st.data())
def test_no_row_that_stays_slips_between_two_pages_unseen(data: st.DataObject) -> None:
    """Others add and remove rows anywhere while the pages are read; the count may be the same again."""
    live = list(range(data.draw(st.integers(101, 350))))
    stay, new = set(live), itertools.count(1000)

    def fetch(offset: int, limit: int) -> tuple[int, list[dict[str, int]]]:
        page = len(live), [{"n": n} for n in live[offset : offset + limit]]
        for _ in range(data.draw(st.integers(0, 2))):
            stay.discard(live.pop(data.draw(st.integers(0, len(live) - 1))))
            live.insert(data.draw(st.integers(0, len(live))), next(new))
        return page

    try:
        found = {row["n"] for row in pages(fetch)}
    except ListingError:
        return
    assert stay <= found


def test_an_empty_listing_takes_one_page() -> None:
    fetch, asked = listing((0, []))
    assert list(pages(fetch)) == []
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ([(2, [{}]), (3, [{}])], "of 2 rows changed"),
        ([(2, [{}]), (1, [])], "of 2 rows changed"),
        ([(2, [{}]), (2, [])], "of 2 rows changed"),
        ([(2, [{}]), (2, [{}])], "counts 2 rows and shows 1"),
        ([(3, [{"n": 0}, {"n": 1}]), (3, [{"n": 2}])], "of 3 rows changed"),
        ([(1, [{}, {}])], "counts 1 rows and shows 2"),
        ([(0, [{}])], "counts 0 rows and shows 1"),
    ],
)
def test_pages_that_do_not_add_up_are_an_error(answers: list[tuple[Any, Any]], text: str) -> None:
    fetch, _ = listing(*answers)
    with pytest.raises(ListingError, match=text):
        list(pages(fetch))


@pytest.mark.parametrize("answer", [(None, []), ("2", []), (2, {}), (2, "rows")])
def test_a_listing_in_another_format_is_an_error_that_no_repetition_mends(answer: tuple[Any, Any]) -> None:
    fetch, _ = listing(answer)
    with pytest.raises(CloudError, match="another format") as raised:
        list(pages(fetch))
    assert not raised.value.transient


def test_a_row_shown_twice_is_an_error() -> None:
    with pytest.raises(ListingError, match="twice"):
        by_identity([("a", 1), ("b", 2), ("a", 1)])


def rows(*limits: tuple[str, object]) -> list[dict[str, object]]:
    return [
        {"ZoneId": "zone-1", "DomainName": name, "Area": "Overseas", "Bandwidth": bandwidth}
        for name, bandwidth in limits
    ]


class Answers(httpx.BaseTransport):
    """A service whose listing gives these pages in turn, and the last of them for ever."""

    def __init__(self, *answers: dict[str, object]) -> None:
        self.answers, self.count = list(answers), 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 - httpx passes it
        answer = self.answers[min(self.count, len(self.answers) - 1)]
        self.count += 1
        return httpx.Response(200, json={"Response": {"RequestId": "r-1", **answer}})


def test_a_listing_that_changed_while_it_was_read_is_read_again(connect: Connect) -> None:
    first, both = rows(("a.example.com", 100)), rows(("www.example.com", 500), ("a.example.com", 100))
    service = Answers(
        {"TotalCount": 2, "Limits": first}, {"TotalCount": 3, "Limits": first}, {"TotalCount": 2, "Limits": both}
    )
    assert PrefetchOriginLimits(connect(transport=service)).get(OVERSEAS) == 500
    assert service.count == 3


def test_a_listing_that_never_adds_up_is_an_error_and_not_an_absence(connect: Connect, clock: FakeClock) -> None:
    service = Answers({"TotalCount": 2, "Limits": rows(("a.example.com", 100), ("a.example.com", 100))})
    with pytest.raises(ListingError, match="twice"):
        PrefetchOriginLimits(connect(transport=service, timeout=3600)).get(OVERSEAS)
    assert service.count == 2 * LISTING_ATTEMPTS
    assert len(clock.slept) == 2 * (LISTING_ATTEMPTS - 1)


@pytest.mark.parametrize(
    "row",
    [
        {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas"},
        {"ZoneId": "zone-1", "DomainName": None, "Area": "Overseas", "Bandwidth": 500},
        {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": "fast"},
        {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": None},
        "www.example.com",
        None,
    ],
)
def test_a_limits_row_in_another_format_is_an_error_that_names_the_action(connect: Connect, row: object) -> None:
    service = Answers({"TotalCount": 1, "Limits": [row]})
    with pytest.raises(CloudError, match=r"^teo:DescribePrefetchOriginLimit shows a row in another format"):
        PrefetchOriginLimits(connect(transport=service)).get(OVERSEAS)
    assert service.count == 1


@pytest.mark.parametrize(
    "row", [{"QuotaType": "Image"}, {"QuotaLimit": 5}, {"QuotaType": "Image", "QuotaLimit": "many"}, [], None]
)
def test_a_quotas_row_in_another_format_is_an_error_that_names_the_action(connect: Connect, row: object) -> None:
    service = Answers({"TotalCount": 1, "QuotaSet": [row]})
    with pytest.raises(CloudError, match=r"^vod:DescribeAigcQuotas shows a row in another format"):
        AigcQuotas(connect(transport=service)).get(IMAGE)
    assert service.count == 1


@pytest.mark.parametrize("empty", [{"TotalCount": 0, "Limits": None}, {"TotalCount": 0}])
def test_a_listing_of_nothing_may_lack_its_rows(connect: Connect, empty: dict[str, object]) -> None:
    assert PrefetchOriginLimits(connect(transport=Answers(empty))).get(OVERSEAS) is None


def test_a_zone_is_read_whole_and_the_areas_of_a_domain_are_told_apart(emulator: Emulator, client: Client) -> None:
    for n in range(98):
        emulator.put_limit(Limit("zone-1", f"n{n}.example.com", "Overseas", 100))
    emulator.put_limit(Limit(*OVERSEAS, 500))
    emulator.put_limit(Limit(*MAINLAND, 300))
    emulator.put_limit(Limit("zone-2", "www.example.com", "Overseas", 700))
    limits = PrefetchOriginLimits(client)
    assert [
        limits.get(key) for key in (OVERSEAS, MAINLAND, LimitIdentity("zone-1", "n97.example.com", "Overseas"))
    ] == [
        500,
        300,
        100,
    ]
    assert limits.get(LimitIdentity("zone-1", "example.com", "Overseas")) is None
    assert [call.params for call in emulator.calls] == [{"ZoneId": "zone-1", "Offset": 0, "Limit": 100}]


def test_a_domain_is_found_however_the_service_spells_it(emulator: Emulator, client: Client) -> None:
    emulator.put_limit(Limit("zone-1", "WWW.Example.com", "Overseas", 500))
    assert PrefetchOriginLimits(client).get(OVERSEAS) == 500


def test_a_type_of_a_sub_application_is_read_whole_and_tokens_are_told_apart(
    emulator: Emulator, client: Client
) -> None:
    for n in range(250):
        emulator.put_quota(Quota(1, "Text", n, api_token=f"token-{n}"))
    emulator.put_quota(Quota(1, "Text", 1000))
    emulator.put_quota(Quota(2, "Text", 2000))
    quotas = AigcQuotas(client)
    assert [quotas.get(QuotaAddress(1, "Text", f"token-{n}").identity) for n in (0, 7, 249)] == [
        (0, 0),
        (7, 0),
        (249, 0),
    ]
    assert quotas.get(QuotaIdentity(1, "Text")) == (1000, 0)
    assert quotas.get(QuotaAddress(1, "Text", "token-250").identity) is None
    assert quotas.get(QuotaIdentity(1, "Video")) is None
    assert [(call.params["QuotaType"], call.params["Offset"]) for call in emulator.calls] == [
        *[("Text", offset) for offset in (0, 99, 198)],
        ("Video", 0),
    ]


def test_all_quotas_of_a_sub_application_are_those_of_its_three_types(emulator: Emulator, client: Client) -> None:
    """The service requires a type of who lists."""
    for quota_type in ("Image", "Video", "Text"):
        emulator.put_quota(Quota(1, quota_type, 5))
    assert set(AigcQuotas(client).all(1).rows) == {QuotaIdentity(1, name) for name in ("Image", "Video", "Text")}
    assert [call.params["QuotaType"] for call in emulator.calls] == ["Image", "Video", "Text"]


def odd_rows(row: int) -> tuple[str, int]:
    if row < 0:
        raise OddRowError(f"row {row}", about="a" if row == -1 else None)
    return str(row), row


def test_a_row_that_cannot_be_recognised_is_doubt_of_what_it_may_be_about() -> None:
    found = listed([1, -1, -2], odd_rows)  # type: ignore[list-item, arg-type]  # rows of a kind of our own
    assert found.rows == {"1": 1}
    assert found.odd_about("a") == (Odd("row -1", "a"), Odd("row -2"))
    assert found.odd_about("b") == (Odd("row -2"),)


@pytest.mark.parametrize("rows", [[{"ZoneId": "zone-1"}, {}], ["zone-1"], [None]])
def test_a_row_without_its_id_is_an_error_of_one_line(rows: list[Any]) -> None:
    with pytest.raises(CloudError, match="shows a row without ZoneId"):
        ids(rows, "ZoneId", str)
