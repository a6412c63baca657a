"""A setting goes from one explicit instance to another, or the instance changes: it stays in force, in both faces."""

from __future__ import annotations

from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.pulumi.faces import Declared, FaceStack, instance, limit, quota
from tests.pulumi.pulumi_cli import writes

MEDIA = "100000000002"
IN_FORCE = ([Limit("zone-1", "www.example.com", "Overseas", 500)], [Quota(1, "Image", 2000)])


def of(emulator: Emulator, name: str, **settings: object) -> Declared:
    """An instance of the emulator's account."""
    key = {"secret_id": emulator.secret_id, "secret_key": emulator.secret_key}
    return instance(name, endpoint=emulator.url, **{**key, **settings})


def settings(emulator: Emulator) -> list[str]:
    """The calls that change a setting, by their actions."""
    return [call.action for call in writes(emulator) if call.action != "GetCallerIdentity"]


def in_force(emulator: Emulator) -> tuple[list[Limit], list[Quota]]:
    return emulator.limits(), emulator.quotas()


@pytest.mark.parametrize(
    ("old", "new"),
    [("first", "second"), ("first", None), (None, "second")],
    ids=["other", "to-default", "from-default"],
)
def test_moving_settings_between_instances_of_an_account_replaces_and_calls_nothing(
    face_stack: FaceStack, emulator: Emulator, old: str | None, new: str | None
) -> None:
    instances = [of(emulator, "first"), of(emulator, "second")]
    face_stack.program(*instances, limit("www", old), quota("images", old))
    face_stack.run("up")
    emulator.clear_calls()
    face_stack.program(*instances, limit("www", new), quota("images", new))
    assert "replace" not in face_stack.run("preview", "--diff")
    assert "replaced" not in face_stack.run("up")
    assert emulator.calls == []
    face_stack.program(*instances, limit("www", new, bandwidth=600), quota("images", new))
    face_stack.run("up")
    assert [call.params["Bandwidth"] for call in writes(emulator)] == [600]
    face_stack.run("destroy")
    assert in_force(emulator) == ([], [])


@pytest.mark.parametrize(
    "change", [{"site": "cn"}, {"secret_id": "AKIDNEW", "secret_key": "new-key"}], ids=["site", "key"]
)
def test_a_change_of_an_instances_settings_replaces_and_writes_nothing(
    face_stack: FaceStack, emulator: Emulator, change: dict[str, Any]
) -> None:
    emulator.put_key("AKIDNEW", "new-key", account_id=emulator.account_id)
    program = [limit("www", "first"), quota("images", "first")]
    face_stack.program(of(emulator, "first"), *program)
    face_stack.run("up")
    before = len(writes(emulator))
    face_stack.program(of(emulator, "first", **change), *program)
    assert "replace" not in face_stack.run("preview", "--diff")
    face_stack.run("up")
    face_stack.run("up", "--expect-no-changes")
    face_stack.run("refresh", "--expect-no-changes")
    assert len(writes(emulator)) == before
    assert in_force(emulator) == IN_FORCE
    assert {*face_stack.stored()} == {"www", "images"}


def test_an_instance_that_turns_to_an_account_that_is_not_allowed_is_refused_and_the_state_stays(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    emulator.put_key("AKIDMEDIA", "media-key", account_id=MEDIA)
    allowed = {"allowed_account_ids": [emulator.account_id]}
    face_stack.program(of(emulator, "first", **allowed), limit("www", "first"), quota("images", "first"))
    face_stack.run("up")
    before = settings(emulator)
    other = of(emulator, "first", secret_id="AKIDMEDIA", secret_key="media-key", **allowed)
    face_stack.program(other, limit("www", "first", bandwidth=600), quota("images", "first"))
    assert MEDIA in (told := face_stack.fail("up"))
    assert "allowedAccountIds" in told
    assert settings(emulator) == before
    assert in_force(emulator) == IN_FORCE
    assert face_stack.stored()["www"]["bandwidth"] == 500
    assert {*face_stack.stored()} == {"www", "images"}
