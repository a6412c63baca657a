"""One setting under a new name: the engine creates it again and then deletes the old one, which is the same setting."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tc_resources.testing.emulator import Emulator, Fault, Limit, Quota, Slow
from tests.pulumi.faces import Declared, FaceStack, instance, limit, quota
from tests.pulumi.pulumi_cli import end, ends, kill, wait_for, writes

Hold = Callable[..., None]
TOKEN = "secret-token"
IN_FORCE = (
    [Limit("zone-1", "www.example.com", "Overseas", 500)],
    [Quota(1, "Image", 2000), Quota(1, "Text", 9, api_token=TOKEN)],
)


def program(prefix: str = "", bandwidth: int = 500, **options: object) -> list[Declared]:
    """The same settings, under names with a prefix."""
    declared = [
        limit(f"{prefix}www", domain_name="www.example.com", bandwidth=bandwidth),
        quota(f"{prefix}images"),
        quota(f"{prefix}text", quota_type="Text", quota_limit=9, api_token=TOKEN),
    ]
    return [one.with_options(**options) for one in declared]


def in_force(emulator: Emulator) -> tuple[list[Limit], list[Quota]]:
    return emulator.limits(), emulator.quotas()


@pytest.fixture
def face_stack(face_stack: FaceStack) -> FaceStack:
    """The stack of `program()`, brought up."""
    face_stack.program(*program())
    face_stack.run("up")
    return face_stack


@pytest.fixture
def hold(face_stack: FaceStack, tmp_path: Path) -> Iterator[Hold]:
    """Run an up that creates and, before it deletes, is killed; `instances` are declared before the program's."""
    left_behind: list[int] = []

    def hold(program: list[Declared], flags: list[str], instances: Sequence[Declared] = ()) -> None:
        marker = tmp_path / "created"
        face_stack.lines(
            "import pathlib, time",
            *instances,
            "made = []",
            *[f"made.append({face_stack.source(one)})" for one in program],
            f"def wait(_): pathlib.Path({str(marker)!r}).touch(); time.sleep(600)",
            "pulumi.Output.all(*[resource.id for resource in made]).apply(wait)",
        )
        process = face_stack.start("up", *flags)
        wait_for(marker)
        left_behind.extend(kill(process))
        face_stack.run("cancel")
        assert len(face_stack.managed()) == 2 * len(program), "the CLI was not killed between the create and the delete"

    yield hold
    end(left_behind)


def urns(stack: FaceStack, flag: str, declared: Sequence[Declared]) -> list[str]:
    """A flag for each resource."""
    return [f"--{flag}={stack.urn(one)}" for one in declared]


OLD, NEW = program(), program("new-")


def test_renaming_and_replacing_leave_every_setting_in_force(face_stack: FaceStack, emulator: Emulator) -> None:
    face_stack.program(*program("new-"))
    output = face_stack.run("up")
    assert "3 created" in output
    assert "3 deleted" in output
    for title in ("prefetch origin limit", "Image quota", "Text quota"):
        assert re.search(f"The {title} .* stays: this program still declares it", output)
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)

    face_stack.program(*program("new-", delete_before_replace=True))
    assert "3 replaced" in face_stack.run("up", *urns(face_stack, "replace", NEW))
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)

    face_stack.run("destroy")
    assert in_force(emulator) == ([], [])


@pytest.mark.parametrize(("after", "replaced"), [(NEW, []), (OLD, OLD)], ids=["renamed", "replaced"])
def test_a_run_killed_before_it_deletes_leaves_every_setting_in_force_and_so_does_the_next(
    face_stack: FaceStack,
    emulator: Emulator,
    hold: Hold,
    after: list[Declared],
    replaced: list[Declared],
) -> None:
    hold(after, urns(face_stack, "replace", replaced))
    face_stack.program(*after)
    face_stack.run("up")
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)
    assert len(face_stack.managed()) == 3
    face_stack.run("destroy")
    assert in_force(emulator) == ([], [])


def test_a_run_killed_while_it_renames_and_moves_to_another_instance_leaves_every_setting_in_force(
    face_stack: FaceStack, emulator: Emulator, hold: Hold
) -> None:
    key = {"secret_id": emulator.secret_id, "secret_key": emulator.secret_key}
    second = instance("second", endpoint=emulator.url, **key)
    moved = program("new-", provider="second")
    hold(moved, [], [second])
    face_stack.program(second, *moved)
    face_stack.run("up")
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)
    assert len(face_stack.managed()) == 3
    face_stack.run("destroy")
    assert in_force(emulator) == ([], [])


def test_destroy_after_a_run_that_was_killed_in_a_rename_removes_every_setting(
    face_stack: FaceStack, emulator: Emulator, hold: Hold
) -> None:
    hold(program("new-"), [])
    face_stack.run("destroy")
    assert in_force(emulator) == ([], [])


def test_a_rename_with_a_new_value_at_once_is_refused_and_with_aliases_is_an_update(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    emulator.clear_calls()
    face_stack.program(*program("new-", bandwidth=800))
    output = face_stack.fail("up")
    assert "there already with 500 Mbps, while this program says 800 Mbps" in output
    assert "aliases" in output
    assert ends(emulator) == []
    assert IN_FORCE[0] == emulator.limits()

    face_stack.program(
        limit("new-www", domain_name="www.example.com", bandwidth=800).with_options(aliases=["www"]),
        *NEW[1:],
    )
    assert "1 updated" in face_stack.run("up")
    assert [found.bandwidth for found in emulator.limits()] == [800]
    assert ends(emulator) == []


@pytest.mark.parametrize(("flag", "named"), [("exclude", NEW), ("target", OLD)], ids=["exclude", "target"])
def test_an_up_that_leaves_the_new_names_out_ends_nothing_and_a_full_one_goes_on(
    face_stack: FaceStack, emulator: Emulator, flag: str, named: list[Declared]
) -> None:
    face_stack.program(*program("new-"))
    emulator.clear_calls()
    output = face_stack.fail("up", "--continue-on-error", *urns(face_stack, flag, named))
    assert output.count("This run was told to leave out a part of the program") >= 3
    assert writes(emulator) == []
    assert len(face_stack.managed()) == 3

    assert "3 deleted" in face_stack.run("up")
    assert (ends(emulator), in_force(emulator)) == ([], IN_FORCE)

    face_stack.run("destroy", *urns(face_stack, "target", NEW[:1]))
    assert emulator.limits() == []
    face_stack.run("destroy", "--run-program", *urns(face_stack, "exclude", NEW[2:]))
    assert [quota.quota_type for quota in emulator.quotas()] == ["Text"]


@pytest.mark.parametrize(("flag", "named"), [("EXCLUDE", NEW), ("TARGET", OLD)], ids=["exclude", "target"])
def test_so_does_one_that_its_environment_tells_to_leave_them_out(
    face_stack: FaceStack, emulator: Emulator, flag: str, named: list[Declared]
) -> None:
    face_stack.program(*program("new-"))
    emulator.clear_calls()
    face_stack.environ[f"PULUMI_OPTION_{flag}"] = ",".join(map(face_stack.urn, named))
    assert "This run was told to leave out a part of the program" in face_stack.fail("up", "--continue-on-error")
    assert writes(emulator) == []


def test_nothing_is_written_once_the_cli_is_killed(face_stack: FaceStack, emulator: Emulator) -> None:
    face_stack.program(*program(), limit("late"))
    emulator.clear_calls()
    emulator.script(Fault(Slow(1), "DescribePrefetchOriginLimit"))
    process = face_stack.start("up")
    while not emulator.calls:
        assert process.poll() is None
    left_behind = kill(process)
    try:
        time.sleep(2)  # the answer comes after one, and a write would follow it at once
        assert writes(emulator) == []
    finally:
        end(left_behind)
