"""What is refused before anything is written, and how it reads."""

from __future__ import annotations

import re
import socket

import pytest

from tc_resources.testing.emulator import Emulator
from tests.pulumi.faces import Declared, FaceStack, instance, limit, quota
from tests.pulumi.pulumi_cli import without_traceback_of_ours, writes

TOKEN = "secret-token"


@pytest.mark.parametrize(
    ("declared", "wrong"),
    [
        (
            limit(zone_id="", domain_name="two words", area="Mars", bandwidth=99),
            ["property zone_id", "property domain_name", "property area", "property bandwidth"],
        ),
        (limit(bandwidth=100_001, zone_id="zone#1"), ["property bandwidth", "property zone_id"]),
        (limit(bandwidth=200.5, domain_name=""), ["property bandwidth", "property domain_name"]),
        (limit(bandwidth="fast", adopt="yes"), ["property bandwidth", "property adopt"]),
        (
            quota(sub_app_id=-3, quota_type="Audio", quota_limit=-1, reset_limit=-1),
            ["property sub_app_id", "property quota_type", "property quota_limit", "property reset_limit"],
        ),
        (quota(quota_limit=2**53, api_token=TOKEN), ["property quota_limit", "api_token: goes with quota_type Text"]),
        (
            quota(quota_type="Text", quota_limit=1.5, api_token=f"{TOKEN} and blanks"),
            ["property quota_limit", "api_token: must have no blanks"],
        ),
    ],
)
def test_preview_names_all_that_is_wrong_with_a_resource_and_shows_no_secret(
    face_stack: FaceStack, emulator: Emulator, declared: Declared, wrong: list[str]
) -> None:
    face_stack.lines(declared)  # a host of YAML knows what is no number itself
    output = face_stack.fail("preview", "--diff")
    named = [re.sub("[a-z]+(_[a-z]+)+", lambda name: face_stack.spelt(name[0]), text) for text in wrong]
    assert [text for text in named if text not in output] == []
    assert output.count("has a problem") == len(named)
    assert TOKEN not in output
    assert without_traceback_of_ours(output)
    assert emulator.calls == []


def closed_port() -> str:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{closed.getsockname()[1]}"


def test_a_preview_fails_where_an_account_has_half_a_key(face_stack: FaceStack, emulator: Emulator) -> None:
    face_stack.program(instance("half", secret_id=emulator.secret_id), quota("images", "half"))
    assert 'Half a key in Provider "half": secret_key not set.' in face_stack.fail("preview")
    assert emulator.calls == []


def test_up_tells_in_one_error_each_what_keeps_an_account_from_being_used_and_writes_nothing(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    face_stack.environ.update(TENCENTCLOUD_SECRET_ID="", TENCENTCLOUD_SECRET_KEY="", TENCENTCLOUD_TIMEOUT="1")
    face_stack.program(
        instance("wrong", secret_id=emulator.secret_id, secret_key="wrong-key"),
        instance("unreachable", secret_id=emulator.secret_id, secret_key=emulator.secret_key, endpoint=closed_port()),
        quota("none", quota_type="Text", api_token=TOKEN),
        quota("two", "wrong", sub_app_id=2),
        quota("three", "unreachable", sub_app_id=3),
    )
    output = face_stack.fail("up", "--continue-on-error")
    errors = sorted(
        line.partition(": Creating the ")[2]
        for line in output.splitlines()
        if line.startswith("    error: ") and ": Creating the " in line
    )
    told = [
        "Image quota of sub-application 2 failed. vod:DescribeAigcQuotas answered AuthFailure.SignatureFailure",
        "Image quota of sub-application 3 failed. vod:DescribeAigcQuotas had no answer from http://127.0.0.1:",
        "Text quota of token 930bbdc51b6a… of sub-application 1 failed. No Tencent Cloud credentials. Looked at: ",
    ]
    assert len(errors) == len(told), output
    assert [text for error, text in zip(errors, told, strict=True) if not error.startswith(text)] == []
    assert without_traceback_of_ours(output)
    assert [secret for secret in (TOKEN, "wrong-key", emulator.secret_key) if secret in output] == []
    assert writes(emulator) == []
    assert face_stack.resources() == {}
