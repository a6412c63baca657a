"""This package's resources on the embedded engine, where no pulumi CLI is to be had; tests/pulumi has the real one."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pulumi.automation import ConfigValue
from pulumi.automation.errors import CommandError

from tc_resources.testing import Emulator, LocalEngine
from tc_resources.testing.emulator import ErrorCode, Fault, Html, Limit, Quota
from tests.account import account_of

HEADER = """
import pulumi
from pulumi import ResourceOptions
from tc_resources import AigcQuota, PrefetchOriginLimit, Provider

def limit(name, bandwidth=500, domain="www", **how):
    return PrefetchOriginLimit(
        name, zone_id="zone-1", domain_name=f"{domain}.example.com", area="Overseas", bandwidth=bandwidth, **how
    )

def quota(name, amount=2000, quota_type="Image", **how):
    return AigcQuota(name, sub_app_id=1, quota_type=quota_type, quota_limit=amount, **how)

"""
Declare = Callable[[str], None]
WWW = Limit("zone-1", "www.example.com", "Overseas", 500)


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    (tmp_path / "Pulumi.yaml").write_text("name: limits\nruntime: python\n", encoding="utf-8")

    def declare(body: str) -> None:
        (tmp_path / "__main__.py").write_text(HEADER + textwrap.dedent(body), encoding="utf-8")

    return declare


@pytest.fixture
def stack(tmp_path: Path, emulator: Emulator) -> LocalEngine:
    return LocalEngine(tmp_path, env=account_of(emulator))


def writes(emulator: Emulator) -> list[str]:
    return [call.action for call in emulator.calls if call.code is None and not call.action.startswith("Describe")]


@pytest.mark.parametrize("options", [{"latency": 0.05}])
def test_sixty_limits_and_three_quotas_live_within_the_services_rate(
    declare: Declare, stack: LocalEngine, emulator: Emulator
) -> None:
    body = """
        for number in range(60):
            limit(f"w{number}", BANDWIDTH, domain=f"w{number}")
        for quota_type, amount in (("Image", 2000), ("Video", 0), ("Text", 2**53 - 1)):
            quota(quota_type, amount, quota_type)
        """
    declare(body.replace("BANDWIDTH", "500"))
    stack.up()
    assert len(emulator.calls) <= 60 + 3 + 8
    emulator.clear_calls()
    assert stack.up().summary.resource_changes == {"same": 64}
    assert emulator.calls == []
    stack.refresh()
    assert (len(emulator.calls) <= 4, writes(emulator)) == (True, [])
    declare(body.replace("BANDWIDTH", "700"))
    emulator.clear_calls()
    stack.up()
    assert writes(emulator) == ["ModifyPrefetchOriginLimit"] * 60
    assert {found.bandwidth for found in emulator.limits()} == {700}
    time.sleep(1)  # the pace is a run's own: of two in one second, the service counts the calls together
    stack.destroy()
    assert (emulator.limits(), emulator.quotas()) == ([], [])
    assert "RequestLimitExceeded" not in [call.code for call in emulator.calls]


def test_a_rename_and_a_replace_leave_the_settings_in_force(
    declare: Declare, stack: LocalEngine, emulator: Emulator
) -> None:
    declare('limit("a")\nquota("b")')
    stack.up()
    declare('limit("c")\nquota("d")')
    emulator.clear_calls()
    stack.up()
    resources = (stack.export_stack().deployment or {})["resources"]
    stack.up(replace=[found["urn"] for found in resources if "tc_resources" in found["type"]])
    assert sorted(writes(emulator)) == [*["ModifyAigcQuota"] * 2, *["ModifyPrefetchOriginLimit"] * 2]
    assert (emulator.limits(), [found.quota_limit for found in emulator.quotas()]) == ([WWW], [2000])


def test_drift_is_found_and_healed_and_what_is_gone_is_made_again(
    declare: Declare, stack: LocalEngine, emulator: Emulator
) -> None:
    declare('limit("a")\nlimit("b", domain="static")')
    stack.up()
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    emulator.drop_limit("zone-1", "static.example.com", "Overseas")
    changes = stack.up(refresh=True).summary.resource_changes
    assert changes == {"same": 1, "update": 1, "create": 1}
    assert {found.bandwidth for found in emulator.limits()} == {500}


def test_all_faults_of_a_resource_are_told_at_preview_by_their_names(
    declare: Declare, stack: LocalEngine, emulator: Emulator
) -> None:
    declare('AigcQuota("q", sub_app_id=-3, quota_type="Image", quota_limit=1.5, api_token="an-api-token")')
    with pytest.raises(CommandError) as raised:
        stack.preview()
    text = str(raised.value)
    assert all(name in text for name in ("property sub_app_id", "property quota_limit", "api_token: goes with"))
    assert "an-api-token" not in text
    assert emulator.calls == []


@pytest.mark.parametrize("zone", ['"zone-1"', 'pulumi.Output.from_input("zone-1")'])
def test_two_of_one_identity_are_refused_by_their_names(declare: Declare, stack: LocalEngine, zone: str) -> None:
    how = 'domain_name="WWW.example.com.", area="Overseas", bandwidth=300'
    declare(f'limit("a")\nPrefetchOriginLimit("b", zone_id={zone}, {how})')
    with pytest.raises(CommandError, match='"a" and "b" are one and the same PrefetchOriginLimit'):
        stack.preview()


KEPT = "opts=ResourceOptions(ignore_changes=['domain_name'])"


def test_one_that_keeps_its_domain_is_no_twin_of_the_one_that_the_program_says(
    declare: Declare, stack: LocalEngine, emulator: Emulator
) -> None:
    declare('limit("a")\nlimit("b", domain="api")')
    stack.up()
    emulator.clear_calls()
    declare(f'limit("a")\nlimit("b", {KEPT})')
    stack.up()
    assert emulator.writes == []
    assert {found.domain_name for found in emulator.limits()} == {"www.example.com", "api.example.com"}


def test_one_that_keeps_its_domain_is_a_twin_of_the_one_that_has_it(
    declare: Declare, stack: LocalEngine, emulator: Emulator
) -> None:
    declare('limit("a")')
    stack.up()
    emulator.clear_calls()
    declare(f'limit("a", domain="api", {KEPT})\nlimit("b")')
    with pytest.raises(CommandError, match=r'"(a|b)" and "(a|b)" are one and the same PrefetchOriginLimit'):
        stack.preview()
    assert emulator.writes == []


def test_a_token_is_in_no_state_and_no_output(declare: Declare, stack: LocalEngine, emulator: Emulator) -> None:
    stack.set_config("token", ConfigValue("an-api-token", secret=True))
    declare('quota("q", 5, "Text", api_token=pulumi.Config().require_secret("token"))')
    printed = stack.up().stdout + stack.refresh().stdout + stack.up().stdout
    assert "an-api-token" not in printed + json.dumps(stack.export_stack().deployment)
    assert [found.api_token for found in emulator.quotas()] == ["an-api-token"]


def test_a_failing_resource_does_not_keep_its_siblings_from_the_service(
    declare: Declare, stack: LocalEngine, emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Image", 7))
    declare('limit("a")\nquota("q")')
    with pytest.raises(CommandError, match="It is there already with 7 images"):
        stack.up()
    declare('limit("a")\nquota("q", adopt=True)')
    stack.up()
    assert (emulator.limits(), [found.quota_limit for found in emulator.quotas()]) == ([WWW], [2000])
    stack.destroy()
    assert [found.quota_limit for found in emulator.quotas()] == [7]


def test_a_limit_moves_to_another_account_s_instance_without_being_replaced(
    declare: Declare, stack: LocalEngine, emulator: Emulator
) -> None:
    instance = f'Provider("media", secret_id="{emulator.secret_id}", secret_key="{emulator.secret_key}")'
    declare('limit("a")')
    stack.up()
    declare(f'limit("renamed", opts=ResourceOptions(provider={instance}))')
    emulator.clear_calls()
    stack.up()
    assert [call.params["Enabled"] for call in emulator.writes] == ["on"]
    assert emulator.limits() == [WWW]
    stack.destroy()
    assert emulator.limits() == []


def test_a_page_of_an_overloaded_gateway_is_no_answer(declare: Declare, stack: LocalEngine, emulator: Emulator) -> None:
    emulator.script(Fault(Html(503), "ModifyPrefetchOriginLimit", times=2))
    declare('limit("a")')
    stack.up()
    assert emulator.limits() == [WWW]


@pytest.mark.parametrize("given", ["", ", api_token='another-token'"])
def test_a_token_that_a_transformation_sets_in_plain_is_a_secret_in_the_state(
    declare: Declare, stack: LocalEngine, emulator: Emulator, given: str
) -> None:
    emulator.put_sub_app(1)
    declare(
        f"""
        def transform(args):
            if args.type_.endswith("Quota"):
                return pulumi.ResourceTransformationResult({{**args.props, "api_token": "a-plain-token"}}, args.opts)

        pulumi.runtime.register_stack_transformation(transform)
        quota("chat", quota_type="Text"{given})
        """
    )
    stack.up()
    stack.refresh()
    assert [found.api_token for found in emulator.quotas()] == ["a-plain-token"]
    assert "a-plain-token" not in json.dumps(vars(stack.export_stack()))


def test_what_an_apply_of_something_that_failed_would_have_declared_stays_until_a_run_succeeds(
    declare: Declare, stack: LocalEngine, emulator: Emulator
) -> None:
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)
    declare("limit('old')")
    stack.up()
    declare("quota('images').id.apply(lambda _: limit('new'))")
    emulator.script(Fault(ErrorCode("LimitExceeded"), "CreateAigcQuota"))
    with pytest.raises(CommandError, match="Something else has failed in this run"):
        stack.up(continue_on_error=True)
    assert emulator.limits() == [WWW]
    declare("quota('videos', quota_type='Video').id.apply(lambda _: limit('new'))")
    stack.up()
    assert emulator.limits() == [WWW]
    assert '::new"' in json.dumps(vars(stack.export_stack()))
    stack.destroy()
    assert (emulator.limits(), emulator.quotas()) == ([], [])
