"""Remote components, whose resources a program of their own declares: in its process, with a monitor for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator, Limit
from tests.pulumi.pulumi_cli import PROJECT, Stack, limit, writes

PLUGIN = """
import pulumi
from pulumi.provider.experimental import component_provider_host
from tc_resources import PrefetchOriginLimit


class SiteArgs(dict):
    domain: pulumi.Input[str]


class Site(pulumi.ComponentResource):
    def __init__(self, name: str, args: SiteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("sites:index:Site", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        for number in range(int(name[-1])):
            PrefetchOriginLimit(f"{name}-{number}", zone_id="zone-1", domain_name=args["domain"], area="Overseas",
                                bandwidth=500, opts=child)


component_provider_host(name="sites", components=[Site])
"""


def site(name: str, domain: str = "www.example.com") -> str:
    """A component that declares the limit of a domain as often as the last digit of its name says."""
    return f"pulumi.ComponentResource('sites:index:Site', {name!r}, {{'domain': {domain!r}}}, remote=True)"


@pytest.fixture
def sites(stack: Stack, python: Path) -> Stack:
    """A stack with a package of components."""
    plugin = stack.folder / "sites"
    plugin.mkdir()
    (plugin / "__main__.py").write_text(PLUGIN, encoding="utf-8")
    runtime = f"runtime:\n  name: python\n  options:\n    virtualenv: {python}\n"
    (plugin / "PulumiPlugin.yaml").write_text(runtime, encoding="utf-8")
    plugins = "plugins:\n  providers:\n    - name: sites\n      path: sites\n"
    (stack.folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n{plugins}", encoding="utf-8")
    return stack


@pytest.mark.parametrize(
    "program",
    [[site("one-1"), site("two-1")], [site("one-1"), limit("two", domain_name="WWW.example.com.")], [site("one-2")]],
    ids=["two components", "a component and the program", "one component"],
)
def test_two_of_one_identity_are_an_error_whichever_programs_declare_them(
    sites: Stack, emulator: Emulator, program: list[str]
) -> None:
    sites.declare(*program)
    assert " are one and the same PrefetchOriginLimit." in sites.fail("preview")
    assert writes(emulator) == []


def test_what_moves_from_one_component_to_another_stays_in_force(sites: Stack, emulator: Emulator) -> None:
    sites.declare(site("one-1"), site("other-1", "other.example.com"))
    sites.run("up")
    emulator.clear_calls()
    sites.declare(site("two-1"), limit("other"))
    sites.run("up")
    assert [call.params["Enabled"] for call in writes(emulator)] == ["on", "on"]
    limits = {Limit("zone-1", f"{name}.example.com", "Overseas", 500) for name in ("www", "other")}
    assert {*emulator.limits()} == limits
    sites.run("destroy")
    assert emulator.limits() == []
