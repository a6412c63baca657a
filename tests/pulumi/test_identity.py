from __future__ import annotations

from collections.abc import Callable

import pytest
from pulumi import automation

from tc_resources import PrefetchOriginLimit
from tc_resources.testing.emulator import Emulator
from tests.pulumi.pulumi_cli import PROJECT, Source, Stack, limit, quota, without_traceback_of_ours, writes

ZONE = Source('pulumi.Config().require_secret("zone")')
TEXT = Source('pulumi.Config().require_secret("token")')


@pytest.mark.parametrize(
    "lines",
    [
        [limit("one", domain_name="www.example.com"), limit("two", domain_name="WWW.example.com.", bandwidth=600)],
        [limit("one", zone_id=ZONE, domain_name="www.example.com"), limit("two", domain_name="www.example.com")],
        [quota("one", quota_type="Text", api_token=TEXT), quota("two", quota_type="Text", api_token="secret-token")],
        [
            f"first = {limit('first')}",
            limit("one", domain_name="www.example.com", zone_id=Source("first.zone_id")),
            limit("two", domain_name=Source('first.area.apply(lambda _: "www.example.com")')),
        ],
    ],
    ids=["plain values", "a config secret", "tokens", "outputs of another resource"],
)
def test_two_resources_of_one_identity_are_an_error_that_names_both(stack: Stack, lines: list[str]) -> None:
    stack.run("config", "set", "--secret", "zone", "zone-1")
    stack.run("config", "set", "--secret", "token", "secret-token")
    stack.declare(*lines)
    output = stack.fail("up")
    assert any(
        f'"{first}" and "{second}" are one and the same' in output for first, second in (("one", "two"), ("two", "one"))
    )
    assert without_traceback_of_ours(output)
    assert "secret-token" not in output


APART = """
def apart(args):
    if "domain_name" not in args.props:
        return None
    return pulumi.ResourceTransformResult({**args.props, "domain_name": f"{args.name}.example.com"}, args.opts)
"""


@pytest.mark.parametrize("place", ["the stack", "a component", "each"])
def test_what_a_transform_tells_apart_is_not_one_and_the_same(stack: Stack, emulator: Emulator, place: str) -> None:
    of_stack = {"the stack": "pulumi.runtime.register_resource_transform(apart)"}.get(place, "")
    of_parent = 'parent = pulumi.ComponentResource("a:b:C", "c", None, ResourceOptions(transforms=[apart]))'
    opts = {"a component": "ResourceOptions(parent=parent)", "each": "ResourceOptions(transforms=[apart])"}
    lines = [limit(name, domain_name="same.example.com", opts=opts.get(place, "None")) for name in ("one", "two")]
    stack.declare(APART, of_stack, of_parent if place == "a component" else "", *lines)
    stack.run("up")
    assert {found.domain_name for found in emulator.limits()} == {"one.example.com", "two.example.com"}


def test_inline_programs_that_run_in_one_process_do_not_see_each_other(
    stack: Stack, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", stack.environ["PATH"])

    def program(name: str) -> Callable[[], None]:
        def declare() -> None:
            PrefetchOriginLimit(name, zone_id="zone-1", domain_name="www.example.com", area="Overseas", bandwidth=500)

        return declare

    for name in ("one", "two"):
        inline = automation.create_or_select_stack(
            name,
            project_name=PROJECT,
            program=program(name),
            opts=automation.LocalWorkspaceOptions(env_vars={**stack.environ, "PULUMI_STACK": name}),
        )
        assert inline.preview().change_summary == {"create": 2}
    assert writes(emulator) == []
