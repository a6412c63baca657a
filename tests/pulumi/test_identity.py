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
