"""What `tc-resources usage` says and ends with where something cannot be asked for or read."""

from __future__ import annotations

import json

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault
from tests.unit.cli.conftest import Command
from tests.unit.cli.usage.conftest import TOKEN, Use
from tests.unit.policies import READING, without

DENIED = ErrorCode("UnauthorizedOperation.CamUnauthorized")


def test_one_application_that_is_denied_is_a_line_and_the_others_are_shown(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    for sub_app in (1, 2, 3):
        use("Image", sub_app, sub_app=sub_app)
        emulator.put_sub_app(sub_app)
    emulator.script(Fault(DENIED, "DescribeAigcUsageData", times=7, when={"SubAppId": 2}))
    emulator.put_token(2, TOKEN)
    end = usage("--all", "--format", "json")
    document = json.loads(end.out)
    assert (end.code, end.err.count("\n"), emulator.scripted) == (1, 1, [])
    assert end.err.startswith("Reading the usage of sub-application 2 failed. vod:DescribeAigcUsageData answered")
    assert [row["sub_app_id"] for row in document["usage"]] == [1, 3]
    assert document["read"] == ["sub-application 1", "sub-application 3"]


def test_a_type_that_cannot_be_read_is_named_and_the_other_types_are_shown(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    use("Image", 3)
    emulator.script(Fault(DENIED, "DescribeAigcUsageData", when={"AigcType": "Text"}))
    end = usage("--sub-app", "1", "--format", "csv")
    assert (end.code, end.out.count("\n")) == (1, 2)
    assert end.err.startswith("Reading the Text usage of sub-application 1 failed.")


def test_tokens_that_cannot_be_listed_leave_the_whole_usage(emulator: Emulator, usage: Command, use: Use) -> None:
    use("Text", 10, api_token=TOKEN)
    policy = without(READING, "vod:DescribeAigcApiTokens")
    emulator.put_key(emulator.secret_id, emulator.secret_key, policy=policy)
    end = usage("--sub-app", "1", "--format", "csv")
    assert (end.code, end.err.count("\n"), end.out.splitlines()[1].endswith(",10")) == (1, 1, True)
    assert "Add vod:DescribeAigcApiTokens to the CAM policy" in end.err


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(tokens_shown="masked")}])
def test_tokens_that_do_not_show_whole_are_said_to_be_told_apart_by_nobody(
    emulator: Emulator, usage: Command, use: Use
) -> None:
    emulator.put_token(1, TOKEN)
    use("Text", 10, api_token=TOKEN)
    end = usage("--sub-app", "1", "--format", "csv")
    assert (end.code, end.err.count("\n"), end.out.splitlines()[1].endswith(",10")) == (1, 1, True)
    assert "The listing does not show its tokens whole." in end.err


def test_an_application_that_does_not_exist_is_one_line_and_code_2(emulator: Emulator, usage: Command) -> None:
    emulator.put_sub_app(1)
    told = "Reading sub-application 9 failed. The account of this key does not have it.\n"
    assert usage("--sub-app", "9") == (2, "", told)


def test_a_bad_key_is_told_and_nothing_of_what_was_used(emulator: Emulator, usage: Command) -> None:
    emulator.put_key(emulator.secret_id, "another-key")
    end = usage("--all")
    assert (end.code, end.out, end.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Say what to read: --sub-app, or --all."),
        (("--all", "--sub-app", "1"), "Say what to read"),
        (("--all", "--until", "2999-01-01"), "--until 2999-01-01 is in the future: in UTC+8 it is "),
        (("--all", "--until", "2001-01-01"), "The service knows usage since "),
        (("--all", "--until", "soon"), "--until is a day such as 2026-10-31."),
        (("--all", "--days", "366"), "--days"),
        (("--all", "--days", "0"), "--days"),
        (("--all", "--format", "config"), "--format config goes with --suggest."),
        (("--all", "--head-room", "-1"), "--head-room"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_code_2_before_any_call(
    emulator: Emulator, usage: Command, arguments: tuple[str, ...], told: str
) -> None:
    end = usage(*arguments)
    assert (end.code, end.out, end.err.count("\n"), told in end.err, emulator.calls) == (2, "", 1, True, [])
