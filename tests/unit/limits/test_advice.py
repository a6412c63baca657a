"""What helps against an error, in the words of whoever reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tc_resources.cli import words as cli
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import (
    DENIED,
    AccountError,
    CloudError,
    ConfigError,
    CredentialsError,
    EngineGoneError,
    ListingError,
    NotInForceError,
    ServiceError,
    TransportError,
)
from tc_resources.cloud.services.teo import MODIFY
from tc_resources.cloud.services.vod import CREATE
from tc_resources.dynamic.words import WORDS
from tc_resources.limits.advice import HINTS, RENAMED, Words, advice, explain
from tc_resources.limits.errors import BaselineForgottenError, ConflictError
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault

LIMIT = {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}
QUOTA = {"SubAppId": 1, "QuotaType": "Image", "QuotaLimit": 5}
FACE = Words(
    argument=lambda name: f"argument-{name}",
    assign=lambda name, value: f"assign-{name}-{value}",
    setting=lambda name: f"setting-{name}",
    check_key="check-key-{source}",
    up="UP",
    refresh="REFRESH",
    forget="FORGET.",
    whole_run="WHOLE-RUN",
    replace_first="REPLACE-FIRST",
    import_="IMPORT",
)
"""A face that names nothing as another does."""


def refusal(code: str, source: str = "the environment") -> ServiceError:
    return ServiceError("teo:ModifyPrefetchOriginLimit", code, "No.", "r-1", source)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(ServiceError) as raised:
        call()
    return explain(raised.value, WORDS)


@pytest.mark.parametrize(
    "code",
    [
        "AuthFailure.UnauthorizedOperation",
        "UnauthorizedOperation",
        "UnauthorizedOperation.CamUnauthorized",
        "UnauthorizedOperation.NoPermission",
    ],
)
def test_a_missing_permission_is_named(emulator: Emulator, client: Client, code: str) -> None:
    emulator.script(Fault(ErrorCode(code), times=2))
    assert "Add teo:ModifyPrefetchOriginLimit to the CAM policy" in refused(lambda: client.call(MODIFY, LIMIT))
    assert "Add vod:CreateAigcQuota to the CAM policy" in refused(lambda: client.call(CREATE, QUOTA))


@pytest.mark.parametrize("code", sorted(DENIED))
def test_a_permission_is_named_where_and_only_where_one_is_missing(code: str) -> None:
    assert refusal(code).denied
    assert "Add teo:ModifyPrefetchOriginLimit to the CAM policy" in advice(refusal(code), FACE)
    others = [known for known in HINTS if known not in DENIED]
    assert not [known for known in others if refusal(known).denied or "CAM" in advice(refusal(known), FACE)]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("RequestLimitExceeded.UinLimitExceeded", "uses this account's 20 requests a second; try again"),
        ("SomethingNew.NeverSeen", "give the RequestId to Tencent Cloud's support"),
    ],
)
def test_sub_codes_and_codes_that_are_not_known_have_advice_too(code: str, text: str) -> None:
    assert text in advice(refusal(code), WORDS)


@pytest.mark.parametrize("code", ["InternalErrors", "RequestLimitExceededs", "ResourceNotFound.RoleNotFound.Other"])
def test_codes_are_compared_whole(code: str) -> None:
    assert advice(refusal(code), WORDS) == "If it stays, give the RequestId to Tencent Cloud's support."


@pytest.mark.parametrize("words", [WORDS, cli.WORDS, FACE])
@pytest.mark.parametrize("code", [*sorted(HINTS), "SomethingNew.NeverSeen"])
def test_the_advice_on_every_code_is_filled_in_for_every_face(code: str, words: Words) -> None:
    error = refusal(code)
    text = explain(error, words)
    assert text == f"{error} {advice(error, words)}"
    assert len(text) > len(str(error)) + 10
    assert not set("{}") & set(text)
    assert text.endswith((".", "check-key-the environment"))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("AuthFailure.SignatureFailure", "check-key-the environment"),
        ("AuthFailure.TokenFailure", "check-key-the environment"),
        ("ResourceNotFound.RoleNotFound", "Check setting-assumeRoleArn."),
        ("InvalidParameter.OverTimeError", "Lower setting-assumeRoleSessionDuration: the role does not last so long."),
        ("InvalidParameter.DomainNotFound", "Check that argument-domain_name belongs to argument-zone_id and"),
        ("InvalidParameterValue", "Check argument-sub_app_id, argument-quota_limit and, for Text, argument-api_token."),
        ("FailedOperation.PrefetchOriginLimitCountExceeded", "let the old one go first with REPLACE-FIRST."),
        ("ResourceInUse.PrefetchOriginLimitAlreadyExists", "run UP again to see it."),
        ("ResourceNotFound.UserNotExist", "check argument-sub_app_id and whose key is used (it comes from the envir"),
    ],
)
def test_a_face_names_arguments_settings_and_commands_in_its_own_words(code: str, text: str) -> None:
    assert text in advice(refusal(code), FACE)


def test_python_programs_are_told_of_pulumi_and_of_both_names_of_a_setting() -> None:
    assert advice(refusal("AuthFailure.SignatureFailure"), WORDS) == (
        "Check the key, which comes from the environment. Refresh and destroy use the config of the last up: "
        "where the key has changed since, `pulumi up` renews it, as does `--run-program` beside `--refresh`."
    )
    assert advice(refusal("ResourceNotFound.RoleNotFound"), WORDS) == (
        "Check tc-resources:assumeRoleArn (TENCENTCLOUD_ASSUME_ROLE_ARN)."
    )
    assert "let the old one go first with delete_before_replace=True." in advice(
        refusal("FailedOperation.PrefetchOriginLimitCountExceeded"), WORDS
    )


def test_the_command_is_told_of_variables_alone() -> None:
    assert advice(refusal("AuthFailure.SignatureFailure"), cli.WORDS) == (
        "Check the key, which comes from the environment."
    )
    assert advice(refusal("ResourceNotFound.RoleNotFound"), cli.WORDS) == "Check TENCENTCLOUD_ASSUME_ROLE_ARN."


@pytest.mark.parametrize("code", ["AuthFailure.SignatureFailure", "ResourceNotFound.UserNotExist"])
def test_braces_in_the_name_of_a_source_are_shown_as_they_are(code: str) -> None:
    source = 'the profile "{up}" (/h/{source}.credential)'
    assert source in advice(refusal(code, source), FACE)


@pytest.mark.parametrize(
    "error", [CloudError("a"), ConfigError("a"), EngineGoneError("a"), TransportError("a"), ListingError("a")]
)
def test_where_nothing_is_known_to_help_the_error_stands_alone(error: CloudError) -> None:
    assert advice(error, WORDS) == ""
    assert explain(error, WORDS) == "a"


def test_what_is_there_already_can_be_taken_over_or_imported() -> None:
    assert explain(ConflictError("500 Mbps", "100 Mbps"), FACE) == (
        "It is there already with 500 Mbps, while this program says 100 Mbps. Nothing was changed. "
        f"To take it over, set assign-adopt-True. {RENAMED}IMPORT"
    )
    assert "To take it over, set adopt=True. If this program renamed it" in explain(ConflictError("1", "2"), WORDS)


def test_what_is_not_in_force_is_set_again_and_its_cause_has_advice_of_its_own() -> None:
    cause = refusal("UnauthorizedOperation")
    assert explain(NotInForceError("the limit", cause), FACE) == (
        f"NOT IN FORCE: the limit was taken away to be set anew. {cause} REFRESH sets it again. {advice(cause, FACE)}"
    )
    assert explain(NotInForceError("the limit", TransportError("No answer.")), FACE).endswith(
        "No answer. REFRESH sets it again."
    )


def test_a_baseline_that_a_refresh_would_forget_is_said_last() -> None:
    cause = NotInForceError("the quota", refusal("InvalidParameterValue"))
    assert explain(BaselineForgottenError(cause, 5), FACE) == (
        f"{explain(cause, FACE)} A refresh forgets its argument-baseline_limit of 5: set assign-reset_limit-5."
    )


def test_a_role_that_could_not_be_taken_has_the_advice_on_its_cause() -> None:
    cause = refusal("ResourceNotFound.RoleNotFound")
    error = CredentialsError("the role deploy", cause)
    assert explain(error, FACE) == f"There is no key of the role deploy. {cause} Check setting-assumeRoleArn."
    assert advice(CredentialsError("the role deploy", TransportError("No answer.")), FACE) == ""


def test_another_account_needs_another_key_and_one_that_cannot_be_told_what_its_cause_needs() -> None:
    other = "Use another key or profile, or change the list."
    assert explain(AccountError("It is another's."), FACE) == f"It is another's. {other}"
    cause = refusal("UnauthorizedOperation")
    assert explain(AccountError(f"It could not be told. {cause}", cause), FACE) == (
        f"It could not be told. {cause} {advice(cause, FACE)}"
    )
