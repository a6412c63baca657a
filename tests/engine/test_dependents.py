"""In which order resources are deleted."""

from __future__ import annotations

from tc_resources.testing.engine.dependents import waves
from tc_resources.testing.engine.resource import Resource


def resource(name: str, *dependencies: str, delete: bool = False) -> Resource:
    return Resource(name, "x:y:Z", custom=True, parent="stack", dependencies=[*dependencies], delete=delete)


def test_what_stands_before_a_resource_goes_after_it_where_a_former_one_of_its_urn_needs_it() -> None:
    """The new one of "a" needs "b", which needed the former one; a provider or a stack goes last all the same."""
    stack, b, a = Resource("stack", "pulumi:pulumi:Stack", custom=False), resource("b"), resource("a", "b")
    former_a, former_b = resource("a", delete=True), resource("b", "a", delete=True)
    found = waves([stack, b, a, former_a, former_b])
    assert found == [[former_b], [a, former_a], [b], [stack]]


def test_what_does_not_need_each_other_goes_at_once() -> None:
    one, other = resource("one"), resource("other")
    assert waves([one, other]) == [[one, other]]


def test_a_provider_goes_after_what_it_manages_wherever_that_stands() -> None:
    provider, managed = Resource("provider", "pulumi:providers:x", custom=True), resource("managed")
    managed.provider = "provider::1"
    assert waves([managed, provider]) == [[managed], [provider]]
