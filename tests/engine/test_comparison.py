"""A table of programs on both engines: what the one does, the other does too."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.automation.errors import CommandError

from tests.engine.trial import Trial

Edits = list[tuple[str, str]]

PROGRAMS: dict[str, Edits] = {
    "dependencies": [
        ("up", 'a = Thing("a", size=1)\nb = Thing("b", size=a.serial)\nThing("c", size=b.serial)\nexport("b", b.id)'),
        ("up", 'a = Thing("a", kind="new", size=1)\nb = Thing("b", size=a.serial)\nThing("c", size=b.serial)'),
        ("destroy", ""),
    ],
    "components": [
        ("up", 'pair = Pair("p", size=1)\nexport("left", pair.left.serial)'),
        ("up", 'pair = Pair("p", size=2, kind="new")\nexport("left", pair.left.serial)'),
        ("up", 'Pair("q", size=2, kind="new")'),
        ("destroy", ""),
    ],
    "depends_on": [
        ("up", 'b = Thing("b")\na = Thing("a", opts=ResourceOptions(depends_on=[Pair("p", size=1), b]))'),
        ("up", 'b = Thing("b", size=2)\na = Thing("a", size=2, opts=ResourceOptions(depends_on=[b]))'),
        ("destroy", ""),
    ],
    "parent": [
        ("up", 'a = Thing("a", opts=ResourceOptions(protect=False))\nThing("b", opts=ResourceOptions(parent=a))'),
        ("up", 'a = Thing("a", size=2)\nThing("b", size=3, opts=ResourceOptions(parent=a, protect=True))'),
        ("destroy", ""),
        ("up", 'a = Thing("a", size=2)\nThing("b", size=3, opts=ResourceOptions(parent=a))'),
        ("destroy", ""),
    ],
    "protect": [
        ("up", 'Thing("safe", kind="x", opts=ResourceOptions(protect=True))\nThing("loose")'),
        ("up", 'Thing("safe", kind="y", opts=ResourceOptions(protect=True))'),
        ("up", 'Thing("loose", size=1)'),
        ("destroy", ""),
        ("up", 'Thing("safe", kind="y")'),
        ("destroy", ""),
    ],
    "retain_on_delete": [
        ("up", 'Thing("a", kind="x", opts=ResourceOptions(retain_on_delete=True))\nPair("p", size=1)'),
        ("up", 'Thing("a", kind="y", opts=ResourceOptions(retain_on_delete=True))'),
        ("up", ""),
        ("destroy", ""),
    ],
    "deleted_with": [
        ("up", 'a = Thing("a", kind="x")\nThing("b", opts=ResourceOptions(deleted_with=a))'),
        ("up", 'a = Thing("a", kind="y")\nThing("b", opts=ResourceOptions(deleted_with=a))'),
        ("destroy", ""),
    ],
    "ignore_changes": [
        ("up", 'Thing("a", size=1, note="n", opts=ResourceOptions(ignore_changes=["size", "note"]))'),
        ("up", 'Thing("a", size=2, opts=ResourceOptions(ignore_changes=["size", "note"]))'),
        ("up", 'Thing("a", size=2)'),
    ],
    "replace_on_changes": [
        ("up", 'Thing("a", size=1, compares=False, opts=ResourceOptions(replace_on_changes=["size"]))'),
        ("up", 'Thing("a", size=2, compares=False, opts=ResourceOptions(replace_on_changes=["size"]))'),
    ],
    "aliases": [
        ("up", 'Thing("a", label="l")\nPair("p", size=1)'),
        (
            "up",
            """
            box = pulumi.ComponentResource("toy:index:Box", "box")
            Thing("b", label="l", opts=ResourceOptions(parent=box, aliases=[Alias(name="a", parent=None)]))
            Pair("q", size=1, opts=ResourceOptions(aliases=[Alias(name="p")]))
            """,
        ),
        ("up", 'Thing("c", label="l", opts=ResourceOptions(aliases=[Alias(name="b", parent=None)]))'),
    ],
    "delete_before_replace": [
        ("up", 'a = Thing("a", kind="single")\nThing("b", kind=a.kind)\nThing("c", size=a.serial)'),
        (
            "preview",
            """
            a = Thing("a", kind="other", opts=ResourceOptions(delete_before_replace=True))
            Thing("b", kind=a.kind)
            """,
        ),
        (
            "up",
            """
            a = Thing("a", kind="only", opts=ResourceOptions(delete_before_replace=True))
            Thing("b", kind=a.kind)
            Thing("c", size=a.serial)
            """,
        ),
        ("up", 'a = Thing("a", kind="single")\nThing("b", kind=a.kind)'),
    ],
    "additional_secret_outputs": [
        (
            "up",
            """
            a = Thing("a", token=Output.secret("s"), opts=ResourceOptions(additional_secret_outputs=["serial"]))
            export("serial", a.serial)
            Thing("b", size=a.serial)
            """,
        ),
        ("refresh", ""),
        ("up", 'a = Thing("a", token="s")\nexport("serial", a.serial)'),
    ],
    "get": [
        ("up", 'Thing("a", size=1)\nThing("b", size=2)'),
        ("up", 'Thing("a", size=1)\nThing("b", size=2)\nexport("s", Thing.get("seen", "a-plain").size)'),
        ("up", 'Thing("a", size=1)\nThing("b", size=2)\nexport("s", Thing.get("seen", "b-plain").size)'),
        ("refresh", ""),
        ("preview", 'Thing("a", size=1)\nThing("b", size=2)\nThing("seen", size=3)'),
        ("destroy", ""),
    ],
    "explicit provider instances": [
        (
            "up",
            """
            media = account("media", Output.secret("s3cret"))
            Thing("a")
            Thing("b", opts=ResourceOptions(provider=media))
            Pair("p", size=1, opts=ResourceOptions(providers=[media]))
            """,
        ),
        ("refresh", ""),
        ("up", 'Thing("a", opts=ResourceOptions(provider=account("media", "other")))'),
        ("destroy", ""),
    ],
    "moving between provider instances": [
        ("up", 'one, two = account("one", "1"), account("two", "2")\nThing("a", opts=ResourceOptions(provider=one))'),
        (
            "up",
            """
            one, two = account("one", "1"), account("two", "2")
            Thing("a", size=2, opts=ResourceOptions(provider=two))
            """,
        ),
        ("up", 'Thing("a", size=2)'),
        ("destroy", ""),
    ],
    "failed creates in the middle": [
        ("up", 'Thing("x", size=1)\nexport("old", 1)'),
        ("up", 'bad = Thing("bad", size=13)\nThing("late", size=bad.serial)\nThing("slow", size=1000)'),
        ("preview", 'Thing("bad", size=7)'),
        ("up", 'bad = Thing("bad", size=1)\nThing("late", size=bad.serial)\nThing("slow", size=1000)'),
        ("destroy", ""),
    ],
    "failed deletes": [
        ("up", 'Thing("a", kind="x", size=99)'),
        ("up", 'Thing("a", kind="y", size=1)'),
        ("up", 'Thing("a", kind="y", size=1)'),
        ("up", ""),
    ],
    "preview of unknowns": [
        ("preview", 'a = Thing("a", size=1)\nb = Thing("b", size=a.serial)\nexport("id", b.id)'),
        ("preview", 'a = Thing("a")\nThing("b", opts=ResourceOptions(provider=account("media", a.id)))'),
        ("up", 'a = Thing("a", size=1)\nb = Thing("b", size=a.serial)'),
        ("preview", 'a = Thing("a", kind="new", size=1)\nb = Thing("b", size=a.serial)\nThing("c", kind=b.kind)'),
    ],
}  # fmt: skip


@pytest.mark.parametrize("edits", PROGRAMS.values(), ids=PROGRAMS)
def test_both_engines_take_the_same_steps_to_the_same_end(try_on: Callable[[str], Trial], edits: Edits) -> None:
    cli, embedded = try_on("cli"), try_on("embedded")
    for operation, body in edits:
        related = _related(embedded)
        for trial in (embedded, cli):
            trial.program(textwrap.dedent(body))
        steps = [_steps(trial, operation) for trial in (embedded, cli)]
        related |= _related(embedded)
        assert (operation, steps[0]) == (operation, steps[1])
        assert _calls(embedded) == _calls(cli)
        if operation != "refresh":  # which reads and compares all at once
            assert _order(embedded, related) == _order(cli, related)
        assert (embedded.outputs, embedded.state, embedded.things) == (cli.outputs, cli.state, cli.things)


def _steps(trial: Trial, operation: str) -> tuple[dict[str, int], list[str]]:
    """How many there were of each kind, and what went wrong."""
    try:
        changes = getattr(trial, operation)()
    except CommandError:
        changes = {}
    return changes, trial.errors


def _calls(trial: Trial) -> list[str]:
    return sorted(json.dumps(call, sort_keys=True) for call in trial.calls)


def _order(trial: Trial, related: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs of calls, the earlier one first, on things of which one depends on the other."""
    calls = [(call["method"], call["props"].get("label")) for call in trial.calls if call["method"] != "read"]
    pairs = [(first, then) for index, first in enumerate(calls) for then in calls[index + 1 :]]
    return sorted(
        (" ".join(first), " ".join(then))
        for first, then in pairs
        if {(first[1], then[1]), (then[1], first[1])} & related
    )


def _related(trial: Trial) -> set[tuple[str, str]]:
    """The labels of each thing in the state and of those that it depends on."""
    state: dict[str, Any] = {entry["urn"]: entry for entry in trial.state}
    found = set()
    for entry in state.values():
        needed = {*entry.get("dependencies", []), entry.get("parent")}
        for urn in needed & state.keys():
            found.add((_label(entry), _label(state[urn])))
    return found


def _label(entry: dict[str, Any]) -> str:
    return str(entry.get("inputs", {}).get("label"))
