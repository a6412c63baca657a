from __future__ import annotations

from collections.abc import Callable

import pytest
from pulumi import automation

from tc_resources import PrefetchOriginLimit
from tc_resources.testing.emulator import Emulator
from tests.pulumi import pulumi_cli
from tests.pulumi.faces import Declared, FaceStack, instance, limit, output, quota, secret
from tests.pulumi.pulumi_cli import PROJECT, Stack, without_traceback_of_ours, writes


@pytest.mark.parametrize(
    "program",
    [
        [limit("one", domain_name="www.example.com"), limit("two", domain_name="WWW.example.com.", bandwidth=600)],
        [
            limit("one", zone_id=secret("zone-1"), domain_name="www.example.com"),
            limit("two", domain_name="www.example.com"),
        ],
        [
            quota("one", quota_type="Text", api_token=secret("secret-token")),
            quota("two", quota_type="Text", api_token="secret-token"),
        ],
        [
            limit("first", domain_name="www.example.com"),
            limit("one", area="MainlandChina", domain_name="www.example.com", zone_id=output("first", "zone_id")),
            limit("two", area="MainlandChina", domain_name=output("first", "domain_name")),
        ],
    ],
    ids=["plain values", "a secret", "tokens", "outputs of another resource"],
)
def test_two_resources_of_one_identity_are_an_error_that_names_both(
    face_stack: FaceStack, program: list[Declared]
) -> None:
    face_stack.program(*program)
    told = face_stack.fail("up")
    assert any(f'"{one}" and "{other}" are one and the same' in told for one, other in (("one", "two"), ("two", "one")))
    assert without_traceback_of_ours(told)
    assert "secret-token" not in told


def test_two_through_two_instances_of_an_account_are_so_too(face_stack: FaceStack, emulator: Emulator) -> None:
    key = {"endpoint": emulator.url, "secret_id": emulator.secret_id, "secret_key": emulator.secret_key}
    instances = [instance(name, **key) for name in ("first", "second")]
    twins = [limit(name, at, domain_name="www.example.com") for name, at in (("one", "first"), ("two", "second"))]
    face_stack.program(*instances, *twins)
    assert " are one and the same PrefetchOriginLimit." in face_stack.fail("preview")
    assert writes(emulator) == []


def test_what_changes_its_name_its_place_or_its_identity_has_no_twin(face_stack: FaceStack, emulator: Emulator) -> None:
    """Whichever the engine checks, or creates, before it lets go of the old one."""
    one, two = (limit(name, domain_name=f"{domain}.example.com") for name, domain in (("one", "a"), ("two", "b")))
    face_stack.program(one, two)
    face_stack.run("up")
    swapped = [limit("one", domain_name="b.example.com"), limit("two", domain_name="a.example.com")]
    renamed = [limit("new", domain_name="b.example.com").with_options(aliases=["one"]), swapped[1]]
    again = [limit("newer", domain_name="b.example.com"), limit("two", domain_name="a.example.com")]
    for program in (swapped, renamed, again):
        face_stack.program(*program)
        face_stack.run("up", "--refresh")
    assert {found.domain_name for found in emulator.limits()} == {"a.example.com", "b.example.com"}
    assert {*face_stack.resources()} == {"newer", "two"}
    face_stack.run("up", "--replace", face_stack.urn(again[0]))
    face_stack.run("destroy", "--run-program")
    assert emulator.limits() == []


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
    lines = [
        pulumi_cli.limit(name, domain_name="same.example.com", opts=opts.get(place, "None")) for name in ("one", "two")
    ]
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
