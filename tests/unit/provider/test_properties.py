"""Rules that hold for whatever a program, a state or a config may hold."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tc_resources.cloud.identities import InvalidIdError, LimitIdentity, QuotaAddress, QuotaIdentity
from tc_resources.cloud.parser import domain
from tc_resources.limits.aigc_quota import AigcQuotaArgs, AigcQuotaHandler
from tc_resources.limits.fields import check, described, identity, load
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs, PrefetchOriginLimitHandler
from tests.hearing import HearingEngine

INPUTS = [AigcQuotaArgs, PrefetchOriginLimitArgs]
LIKELY = st.sampled_from(
    ["Image", "Text", "Overseas", "zone-1", "www.Example.com.", "a" * 300, "İ.example.com", "tok\x1b", "\ud800", ""]
)
TEXTS = LIKELY | st.text(max_size=20)
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, 1, 100.0, 500, 2**53 - 1, 2**53, 10**400])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=40)


def props(inputs: type) -> st.SearchStrategy[dict[str, Any]]:
    """Inputs of a class, each with any value or left out, and now and then one that it does not have."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys([*described(inputs), "unheard_of"], VALUES))


@pytest.mark.parametrize("inputs", INPUTS)
@given(data=st.data())
def test_any_value_is_refused_by_name_or_brought_into_a_form_that_stays(inputs: type, data: st.DataObject) -> None:
    given = data.draw(props(inputs))
    normal, failures = check(inputs, given)
    assert all(name in ("", *given, *described(inputs)) and reason for name, reason in failures)
    wrong = [*(name for name, _ in failures), *(reason.partition(":")[0] for name, reason in failures if not name)]
    unset = {
        name for name, field in described(inputs).items() if not field.required and given.get(name) == field.default
    }
    assert {name for name, value in given.items() if value is not None} <= {*normal, *wrong, *unset}
    assert check(inputs, normal)[0] == normal
    assert check(inputs, json.loads(json.dumps(normal)))[0] == normal
    if not failures:
        assert load(inputs, given) == load(inputs, normal)
        assert identity(inputs, given) == identity(inputs, normal) is not None


@given(token=st.text(max_size=20).map("tok-".__add__), quota_type=st.sampled_from(["Image", "Text"]))
def test_a_tokens_value_is_in_no_failure(token: str, quota_type: str) -> None:
    given = {"sub_app_id": 1, "quota_type": quota_type, "quota_limit": 5, "api_token": token}
    inputs, failures = check(AigcQuotaArgs, given)
    failures += AigcQuotaHandler(_unconnected, HearingEngine()).contradictions(inputs)
    assert not [failure for failure in failures if token in str(failure) or failure.property]


@given(st.builds(QuotaAddress, st.integers(1, 2**53 - 1), st.just("Text"), TOKENS | st.none()))
def test_a_quotas_id_names_it_and_no_other_and_bears_no_token(quota: QuotaAddress) -> None:
    assert QuotaIdentity.parse(quota.identity.id) == quota.identity
    if quota.api_token and len(quota.api_token) > 3:
        assert quota.api_token not in quota.identity.id.removeprefix(f"{quota.sub_app_id}#Text#")


ID_PARTS = TEXTS | st.sampled_from(["1", "01", "\u0661", "-1", "8dfba01da860", "8DFBA01DA860", " 1", "9" * 5000])
IDS = st.lists(ID_PARTS, max_size=4).map("#".join) | st.text()


@given(IDS)
def test_any_text_is_the_one_id_of_a_quota_or_no_id(text: str) -> None:
    try:
        found = QuotaIdentity.parse(text)
    except InvalidIdError:
        return
    assert found.id == text


@given(st.text(min_size=4).filter(lambda text: "#" not in text))
def test_an_id_with_a_token_in_the_digests_place_is_not_shown_whole(token: str) -> None:
    with pytest.raises(InvalidIdError, match=r'^"1#Text#\*{3}" is not an id'):
        QuotaIdentity.parse(f"1#Text#=={token}==")


@given(IDS | st.tuples(TEXTS, TEXTS, st.sampled_from(["Overseas", "MainlandChina"])).map("#".join))
def test_any_text_is_an_id_of_one_limit_or_no_id(text: str) -> None:
    try:
        found = LimitIdentity.parse(text)
    except InvalidIdError:
        return
    assert LimitIdentity.parse(found.id) == found
    zone_id, domain_name, area = text.split("#")
    assert found == LimitIdentity(zone_id, domain(domain_name), area)


@pytest.mark.parametrize("handler", [AigcQuotaHandler, PrefetchOriginLimitHandler])
@given(data=st.data())
def test_inputs_that_pass_have_an_id_that_has_a_title(handler: Any, data: st.DataObject) -> None:
    inputs, failures = check(handler.inputs, data.draw(passing(handler.inputs)))
    assert not failures
    ours = handler(_unconnected, HearingEngine())
    identity = ours.identity(load(handler.inputs, inputs))
    assert ours.title(identity.id)
    assert ours.parse(identity.id) == identity


def passing(inputs: type) -> st.SearchStrategy[dict[str, Any]]:
    """Inputs that pass."""
    if inputs is AigcQuotaArgs:
        token = st.fixed_dictionaries({"quota_type": st.just("Text")}, optional={"api_token": TOKENS.filter(_is_token)})
        rest = st.fixed_dictionaries(
            {"sub_app_id": st.integers(1, 2**53 - 1), "quota_limit": st.integers(0, 2**53 - 1)}
        )
        return st.tuples(token, rest).map(lambda parts: {**parts[0], **parts[1]})
    labels = st.text("abcXYZ019-_*é", min_size=1, max_size=63)
    return st.fixed_dictionaries(
        {
            "zone_id": TOKENS.filter(_is_token),
            "domain_name": st.lists(labels, min_size=1, max_size=3).map(".".join).filter(_is_domain),
            "area": st.sampled_from(["Overseas", "MainlandChina"]),
            "bandwidth": st.integers(100, 100_000) | st.integers(100, 100_000).map(float),
        }
    )


def _is_token(text: str) -> bool:
    return "#" not in text and text.isprintable() and not any(sign.isspace() for sign in text)


def _is_domain(text: str) -> bool:
    """Which labels may have other letters than ASCII's is the standard's to say."""
    with suppress(ValueError):
        return bool(domain(text))
    return False


def _unconnected() -> Any:
    raise AssertionError("nothing is asked of the service")
