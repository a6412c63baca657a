"""A replacement that deletes before it creates ends its old setting while the program still runs.

What a resource that depends on the replaced one will declare is known to nobody then, so README names the bound.
"""

from __future__ import annotations

from tc_resources.testing.emulator import Emulator, Limit
from tests.pulumi.pulumi_cli import Source, Stack, ends, limit

EARLY = "ResourceOptions(delete_before_replace=True)"
AFTER = "ResourceOptions(depends_on=[first])"
BOTH = [Limit("zone-1", f"{name}.example.com", "Overseas", 500) for name in ("new", "old")]


def change(stack: Stack, emulator: Emulator, opts: str) -> None:
    """Replace a limit, where one that depends on the new one takes its old place."""
    stack.declare(limit("first", domain_name="old.example.com", opts=opts))
    stack.run("up")
    emulator.clear_calls()
    stack.declare(
        f"first = {limit('first', domain_name='new.example.com', opts=opts)}",
        limit("second", domain_name=Source('first.id.apply(lambda _: "old.example.com")')),
    )


def in_force(emulator: Emulator) -> list[Limit]:
    return sorted(emulator.limits(), key=lambda limit: limit.domain_name)


def test_a_replacement_ends_nothing_that_a_later_resource_declares(stack: Stack, emulator: Emulator) -> None:
    change(stack, emulator, "None")
    stack.run("up")
    assert (ends(emulator), in_force(emulator)) == ([], BOTH)


def test_one_that_deletes_first_ends_it_for_the_moment_until_it_is_declared(stack: Stack, emulator: Emulator) -> None:
    change(stack, emulator, EARLY)
    stack.run("up")
    assert [call.params["DomainName"] for call in ends(emulator)] == ["old.example.com"]
    assert in_force(emulator) == BOTH


def test_one_that_deletes_first_ends_nothing_that_was_declared_before_it(stack: Stack, emulator: Emulator) -> None:
    stack.declare(limit("www", domain_name="old.example.com", opts=EARLY))
    stack.run("up")
    emulator.clear_calls()
    stack.declare(
        f"first = {limit('first', domain_name='old.example.com')}",
        limit("www", domain_name="new.example.com", opts=f"ResourceOptions.merge({EARLY}, {AFTER})"),
    )
    stack.run("up")
    assert (ends(emulator), in_force(emulator)) == ([], BOTH)
