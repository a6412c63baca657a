"""What the documents leave open about quotas, each alternative of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Quota
from tc_resources.testing.emulator.database import Database
from tc_resources.testing.emulator.vod.models import Quotas
from tc_resources.testing.emulator.vod.tables import SCHEMA

Call = Callable[..., dict[str, Any]]
Refusal = Callable[..., str | None]

IMAGE = {"SubAppId": 1, "QuotaType": "Image"}
TEXT = {"SubAppId": 1, "QuotaType": "Text"}
DESCRIBE = "DescribeAigcQuotas"


def behaving(**how: Any) -> dict[str, Behaviour]:
    return {"behaviour": Behaviour(**how)}


def limits(call: Call, **params: object) -> list[int]:
    return [row["QuotaLimit"] for row in call(DESCRIBE, **{**TEXT, **params})["QuotaSet"]]


@pytest.fixture
def three(emulator: Emulator) -> None:
    """The application's own quota, one of a token, and one of another of 0."""
    for quota in (
        Quota(1, "Text", 1),
        Quota(1, "Text", 2, api_token="sk-first-AAAA"),
        Quota(1, "Text", 0, api_token="sk-second-BBBB"),
    ):
        emulator.put_quota(quota)


@pytest.mark.parametrize("options", [behaving(quota_lag=30.0)])
def test_the_lag_of_quotas_is_not_that_of_limits(emulator: Emulator, call: Call, refusal: Refusal) -> None:
    limit = {"ZoneId": "zone-1", "DomainName": "a", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}
    refusal("ModifyPrefetchOriginLimit", **limit)
    refusal("CreateAigcQuota", **IMAGE, QuotaLimit=5)
    assert call("DescribePrefetchOriginLimit", ZoneId="zone-1")["TotalCount"] == 1
    assert call(DESCRIBE, **IMAGE)["TotalCount"] == 0
    assert len(emulator.quotas()) == 1


@pytest.mark.parametrize("options", [behaving(quota_lag=30.0)])
def test_a_quota_written_thrice_in_one_moment_is_listed_once(
    call: Call, refusal: Refusal, wait: Callable[[float], None]
) -> None:
    refusal("CreateAigcQuota", **IMAGE, QuotaLimit=5)
    refusal("DeleteAigcQuota", **IMAGE)
    refusal("CreateAigcQuota", **IMAGE, QuotaLimit=6)
    wait(30)
    assert limits(call, **IMAGE) == [6]


@pytest.mark.parametrize(
    ("options", "modify", "delete"),
    [
        (
            behaving(absent_quota_modify=modify, absent_quota_delete=delete),
            modify,
            None if delete == "succeeds" else delete,
        )
        for modify, delete in (
            ("InvalidParameterValue", "ResourceNotFound"),
            ("FailedOperation", "succeeds"),
            ("ResourceNotFound.QuotaNotExist", "FailedOperation"),
        )
    ],
)
def test_an_absent_quota_is_answered_for_each_action_as_chosen(
    refusal: Refusal, modify: str, delete: str | None
) -> None:
    assert refusal("ModifyAigcQuota", **IMAGE, QuotaLimit=1) == modify
    assert refusal("DeleteAigcQuota", **IMAGE) == delete


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({}, "InvalidParameterValue", "quota already exists, please use ModifyAigcQuota to update"),
        (behaving(existing_quota="other_text"), "InvalidParameterValue", "The parameter value is wrong."),
        (behaving(existing_quota="ResourceInUse"), "ResourceInUse", "The resource is in use."),
        (behaving(existing_quota="FailedOperation"), "FailedOperation", "The operation has failed."),
    ],
)
def test_creating_over_a_quota_is_refused_as_chosen(emulator: Emulator, call: Call, code: str, message: str) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    assert call("CreateAigcQuota", **IMAGE, QuotaLimit=6)["Error"] == {"Code": code, "Message": message}
    assert emulator.quotas() == [Quota(1, "Image", 5)]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (behaving(least_quota=1, most_quota=9), "InvalidParameterValue"),
        (behaving(least_quota=1, most_quota=9, refused_quota="LimitExceeded"), "LimitExceeded"),
        (behaving(least_quota=1, most_quota=9, refused_quota="FailedOperation"), "FailedOperation"),
    ],
)
def test_values_that_an_account_does_not_take_are_refused_with_the_chosen_code(
    emulator: Emulator, refusal: Refusal, code: str
) -> None:
    assert [refusal("CreateAigcQuota", **IMAGE, QuotaLimit=value) for value in (0, 10, 9)] == [code, code, None]
    assert [refusal("ModifyAigcQuota", **IMAGE, QuotaLimit=value) for value in (0, 10, 1)] == [code, code, None]
    assert emulator.quotas() == [Quota(1, "Image", 1)]


@pytest.mark.parametrize(
    ("options", "code"), [({}, None), (behaving(below_usage="InvalidParameterValue"), "InvalidParameterValue")]
)
def test_a_quota_below_its_usage_is_taken_or_refused_as_chosen(
    emulator: Emulator, refusal: Refusal, code: str | None
) -> None:
    emulator.put_quota(Quota(1, "Image", 50, usage=10))
    assert [refusal("ModifyAigcQuota", **IMAGE, QuotaLimit=value) for value in (10, 9)] == [None, code]


@pytest.mark.parametrize(("options", "usage"), [({}, 10), (behaving(modified_usage="cleared"), 0)])
def test_modifying_keeps_or_clears_the_usage_as_chosen(emulator: Emulator, refusal: Refusal, usage: int) -> None:
    emulator.put_quota(Quota(1, "Image", 50, usage=10))
    assert refusal("ModifyAigcQuota", **IMAGE, QuotaLimit=60) is None
    assert emulator.quotas() == [Quota(1, "Image", 60, usage=usage)]


@pytest.mark.parametrize("options", [behaving(token_elsewhere="ignored")])
def test_a_token_with_another_type_may_be_ignored(emulator: Emulator, refusal: Refusal) -> None:
    assert refusal("CreateAigcQuota", **IMAGE, ApiToken="token-a", QuotaLimit=5) is None
    assert emulator.quotas() == [Quota(1, "Image", 5)]
    assert refusal("DeleteAigcQuota", **IMAGE) is None


@pytest.mark.parametrize(("options", "shown"), [({}, "Image"), (behaving(type_form="lower"), "image")])
def test_the_listing_writes_types_as_chosen(emulator: Emulator, call: Call, shown: str) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    assert [row["QuotaType"] for row in call(DESCRIBE, **IMAGE)["QuotaSet"]] == [shown]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, "sk-first-AAAA"),
        (behaving(token_form="masked"), "sk-****AAAA"),
        (behaving(token_form="absent"), None),
    ],
)
@pytest.mark.usefixtures("three")
def test_the_listing_shows_of_a_token_what_is_chosen_and_still_filters_by_the_whole(
    emulator: Emulator, call: Call, shown: str | None
) -> None:
    [row] = call(DESCRIBE, **TEXT, ApiToken="sk-first-AAAA")["QuotaSet"]
    assert (row.get("ApiToken"), row["QuotaLimit"]) == (shown, 2)
    assert "sk-first-AAAA" in {quota.api_token for quota in emulator.quotas()}


@pytest.mark.parametrize(
    ("options", "without", "with_"),
    [
        ({}, [1, 2, 0], [2]),
        (behaving(tokens_listed="own"), [1], [2]),
        (behaving(token_filter="ignored"), [1, 2, 0], [1, 2, 0]),
        (behaving(token_filter="ignored", tokens_listed="own"), [1], [1]),
    ],
)
@pytest.mark.usefixtures("three")
def test_a_listing_has_the_quotas_of_the_tokens_that_are_chosen(
    call: Call, without: list[int], with_: list[int]
) -> None:
    assert limits(call) == without
    assert limits(call, ApiToken="") == without
    assert limits(call, ApiToken="sk-first-AAAA") == with_


@pytest.mark.parametrize(
    ("options", "listed", "found"),
    [
        ({}, [1, 2, 0], [0]),
        (behaving(zero_quotas_listed=False), [1, 2], [0]),
        (behaving(zero_quotas_found=False), [1, 2, 0], []),
        (behaving(zero_quotas_listed=False, zero_quotas_found=False), [1, 2], []),
    ],
)
@pytest.mark.usefixtures("three")
def test_a_quota_of_zero_is_shown_as_chosen_for_each_listing_and_counted_alike(
    call: Call, listed: list[int], found: list[int]
) -> None:
    assert limits(call) == listed
    assert limits(call, ApiToken="sk-second-BBBB") == found
    assert call(DESCRIBE, **TEXT)["TotalCount"] == len(listed)


UNKNOWN = "ResourceNotFound.UserNotExist"


@pytest.mark.parametrize(
    ("options", "listing"),
    [(behaving(unknown_sub_app="refused"), UNKNOWN), (behaving(unknown_sub_app="refused_writes"), None)],
)
def test_an_unknown_application_is_refused_by_the_actions_that_are_chosen(
    emulator: Emulator, refusal: Refusal, listing: str | None
) -> None:
    def codes() -> list[str | None]:
        creating, modifying = (refusal(f"{verb}AigcQuota", **IMAGE, QuotaLimit=5) for verb in ("Create", "Modify"))
        return [creating, modifying, refusal(DESCRIBE, **IMAGE), refusal("DeleteAigcQuota", **IMAGE)]

    assert codes() == [UNKNOWN, UNKNOWN, listing, UNKNOWN]
    emulator.put_sub_app(1)
    assert codes() == [None] * 4


@pytest.mark.parametrize(
    ("options", "order"),
    [
        (behaving(row_order="oldest_first"), [0, 1, 2, 3, 4]),
        (behaving(row_order="newest_first"), [4, 3, 2, 1, 0]),
        (behaving(row_order="shuffled"), None),
        (behaving(row_order="shuffled", shuffle_seed=3), None),
    ],
)
def test_quotas_are_listed_in_the_chosen_order_whatever_the_page(
    emulator: Emulator, call: Call, order: list[int] | None
) -> None:
    for number in range(5):
        emulator.put_quota(Quota(1, "Text", number, api_token=f"{9 - number}"))
    listed = limits(call)
    assert listed == [limits(call, Limit=1, Offset=number)[0] for number in range(5)]
    assert sorted(listed) == [0, 1, 2, 3, 4]
    assert order is None or listed == order


def test_another_seed_shuffles_into_another_order() -> None:
    orders = set()
    for seed in range(5):
        quotas = Quotas(Database(None, SCHEMA), Behaviour(row_order="shuffled", shuffle_seed=seed))
        for number in range(200):
            quotas.put(Quota(1, "Text", number, api_token=f"{number}"))
        orders.add(tuple(quota.quota_limit for quota in quotas.shown(1, "Text", None, (200, 0), 0.0)[1]))
    assert len(orders) == 5
    assert tuple(range(200)) not in orders


def test_a_page_shifts_when_a_quota_before_it_goes(emulator: Emulator, call: Call) -> None:
    for number in range(4):
        emulator.put_quota(Quota(1, "Text", number, api_token=f"{number}"))
    first = limits(call, Limit=2)
    emulator.drop_quota(1, "Text", "0")
    assert (first, limits(call, Limit=2, Offset=2)) == ([0, 1], [3])


def test_a_quota_keeps_its_place_when_it_is_changed(emulator: Emulator, call: Call, refusal: Refusal) -> None:
    for token in ("b", "a"):
        refusal("CreateAigcQuota", **TEXT, ApiToken=token, QuotaLimit=1)
    refusal("ModifyAigcQuota", **TEXT, ApiToken="b", QuotaLimit=2)
    assert limits(call) == [2, 1]
    emulator.put_quota(Quota(1, "Text", 3, api_token="b"))
    assert limits(call) == [3, 1]


@pytest.mark.parametrize(("lag", "most"), [(0.0, 1), (30.0, 32)])
def test_versions_that_no_listing_can_show_any_more_are_not_kept(lag: float, most: int) -> None:
    database = Database(None, SCHEMA)
    quotas = Quotas(database, Behaviour(quota_lag=lag))
    quotas.create((1, "Image", ""), 0, 0.0)
    for second in range(1, 200):
        quotas.modify((1, "Image", ""), second, float(second))
    with database.transaction() as db:
        assert db.execute("SELECT count(*) FROM quota_version").fetchone()[0] <= most
    assert quotas.shown(1, "Image", None, (10, 0), 199.0)[1] == [Quota(1, "Image", int(199 - lag))]


MANY = 10_050
EACH = 100


def steps(behaviour: Behaviour, tokens: int) -> int:
    """What the longest of some pages takes of the database, in steps of its machine."""
    database = Database(None, SCHEMA)
    quotas = Quotas(database, behaviour)
    for number in range(tokens):
        quotas.put(Quota(1, "Text", 5, api_token=f"token-{number}"))
    taken = [0]

    def tick() -> int:
        taken[-1] += EACH
        return 0

    with database.transaction() as db:
        db.set_progress_handler(tick, EACH)
    for offset in (0, tokens // 2, tokens - 100, tokens - 50):
        taken.append(0)
        count, rows = quotas.shown(1, "Text", None, (100, offset), 1e9)
        assert (count, len(rows)) == (tokens, min(100, tokens - offset))
    return max(taken)


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(),
        Behaviour(row_order="newest_first", quota_lag=30.0),
        Behaviour(row_order="shuffled", zero_quotas_listed=False),
    ],
)
def test_a_page_of_ten_thousand_tokens_looks_at_each_a_few_times_and_at_none_for_another(behaviour: Behaviour) -> None:
    few, many = steps(behaviour, MANY // 10), steps(behaviour, MANY)
    assert 0 < many < 60 * MANY
    assert many < 11 * few
