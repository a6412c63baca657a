"""What a run declares is not ended by it: however the engine was started, and wherever the declaration is seen."""

from __future__ import annotations

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.pulumi.pulumi_cli import Source, Stack, ends, limit, quota, writes

WWW = Limit("zone-1", "www.example.com", "Overseas", 500)
COMPONENT = """
class Site(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("foreign:index:Site", name, None, opts)
        {line}
"""


def instance(emulator: Emulator, name: str, host: str = "127.0.0.1") -> str:
    """A line that makes a provider instance whose endpoint is written with this host."""
    endpoint = emulator.url.replace("127.0.0.1", host)
    key = f"secret_id={emulator.secret_id!r}, secret_key={emulator.secret_key!r}"
    return f"{name} = Provider({name!r}, endpoint={endpoint!r}, {key})"


@pytest.mark.parametrize("flags", [["--logtostderr", "-v=1"], ["--logflow", "-v=1", "--logtostderr"]])
def test_flags_that_stand_before_the_engines_address_do_not_hide_it(
    stack: Stack, emulator: Emulator, flags: list[str]
) -> None:
    stack.declare(limit("www", domain_name="www.example.com"), quota("images"))
    stack.run("up", *flags)
    stack.declare(limit("new-www", domain_name="www.example.com"), quota("new-images"))
    stack.run("up", *flags)
    assert (ends(emulator), emulator.limits()) == ([], [WWW])


def test_a_limit_that_moves_into_a_component_with_another_instance_stays(stack: Stack, emulator: Emulator) -> None:
    stack.declare(limit("www", domain_name="www.example.com"))
    stack.run("up")
    opts = "ResourceOptions(parent=self)"
    component = COMPONENT.format(line=limit("www", domain_name="www.example.com", opts=opts))
    stack.declare(instance(emulator, "other"), component, 'Site("site", ResourceOptions(providers=[other]))')
    assert "1 deleted" in stack.run("up")
    assert (ends(emulator), emulator.limits()) == ([], [WWW])


def test_two_spellings_of_an_endpoint_are_one_account(stack: Stack, emulator: Emulator) -> None:
    stack.declare(
        instance(emulator, "one"), limit("www", domain_name="www.example.com", opts="ResourceOptions(provider=one)")
    )
    stack.run("up")
    stack.declare(
        instance(emulator, "one"),
        instance(emulator, "two", "localhost"),
        limit("new", domain_name="www.example.com", opts="ResourceOptions(provider=two)"),
    )
    stack.run("up")
    assert (ends(emulator), emulator.limits()) == ([], [WWW])


def test_two_spellings_of_a_domain_are_one_limit(stack: Stack, emulator: Emulator) -> None:
    stack.declare(limit("www", domain_name="www.bücher.example"))
    stack.run("up")
    stack.declare(limit("new", domain_name="WWW.xn--bcher-kva.example."))
    stack.run("up")
    assert ends(emulator) == []
    assert [found.domain_name for found in emulator.limits()] == ["www.xn--bcher-kva.example"]


def test_a_token_of_a_resource_that_failed_may_be_any_so_that_no_text_quota_is_ended(
    stack: Stack, emulator: Emulator
) -> None:
    stack.declare(
        quota("own", quota_type="Text", quota_limit=9),
        quota("text", quota_type="Text", quota_limit=9, api_token="secret-token"),
    )
    stack.run("up")
    before = emulator.quotas()
    emulator.put_limit(Limit("zone-1", "bad.example.com", "Overseas", 900))
    stack.declare(
        f"failed = {limit('bad')}",
        quota("new-own", quota_type="Text", quota_limit=9),
        quota(
            "new-text",
            quota_type="Text",
            quota_limit=9,
            api_token=Source('failed.bandwidth.apply(lambda _: "secret-token")'),
        ),
    )
    stack.fail("up", "--continue-on-error")
    assert (ends(emulator), emulator.quotas()) == ([], before)


def test_an_empty_output_as_token_is_no_quota_of_the_whole_application(stack: Stack, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Text", 5))
    stack.declare(quota("text", quota_type="Text", quota_limit=9, api_token=Source("pulumi.Output.from_input(None)")))
    assert "api_token is an output that turned out to be empty" in stack.fail("up")
    assert (writes(emulator), emulator.quotas()) == ([], [Quota(1, "Text", 5)])
