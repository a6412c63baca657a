"""However the services write rows, and however late they show them: what is in force is not lost from the state."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tc_resources.testing.emulator import Behaviour, Emulator
from tests.pulumi.pulumi_cli import Source, Stack, limit, quota

ROWS = {
    "masked tokens": Behaviour(token_form="masked"),
    "no tokens": Behaviour(token_form="absent"),
    "masked tokens, and filters ignored": Behaviour(token_form="masked", token_filter="ignored"),
    "areas in lower case": Behaviour(area_form="lower"),
    "areas as those of zones": Behaviour(area_form="as_zones"),
    "types in lower case": Behaviour(type_form="lower"),
    "dots behind domains": Behaviour(domain_dot="with"),
    "domains in upper case": Behaviour(domain_case="upper"),
    "no quotas of 0": Behaviour(zero_quotas_listed=False, zero_quotas_found=False),
    "filters ignored": Behaviour(limit_filters="ignored", token_filter="ignored"),
}
PROGRAM = [
    limit("www"),
    quota("images", quota_limit=0),
    quota("text", quota_type="Text", quota_limit=9, api_token=Source('os.environ["TOKEN"]')),
]
EVERYTHING = {"images", "text", "www"}


@pytest.fixture
def stack(stack: Stack) -> Stack:
    stack.environ["TOKEN"] = "secret-token"
    return stack


def in_force(emulator: Emulator) -> set[str]:
    names = {"Image": "images", "Text": "text"}
    return {"www" for _ in emulator.limits()} | {names[found.quota_type] for found in emulator.quotas()}


def attempts(stack: Stack, *commands: str) -> Iterator[tuple[str, str]]:
    """What commands print that may fail where the rows are in doubt."""
    for command in commands:
        yield command, stack._run(command)[1]


@pytest.mark.parametrize("options", [{"behaviour": row} for row in ROWS.values()], ids=list(ROWS))
def test_rows_of_any_form_lose_nothing_from_the_state(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*PROGRAM)
    stack.run("up")
    stack.age()
    for command, output in attempts(stack, "refresh", "up", "up"):
        assert "Traceback" not in output
        assert "secret-token" not in output
        assert in_force(emulator) == EVERYTHING == set(stack.resources()), command
    ended = stack._run("destroy")[1]
    assert in_force(emulator) <= set(stack.resources()), ended


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(limit_lag=5.0, quota_lag=5.0)}])
def test_a_listing_that_lags_hides_neither_what_was_ended_nor_what_was_set(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*PROGRAM)
    stack.run("up")
    stack.run("destroy")
    stack.run("up")
    time.sleep(6)
    assert in_force(emulator) == EVERYTHING
    stack.run("destroy")
    stack.run("up")
    stack.run("refresh", "--expect-no-changes")
    assert set(stack.resources()) == EVERYTHING


def test_a_state_from_a_clock_that_was_ahead_costs_a_few_listings(stack: Stack, emulator: Emulator) -> None:
    """Those that wait for the lag's end share each listing of their application."""
    tokens = [f"secret-token-{number}" for number in range(8)]
    stack.declare(*[quota(token[7:], quota_type="Text", api_token=token) for token in tokens])
    stack.run("up")
    stack.age(-3600)
    for found in emulator.quotas():
        emulator.put_quota(replace(found, quota_limit=5))
    emulator.clear_calls()
    stack.run("refresh")
    assert len(emulator.calls) <= 30 / 2 + 4
    assert {row["outputs"]["quota_limit"] for row in stack.resources().values()} == {5}
