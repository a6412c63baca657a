from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, Quota

Call = Callable[..., dict[str, Any]]
Refusal = Callable[..., str | None]
Wait = Callable[[float], None]

IMAGE = {"SubAppId": 1, "QuotaType": "Image"}
TEXT = {"SubAppId": 1, "QuotaType": "Text", "ApiToken": "token-a"}


def shown(call: Call, **params: object) -> list[tuple[str, str, int]]:
    rows = call("DescribeAigcQuotas", **{**IMAGE, **params})["QuotaSet"]
    return [(row["QuotaType"], row.get("ApiToken", ""), row["QuotaLimit"]) for row in rows]


def test_create_starts_a_quota_without_usage(emulator: Emulator, call: Call) -> None:
    assert list(call("CreateAigcQuota", **IMAGE, QuotaLimit=2000)) == ["RequestId"]
    assert emulator.quotas() == [Quota(1, "Image", 2000, usage=0)]


def test_create_over_an_existing_quota_is_refused(emulator: Emulator, refusal: Refusal) -> None:
    emulator.put_quota(Quota(1, "Image", 2000))
    assert refusal("CreateAigcQuota", **IMAGE, QuotaLimit=3000) == "InvalidParameterValue"
    assert [quota.quota_limit for quota in emulator.quotas()] == [2000]


def test_modify_keeps_the_usage(emulator: Emulator, refusal: Refusal) -> None:
    emulator.put_quota(Quota(1, "Image", 2000, usage=50))
    assert refusal("ModifyAigcQuota", **IMAGE, QuotaLimit=3000) is None
    assert emulator.quotas() == [Quota(1, "Image", 3000, usage=50)]


def test_delete_clears_the_usage(emulator: Emulator, refusal: Refusal) -> None:
    emulator.put_quota(Quota(1, "Image", 2000, usage=50))
    assert refusal("DeleteAigcQuota", **IMAGE) is None
    assert emulator.quotas() == []
    assert refusal("CreateAigcQuota", **IMAGE, QuotaLimit=2000) is None
    assert emulator.quotas() == [Quota(1, "Image", 2000, usage=0)]


def test_a_token_is_part_of_the_identity(emulator: Emulator, refusal: Refusal) -> None:
    plain = {"SubAppId": 1, "QuotaType": "Text"}
    for identity in (TEXT, {**TEXT, "ApiToken": "token-b"}, plain, {**plain, "SubAppId": 2}):
        assert refusal("CreateAigcQuota", **identity, QuotaLimit=10) is None
    assert refusal("DeleteAigcQuota", **plain) is None
    assert [(quota.sub_app_id, quota.api_token) for quota in emulator.quotas()] == [
        (1, "token-a"),
        (1, "token-b"),
        (2, None),
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "ResourceNotFound"),
        (
            {
                "behaviour": Behaviour(
                    absent_quota_modify="InvalidParameterValue", absent_quota_delete="InvalidParameterValue"
                )
            },
            "InvalidParameterValue",
        ),
    ],
)
def test_an_absent_quota_is_neither_modified_nor_deleted(emulator: Emulator, refusal: Refusal, code: str) -> None:
    assert refusal("ModifyAigcQuota", **IMAGE, QuotaLimit=1) == code
    assert refusal("DeleteAigcQuota", **IMAGE) == code
    assert emulator.quotas() == []


@pytest.mark.parametrize("action", ["CreateAigcQuota", "ModifyAigcQuota"])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"QuotaLimit": -1}, "InvalidParameter"),
        ({"QuotaLimit": 2**63}, "InvalidParameter"),
        ({"QuotaType": "Audio"}, "InvalidParameterValue"),
        ({"QuotaType": "Image"}, "InvalidParameterValue"),
        ({"QuotaLimit": 1.0}, "InvalidParameter"),
        ({"QuotaLimit": None}, "InvalidParameter"),
        ({"SubAppId": "1"}, "InvalidParameter"),
        ({"SubAppId": 2**63}, "InvalidParameter"),
        ({"Period": "month"}, "UnknownParameter"),
        ({"QuotaLimit": 0}, None),
        ({"QuotaLimit": 2**53 - 1}, None),
        ({"ApiToken": None}, None),
    ],
)
def test_a_write_checks_each_parameter(
    emulator: Emulator, refusal: Refusal, action: str, change: dict[str, object], code: str | None
) -> None:
    if action == "ModifyAigcQuota":
        emulator.put_quota(Quota(1, "Text", 5, api_token="token-a"))
        emulator.put_quota(Quota(1, "Text", 5))
    before = emulator.quotas()
    assert refusal(action, **{**TEXT, "QuotaLimit": 7, **change}) == code
    assert (emulator.quotas() != before) == (code is None)


@pytest.mark.parametrize("name", ["SubAppId", "QuotaType", "QuotaLimit"])
def test_a_write_requires_all_but_the_token(refusal: Refusal, name: str) -> None:
    params = {**IMAGE, "QuotaLimit": 1}
    del params[name]
    assert refusal("CreateAigcQuota", **params) == "MissingParameter"


def test_an_error_never_repeats_the_token(call: Call) -> None:
    assert "hidden" not in str(call("CreateAigcQuota", **IMAGE, QuotaLimit=1, ApiToken="hidden"))
    assert "hidden" not in str(call("CreateAigcQuota", **IMAGE, QuotaLimit=1, ApiToken=["hidden"]))


def test_a_quota_does_not_show_its_token() -> None:
    assert "hidden" not in repr(Quota(1, "Text", 5, api_token="hidden"))


def test_describe_lists_one_type_of_one_application_with_all_fields(emulator: Emulator, call: Call) -> None:
    for other in (Quota(2, "Image", 60), Quota(1, "Video", 60)):
        emulator.put_quota(other)
    emulator.put_quota(Quota(1, "Image", 2000, usage=50))
    answer = call("DescribeAigcQuotas", **IMAGE)
    assert answer["TotalCount"] == 1
    assert answer["QuotaSet"] == [{"QuotaType": "Image", "QuotaLimit": 2000, "Usage": 50}]


def test_describe_selects_by_type_and_token(emulator: Emulator, call: Call) -> None:
    for quota in (Quota(1, "Image", 1), Quota(1, "Text", 2, api_token="a"), Quota(1, "Text", 3, api_token="b")):
        emulator.put_quota(quota)
    assert shown(call, QuotaType="Text") == [("Text", "a", 2), ("Text", "b", 3)]
    assert shown(call, QuotaType="Text", ApiToken="b") == [("Text", "b", 3)]
    assert shown(call, QuotaType="Video") == []


def test_describe_shows_10_a_page_unless_told_otherwise(emulator: Emulator, call: Call) -> None:
    for number in range(12):
        emulator.put_quota(Quota(1, "Text", number, api_token=f"{number:02}"))
    assert [len(shown(call, QuotaType="Text", Offset=offset)) for offset in (0, 10, 20)] == [10, 2, 0]
    assert len(shown(call, QuotaType="Text", Limit=100)) == 12
    assert shown(call, QuotaType="Text", Limit=1, Offset=7) == [("Text", "07", 7)]
    assert call("DescribeAigcQuotas", SubAppId=1, QuotaType="Text", Offset=20)["TotalCount"] == 12


@pytest.mark.parametrize("wrong", [{"Limit": 0}, {"Limit": 101}, {"QuotaType": "Audio"}])
def test_describe_refuses_what_is_out_of_bounds(refusal: Refusal, wrong: dict[str, object]) -> None:
    assert refusal("DescribeAigcQuotas", **{**IMAGE, **wrong}) == "InvalidParameterValue"


@pytest.mark.parametrize("name", ["SubAppId", "Limit", "Offset"])
def test_an_unsigned_number_that_is_negative_is_of_the_wrong_type(refusal: Refusal, name: str) -> None:
    assert refusal("DescribeAigcQuotas", **{**IMAGE, name: -1}) == "InvalidParameter"


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=30.0)}])
def test_a_listing_shows_the_state_of_lag_seconds_ago(call: Call, refusal: Refusal, wait: Wait) -> None:
    refusal("CreateAigcQuota", **IMAGE, QuotaLimit=1)
    wait(10)
    refusal("ModifyAigcQuota", **IMAGE, QuotaLimit=2)
    wait(10)
    refusal("DeleteAigcQuota", **IMAGE)
    history = []
    for _ in range(4):
        history.append([limit for _, _, limit in shown(call)])
        wait(10)
    assert history == [[], [1], [2], []]


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=30.0)}])
def test_a_write_acts_on_what_is_and_not_on_what_is_listed(emulator: Emulator, refusal: Refusal) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    assert refusal("DeleteAigcQuota", **IMAGE) is None
    assert refusal("ModifyAigcQuota", **IMAGE, QuotaLimit=6) == "ResourceNotFound"
    assert refusal("CreateAigcQuota", **IMAGE, QuotaLimit=6) is None


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(quota_lag=30.0)}])
def test_a_change_behind_the_api_shows_at_once(emulator: Emulator, call: Call, refusal: Refusal) -> None:
    refusal("CreateAigcQuota", **IMAGE, QuotaLimit=1)
    emulator.put_quota(Quota(1, "Image", 8))
    assert shown(call) == [("Image", "", 8)]
    emulator.drop_quota(1, "Image")
    assert shown(call) == []
    assert emulator.quotas() == []
