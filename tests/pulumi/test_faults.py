from __future__ import annotations

import pytest

from tc_resources.cloud.errors import TRANSIENT
from tc_resources.testing.emulator import AnswerLost, Behaviour, Emulator, ErrorCode, Fault, Html, Quota, RequestLost
from tests.pulumi.faces import Declared, FaceStack, limit, quota
from tests.pulumi.pulumi_cli import without_traceback_of_ours

LIMIT = "ModifyPrefetchOriginLimit"
LOST = (AnswerLost(), RequestLost(), Html(503), Html(200))
TYPES = ("Image", "Video", "Text")


def program(value: int) -> list[Declared]:
    limits = [limit(f"w{number}", bandwidth=value) for number in range(8)]
    return limits + [quota(name, quota_type=name, quota_limit=value) for name in TYPES]


def lose(emulator: Emulator, *actions: str) -> None:
    """Each way to lose an answer, once for each action."""
    emulator.script(*[Fault(kind, action) for action in actions for kind in LOST])


def in_force(emulator: Emulator) -> list[int]:
    return [found.bandwidth for found in emulator.limits()] + [found.quota_limit for found in emulator.quotas()]


@pytest.mark.parametrize(
    "options",
    [
        {"behaviour": Behaviour(absent_quota_modify="ResourceNotFound", absent_quota_delete="ResourceNotFound")},
        {
            "behaviour": Behaviour(
                absent_quota_modify="InvalidParameterValue", absent_quota_delete="InvalidParameterValue"
            )
        },
    ],
)
def test_up_update_and_destroy_bear_lost_answers(face_stack: FaceStack, emulator: Emulator) -> None:
    lose(emulator, LIMIT, "CreateAigcQuota")
    emulator.script(Fault(Html(503), "DescribePrefetchOriginLimit"), Fault(RequestLost(), "DescribeAigcQuotas"))
    face_stack.program(*program(500))
    face_stack.run("up")
    assert in_force(emulator) == [500] * 11

    lose(emulator, LIMIT, "ModifyAigcQuota")
    face_stack.program(*program(600))
    face_stack.run("up")
    assert in_force(emulator) == [600] * 11

    lose(emulator, LIMIT, "DeleteAigcQuota")
    face_stack.run("destroy")
    assert in_force(emulator) == []
    faults = {call.code for call in emulator.calls}
    assert {"RequestLost", "HTTP 503", "HTTP 200"} <= faults


def test_up_bears_each_passing_error_twice_in_a_row(face_stack: FaceStack, emulator: Emulator) -> None:
    codes = sorted(TRANSIENT)
    emulator.script(*[Fault(ErrorCode(code), LIMIT, times=2) for code in codes])
    face_stack.program(*program(500))
    face_stack.run("up")
    assert in_force(emulator) == [500] * 11
    refused = [call.code for call in emulator.calls if call.code]
    assert sorted(refused) == sorted(codes * 2)


def test_an_error_that_lasts_is_told_at_once_and_leaves_the_setting_in_force(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    face_stack.program(quota("images", quota_limit=5))
    face_stack.run("up")
    gone = ErrorCode("ResourceNotFound.UserNotExist")
    emulator.script(Fault(gone, "ModifyAigcQuota", times=9), Fault(gone, "DeleteAigcQuota", times=9))
    face_stack.program(quota("images", quota_limit=6))
    emulator.clear_calls()
    output = face_stack.fail("up")
    assert "Updating the Image quota of sub-application 1 failed. vod:ModifyAigcQuota answered" in output
    assert without_traceback_of_ours(output)
    assert "ResourceNotFound.UserNotExist" in face_stack.fail("destroy")
    assert [call.action for call in emulator.writes] == ["ModifyAigcQuota", "DeleteAigcQuota"]
    assert emulator.quotas() == [Quota(1, "Image", 5)]
    assert sorted(face_stack.resources()) == ["images"]
