"""The resources in a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_mocks
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import reset_options

from tc_resources import AigcApiToken, PrefetchOriginLimit
from tests.unit.program.engine import Engine, Run, later, limit, quota

# Pulumi's mocks ask for the thread's event loop and so make one, which newer Pythons warn of.
pytestmark = pytest.mark.filterwarnings("ignore:There is no current event loop:DeprecationWarning")


def test_whole_numbers_come_back_whole(run: Run) -> None:
    seen: list[Any] = []

    def program() -> object:
        images = quota("images", reset_limit=0)
        outputs = [images.sub_app_id, images.quota_limit, images.reset_limit, images.baseline_limit, images.written_at]
        return pulumi.Output.all(*outputs, limit("www").bandwidth).apply(seen.extend)

    run(program)
    assert seen == [1, 5, 0, 3, 1_800_000_000, 500]
    assert {type(value) for value in seen} == {int}


@pytest.mark.parametrize("given", [str, later, pulumi.Output.secret])
def test_a_token_is_a_secret_however_it_is_given(run: Run, engine: Engine, given: Callable[[str], Any]) -> None:
    secret: list[bool] = []

    def program() -> object:
        text = quota("text", api_token=given("an-api-token"))
        return pulumi.Output.all(text.api_token.is_secret(), text.quota_limit.is_secret()).apply(secret.extend)

    run(program)
    assert secret == [True, False]
    assert engine.registered["text"].inputs["api_token"]["value"] == "an-api-token"


@pytest.mark.parametrize("given", [{}, {"api_token": "an-api-token"}])
def test_the_engine_is_told_which_output_is_a_secret(
    run: Run, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    """A transform may set one that the program does not give."""
    told: list[list[str]] = []
    register: Any = MockMonitor.RegisterResource

    def listen(monitor: MockMonitor, request: Any) -> Any:
        told.append(list(request.additionalSecretOutputs))
        return register(monitor, request)

    monkeypatch.setattr(MockMonitor, "RegisterResource", listen)
    run(lambda: quota("text", **given).id)
    assert told[-1] == ["api_token"]


def test_a_resource_registers_its_inputs_its_provider_and_nothing_else(run: Run, engine: Engine) -> None:
    run(lambda: [limit("www").id, quota("text").id])
    assert engine.registered["www"].typ == "pulumi-python:dynamic/tc_resources:PrefetchOriginLimit"
    assert engine.registered["www"].inputs.keys() == {
        "zone_id",
        "domain_name",
        "area",
        "bandwidth",
        "adopt",
        "__provider",
    }
    assert engine.registered["text"].typ == "pulumi-python:dynamic/tc_resources:AigcQuota"
    assert engine.registered["text"].inputs.keys() == {
        "sub_app_id",
        "quota_type",
        "quota_limit",
        "adopt",
        "allow_below_usage",
        "__provider",
    }


def test_an_argument_may_be_a_coroutine(run_as_engine: Run, engine: Engine) -> None:
    async def domain() -> str:
        return "www.example.com"

    run_as_engine(lambda: limit("a", domain_name=domain()).id)
    assert engine.registered["a"].inputs["domain_name"] == "www.example.com"


@pytest.mark.parametrize("given", [str, later])
@pytest.mark.parametrize("domain", ["www.example.com", "WWW.Example.com."])
def test_two_of_one_identity_are_an_error_that_names_both(
    run_as_engine: Run, given: Callable[[str], Any], domain: str
) -> None:
    def program() -> object:
        limit("a")
        return limit("b", area=given("Overseas"), domain_name=domain, bandwidth=300).id

    with pytest.raises(pulumi.RunError, match='"a" and "b" are one and the same PrefetchOriginLimit'):
        run_as_engine(program)


def test_two_quotas_of_one_token_are_an_error_that_does_not_show_it(run_as_engine: Run) -> None:
    def program() -> object:
        quota("a", api_token="an-api-token")
        return quota("b", api_token=later("an-api-token")).id

    with pytest.raises(pulumi.RunError, match='"a" and "b" are one and the same AigcQuota') as raised:
        run_as_engine(program)
    assert "an-api-token" not in str(raised.value)


@pytest.mark.parametrize("given", [lambda value: value, later])
@pytest.mark.parametrize(("name", "other"), [("sub_app_id", 2), ("quota_type", "Image"), ("api_token", "a-token")])
def test_quotas_that_differ_in_what_they_are_live_side_by_side(
    run_as_engine: Run, engine: Engine, given: Callable[[Any], Any], name: str, other: object
) -> None:
    run_as_engine(lambda: [quota("a").id, quota("b", **{name: given(other)}).id])
    assert engine.registered.keys() >= {"a", "b"}


def test_inputs_that_are_wrong_are_left_to_the_check(run_as_engine: Run, engine: Engine) -> None:
    run_as_engine(lambda: [limit("a", area="Mars").id, limit("b", area="Mars").id])
    assert engine.registered.keys() >= {"a", "b"}


def test_runs_do_not_see_each_others_resources(run_as_engine: Run) -> None:
    run_as_engine(lambda: limit("a").id)
    reset_options()
    second = Engine()
    set_mocks(second)
    run_as_engine(lambda: limit("b").id)
    assert "b" in second.registered


def test_two_of_one_name_below_different_components_are_an_error_too(run_as_engine: Run) -> None:
    def program() -> object:
        parents = [pulumi.ComponentResource(f"x:y:{name}", name) for name in "ab"]
        return [limit("same", opts=pulumi.ResourceOptions(parent=parent)).id for parent in parents]

    with pytest.raises(pulumi.RunError, match='"same" and "same" are one and the same PrefetchOriginLimit'):
        run_as_engine(program)


def elsewhere(args: Any) -> Any:
    """A transform that gives each resource a domain of its own."""
    props = {**args.props, "domain_name": f"{args.name}.example.com"}
    return pulumi.ResourceTransformationResult(props, args.opts)


def alike(args: Any) -> Any:
    """A transform that gives all the same domain."""
    return pulumi.ResourceTransformationResult({**args.props, "domain_name": "same.example.com"}, args.opts)


def test_what_transforms_tell_apart_is_not_one_and_the_same(run_as_engine: Run, engine: Engine) -> None:
    opts = pulumi.ResourceOptions(transformations=[elsewhere])
    run_as_engine(lambda: [limit("a", opts=opts).id, limit("b", opts=opts).id])
    assert {engine.registered[name].inputs["domain_name"] for name in "ab"} == {"a.example.com", "b.example.com"}


@pytest.mark.parametrize("of_stack", [True, False])
def test_what_transforms_make_one_and_the_same_is_an_error(run_as_engine: Run, of_stack: bool) -> None:
    def program() -> object:
        if of_stack:
            pulumi.runtime.register_stack_transformation(alike)
        opts = None if of_stack else pulumi.ResourceOptions(transformations=[alike])
        first = limit("a", domain_name="a.example.com", opts=opts)
        return [first.id, limit("b", domain_name="b.example.com", opts=opts).id]

    with pytest.raises(pulumi.RunError, match=r'"(a|b)" and "(a|b)" are one and the same PrefetchOriginLimit'):
        run_as_engine(program)


@pytest.mark.parametrize("name", ["a", "b"])
def test_unit_tests_with_mocks_do_not_see_each_others_resources(run: Run, name: str) -> None:
    run(lambda: limit("a").id)
    run(lambda: limit(name).id)


def test_a_site_that_there_is_not_ends_the_program_in_one_line(
    run_as_engine: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SITE", "mars")
    with pytest.raises(pulumi.RunError, match=r'^TENCENTCLOUD_SITE is "mars"'):
        run_as_engine(lambda: limit("a").id)


def test_get_reads_by_the_id_and_claims_nothing(run_as_engine: Run, engine: Engine) -> None:
    def program() -> object:
        limit("a")
        return PrefetchOriginLimit.get("same", "zone-1#www.example.com#Overseas").id

    run_as_engine(program)
    assert engine.registered["same"].resource_id == "zone-1#www.example.com#Overseas"


def test_a_program_may_declare_more_than_a_thousand(run: Run, engine: Engine) -> None:
    run(lambda: [limit(f"w{number}", domain_name=f"w{number}.example.com").id for number in range(1200)])
    assert len(engine.registered) >= 1200


@pytest.mark.parametrize("empty", [None, ""])
def test_a_token_that_turns_out_to_be_empty_is_an_error_and_not_the_whole_applications_quota(
    run: Run, empty: str | None
) -> None:
    with pytest.raises(pulumi.RunError, match="api_token is an output that turned out to be empty"):
        run(lambda: quota("a", api_token=later(empty)).id)


def test_an_allow_list_that_turns_out_to_be_empty_is_an_error_and_no_token_for_any_address(run: Run) -> None:
    with pytest.raises(pulumi.RunError, match="ip_allow_list is an output that turned out to be empty"):
        run(lambda: AigcApiToken("chat", sub_app_id=1, ip_allow_list=later(None)).id)
