from __future__ import annotations

from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.pulumi.faces import FaceStack, limit, quota
from tests.pulumi.pulumi_cli import writes


def test_a_change_of_identity_creates_the_new_setting_before_it_deletes_the_old_one(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    face_stack.program(limit("www", domain_name="old.example.com"), quota("images", sub_app_id=1))
    face_stack.run("up")
    emulator.clear_calls()
    face_stack.program(limit("www", domain_name="new.example.com"), quota("images", sub_app_id=2))
    assert "2 replaced" in face_stack.run("up")
    crossed = {
        kind: [
            (call.action, call.params.get("DomainName", call.params.get("SubAppId")))
            for call in writes(emulator)
            if kind in call.action
        ]
        for kind in ("Limit", "Quota")
    }
    assert crossed == {
        "Limit": [("ModifyPrefetchOriginLimit", "new.example.com"), ("ModifyPrefetchOriginLimit", "old.example.com")],
        "Quota": [("CreateAigcQuota", 2), ("DeleteAigcQuota", 1)],
    }
    assert emulator.limits() == [Limit("zone-1", "new.example.com", "Overseas", 500)]
    assert emulator.quotas() == [Quota(2, "Image", 2000)]


def test_a_domain_written_in_another_way_is_no_change(face_stack: FaceStack, emulator: Emulator) -> None:
    face_stack.program(limit("www", domain_name="www.example.com"))
    face_stack.run("up")
    emulator.clear_calls()
    face_stack.program(limit("www", domain_name="WWW.Example.com."))
    face_stack.run("up", "--expect-no-changes")
    assert emulator.calls == []


def test_a_replacement_in_a_full_account_names_delete_before_replace_which_makes_room(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    face_stack.program(limit("www", domain_name="old.example.com"))
    face_stack.run("up")
    for number in range(99):
        emulator.put_limit(Limit("zone-2", f"w{number}.example.com", "Overseas", 500))
    face_stack.program(limit("www", domain_name="new.example.com"))
    output = face_stack.fail("up")
    assert "PrefetchOriginLimitCountExceeded" in output
    assert face_stack.words.replace_first in output
    assert Limit("zone-1", "old.example.com", "Overseas", 500) in emulator.limits()

    face_stack.program(limit("www", domain_name="new.example.com").with_options(delete_before_replace=True))
    face_stack.run("up")
    assert emulator.limits()[-1] == Limit("zone-1", "new.example.com", "Overseas", 500)
    assert len(emulator.limits()) == 100
