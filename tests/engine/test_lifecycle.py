"""What becomes of a resource over the operations of its life."""

from __future__ import annotations

from tests.engine.trial import Trial


def test_a_stack_is_previewed_created_left_alone_and_destroyed(trial: Trial) -> None:
    body = 'a = Thing("a", size=1)\nThing("b", size=a.serial)\nexport("serial", a.serial)'
    assert trial.preview(body) == {"create": 3}
    assert trial.called("check", "create") == ["check a", "check b"]
    assert [call["props"].get("size") for call in trial.calls] == [1, "<unknown>"]
    assert trial.things == {}
    assert trial.up() == {"create": 3}
    assert trial.called("create") == ["create a", "create b"]
    assert trial.things["b-plain"]["size"] == 70
    assert trial.outputs == {"serial": 70}
    assert trial.up() == {"same": 3}
    assert trial.called("create", "update") == []
    assert trial.destroy() == {"delete": 3}
    assert trial.called("check", "delete") == ["delete b", "delete a"]
    assert trial.things == {}
    assert trial.state == []


def test_changes_update_replace_and_delete_each_in_its_order(trial: Trial) -> None:
    trial.up(
        """
        Thing("grown", size=1)
        base = Thing("turned", kind="old", size=1)
        Thing("follower", size=base.serial, compares=False)
        Thing("first", kind="single", size=2)
        gone = Thing("gone", size=1)
        Thing("gone-too", opts=ResourceOptions(depends_on=[gone]))
        """
    )
    body = """
        Thing("grown", size=2)
        base = Thing("turned", kind="brand-new", size=1)
        Thing("follower", size=base.serial, compares=False)
        Thing("first", kind="only", size=2, opts=ResourceOptions(delete_before_replace=True))
        """
    assert trial.preview(body) == {"delete": 2, "replace": 2, "same": 1, "update": 2}
    assert trial.up() == {"delete": 2, "replace": 2, "same": 1, "update": 2}
    calls = trial.called("create", "update", "delete")
    assert calls.index("create turned") < calls.index("update follower") < calls.index("delete turned")
    assert calls.index("delete first") < calls.index("create first")
    assert calls.index("delete gone-too") < calls.index("delete gone")
    assert set(trial.things) == {"grown-plain", "turned-brand-new", "follower-plain", "first-only"}


def test_what_depends_on_a_resource_deleted_before_its_replacement_goes_first(trial: Trial) -> None:
    options = "opts=ResourceOptions(delete_before_replace=True)"
    trial.up(f'a = Thing("a", kind="x", {options})\nThing("b", kind=a.kind)\nThing("c", size=a.serial)')
    trial.up(f'a = Thing("a", kind="yy", {options})\nThing("b", kind=a.kind)\nThing("c", size=a.serial)')
    calls = trial.called("create", "update", "delete")
    assert calls == ["delete b", "delete a", "create a", "create b", "update c"] or calls == [
        "delete b", "delete a", "create a", "update c", "create b"
    ]  # fmt: skip


def test_a_targeted_replacement_is_checked_without_its_old_inputs(trial: Trial) -> None:
    trial.up('Thing("a", size=1)')
    urn = trial.entry("a")["urn"]
    assert trial.up(replace=[urn]) == {"replace": 1, "same": 1}
    assert [(call["method"], call.get("olds")) for call in trial.calls] == [
        ("check", []), ("create", None), ("delete", None)
    ]  # fmt: skip


def test_renamed_and_moved_resources_are_found_by_their_aliases(trial: Trial) -> None:
    trial.up('Thing("a", label="l", size=1)\nPair("p", size=1)')
    body = """
        class Box(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("toy:index:Box", name)

        moved = Alias(name="a", parent=None)
        Thing("b", label="l", size=1, opts=ResourceOptions(parent=Box("box"), aliases=[moved]))
        Pair("q", size=1, opts=ResourceOptions(aliases=[Alias(name="p")]))
        """
    assert trial.up(body) == {"create": 1, "same": 5}
    assert trial.called("create", "delete") == []
    assert trial.entry("b")["urn"] == "urn:pulumi:dev::toy::toy:index:Box$pulumi-python:dynamic/cloud:Thing::b"


def test_ignored_changes_stay_as_they_were_and_chosen_ones_replace(trial: Trial) -> None:
    body = """
        Thing("a", size=1, note="n", opts=ResourceOptions(ignore_changes=["size", "note"]))
        Thing("b", size=1, compares=False, opts=ResourceOptions(replace_on_changes=["size"]))
        """
    trial.up(body)
    changed = body.replace("size=1", "size=2").replace('note="n", ', "")
    assert trial.up(changed) == {"replace": 1, "same": 2}
    assert trial.entry("a")["inputs"]["size"] == 1
    assert trial.entry("a")["inputs"]["note"] == "n"
