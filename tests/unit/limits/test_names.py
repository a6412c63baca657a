"""The names that properties have in each face's state."""

from __future__ import annotations

import pytest

from tc_resources.limits.aigc_quota import AigcQuotaState
from tc_resources.limits.fields import described
from tc_resources.limits.names import camel_case, of_another_face, of_either_face, snake_case
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitState

NAMES = sorted({*described(AigcQuotaState), *described(PrefetchOriginLimitState)})


@pytest.mark.parametrize("name", NAMES)
def test_a_name_goes_to_the_other_face_and_back(name: str) -> None:
    assert snake_case(camel_case(name)) == name == snake_case(name)
    assert camel_case(camel_case(name)) == camel_case(name)


def test_what_either_face_has_stored_is_read() -> None:
    stored = {"sub_app_id": 1, "quota_type": "Image"}
    assert of_either_face({"subAppId": 1, "quotaType": "Image"}) == of_either_face(stored) == stored


def test_what_another_face_has_stored_is_told_from_ones_own() -> None:
    assert of_another_face({"adopt": True, "zone_id": "zone-1"}, camel_case)
    assert of_another_face({"adopt": True, "zoneId": "zone-1"}, snake_case)
    assert not of_another_face({"adopt": True, "zone_id": "zone-1", "__provider": "x"}, snake_case)
    assert not of_another_face({"adopt": True, "zoneId": "zone-1"}, camel_case)
