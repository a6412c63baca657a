"""One setting under a new name: the engine creates it again and then deletes the old one, which is the same setting."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator, Fault, Limit, Quota, Slow
from tests.pulumi.pulumi_cli import PROJECT, Source, Stack, end, ends, kill, limit, quota, wait_for, writes

Hold = Callable[..., None]
TYPE = "pulumi-python:dynamic/tc_resources"
TOKEN = Source('os.environ["TOKEN"]')
IN_FORCE = (
    [Limit("zone-1", "www.example.com", "Overseas", 500)],
    [Quota(1, "Image", 2000), Quota(1, "Text", 9, api_token="secret-token")],
)


def program(prefix: str = "", bandwidth: int = 500, opts: str = "None") -> list[str]:
    """The same settings, under names with a prefix."""
    return [
        limit(f"{prefix}www", domain_name="www.example.com", bandwidth=bandwidth, opts=opts),
        quota(f"{prefix}images", opts=opts),
        quota(f"{prefix}text", quota_type="Text", quota_limit=9, api_token=TOKEN, opts=opts),
    ]


def managed(stack: Stack) -> list[str]:
    """What the state holds, a name twice while its old copy waits for its deletion."""
    return [row["urn"] for row in stack.export()["deployment"]["resources"] if TYPE in row["type"]]


def in_force(emulator: Emulator) -> tuple[list[Limit], list[Quota]]:
    return emulator.limits(), emulator.quotas()


@pytest.fixture
def stack(stack: Stack) -> Stack:
    """The stack of `program()`, brought up."""
    stack.environ["TOKEN"] = "secret-token"
    stack.declare(*program())
    stack.run("up")
    return stack


@pytest.fixture
def hold(stack: Stack, tmp_path: Path) -> Iterator[Hold]:
    """Run an up that creates and, before it deletes, is killed; `instances` are lines before the program's."""
    left_behind: list[int] = []

    def hold(program: list[str], flags: list[str], instances: Sequence[str] = ()) -> None:
        marker = tmp_path / "created"
        stack.declare(
            "import pathlib, time",
            *instances,
            "made = []",
            *[f"made.append({line})" for line in program],
            f"def wait(_): pathlib.Path({str(marker)!r}).touch(); time.sleep(600)",
            "pulumi.Output.all(*[resource.id for resource in made]).apply(wait)",
        )
        process = stack.start("up", *flags)
        wait_for(marker)
        left_behind.extend(kill(process))
        stack.run("cancel")
        assert len(managed(stack)) == 2 * len(program), "the CLI was not killed between the create and the delete"

    yield hold
    end(left_behind)


def urns(flag: str, *names: str) -> list[str]:
    """A flag for each resource."""
    kinds = ["AigcQuota" if name.endswith(("images", "text")) else "PrefetchOriginLimit" for name in names]
    return [
        f"--{flag}=urn:pulumi:dev::{PROJECT}::{TYPE}:{kind}::{name}" for kind, name in zip(kinds, names, strict=True)
    ]


NAMES = "www", "images", "text"
NEW = "new-www", "new-images", "new-text"
REPLACE = urns("replace", *NAMES)


def test_renaming_and_replacing_leave_every_setting_in_force(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*program("new-"))
    output = stack.run("up")
    assert "3 created" in output
    assert "3 deleted" in output
    for title in ("prefetch origin limit", "Image quota", "Text quota"):
        assert re.search(f"The {title} .* stays: this program still declares it", output)
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)

    stack.declare(*program("new-", opts="ResourceOptions(delete_before_replace=True)"))
    assert "3 replaced" in stack.run("up", *urns("replace", *NEW))
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)

    stack.run("destroy")
    assert in_force(emulator) == ([], [])


@pytest.mark.parametrize(
    ("after", "flags"),
    [(program("new-"), []), (program(), REPLACE)],
    ids=["renamed", "replaced"],
)
def test_a_run_killed_before_it_deletes_leaves_every_setting_in_force_and_so_does_the_next(
    stack: Stack,
    emulator: Emulator,
    hold: Hold,
    after: list[str],
    flags: list[str],
) -> None:
    hold(after, flags)
    stack.declare(*after)
    stack.run("up")
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)
    assert len(managed(stack)) == 3
    stack.run("destroy")
    assert in_force(emulator) == ([], [])


def test_a_run_killed_while_it_renames_and_moves_to_another_instance_leaves_every_setting_in_force(
    stack: Stack, emulator: Emulator, hold: Hold
) -> None:
    key = f"endpoint={emulator.url!r}, secret_id={emulator.secret_id!r}, secret_key={emulator.secret_key!r}"
    second = f"second = Provider('second', {key})"
    moved = program("new-", opts="ResourceOptions(provider=second)")
    hold(moved, [], [second])
    stack.declare(second, *moved)
    stack.run("up")
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)
    assert len(managed(stack)) == 3
    stack.run("destroy")
    assert in_force(emulator) == ([], [])


def test_destroy_after_a_run_that_was_killed_in_a_rename_removes_every_setting(
    stack: Stack, emulator: Emulator, hold: Hold
) -> None:
    hold(program("new-"), [])
    stack.run("destroy")
    assert in_force(emulator) == ([], [])


def test_a_rename_with_a_new_value_at_once_is_refused_and_with_aliases_is_an_update(
    stack: Stack, emulator: Emulator
) -> None:
    emulator.clear_calls()
    stack.declare(*program("new-", bandwidth=800))
    output = stack.fail("up")
    assert "there already with 500 Mbps, while this program says 800 Mbps" in output
    assert "aliases" in output
    assert ends(emulator) == []
    assert IN_FORCE[0] == emulator.limits()

    stack.declare(
        limit(
            "new-www",
            domain_name="www.example.com",
            bandwidth=800,
            opts='ResourceOptions(aliases=[pulumi.Alias(name="www")])',
        ),
        *program("new-")[1:],
    )
    assert "1 updated" in stack.run("up")
    assert [found.bandwidth for found in emulator.limits()] == [800]
    assert ends(emulator) == []


@pytest.mark.parametrize("flags", [urns("exclude", *NEW), urns("target", *NAMES)], ids=["exclude", "target"])
def test_an_up_that_leaves_the_new_names_out_ends_nothing_and_a_full_one_goes_on(
    stack: Stack, emulator: Emulator, flags: list[str]
) -> None:
    stack.declare(*program("new-"))
    emulator.clear_calls()
    output = stack.fail("up", "--continue-on-error", *flags)
    assert output.count("This run was told to leave out a part of the program") >= 3
    assert writes(emulator) == []
    assert len(managed(stack)) == 3

    assert "3 deleted" in stack.run("up")
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)

    stack.run("destroy", *urns("target", "new-www"))
    assert emulator.limits() == []
    stack.run("destroy", "--run-program", *urns("exclude", "new-text"))
    assert [quota.quota_type for quota in emulator.quotas()] == ["Text"]


def test_nothing_is_written_once_the_cli_is_killed(stack: Stack, emulator: Emulator) -> None:
    stack.declare(*program(), limit("late"))
    emulator.clear_calls()
    emulator.script(Fault(Slow(1), "DescribePrefetchOriginLimit"))
    process = stack.start("up")
    while not emulator.calls:
        assert process.poll() is None
    left_behind = kill(process)
    try:
        time.sleep(2)  # the answer comes after one, and a write would follow it at once
        assert writes(emulator) == []
    finally:
        end(left_behind)
