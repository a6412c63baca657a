"""What is there already when a resource is created, and what a destroy leaves of it."""

from __future__ import annotations

from tc_resources.testing.emulator import Emulator, Fault, Limit, Quota, Slow
from tests.pulumi.faces import FaceStack, limit, quota
from tests.pulumi.pulumi_cli import end, kill, wait_until, writes


def test_settings_with_the_same_value_are_taken_over_with_a_notice(face_stack: FaceStack, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 2000, usage=7))
    face_stack.program(limit("www"), quota("images"))
    output = face_stack.run("up")
    assert "www.example.com in Overseas (zone-1) was there already with 500 Mbps" in output
    assert "Image quota of sub-application 1 was there already with 2000 images" in output
    assert sorted(call.action for call in writes(emulator)) == ["ModifyAigcQuota", "ModifyPrefetchOriginLimit"]
    assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]
    assert emulator.quotas() == [Quota(1, "Image", 2000, usage=7)]
    assert face_stack.resources()["images"]["outputs"].get("baseline_limit") is None


def test_settings_with_another_value_are_refused_and_with_adopt_overwritten(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    emulator.put_quota(Quota(1, "Image", 50, usage=7))
    words, cap = face_stack.words, face_stack.spelt("quota_limit")
    for declared, told in (
        (limit("www"), "property bandwidth value {500} has a problem: It is there already with 300 Mbps"),
        (quota("images"), f"property {cap} value {{2000}} has a problem: It is there already with 50 images"),
    ):
        face_stack.program(declared)
        output = face_stack.fail("preview")
        assert told in output
        assert [way_out for way_out in (words.assign("adopt", True), words.import_) if way_out not in output] == []
        face_stack.fail("up")
    assert writes(emulator) == []
    assert [found.bandwidth for found in emulator.limits()] == [300]
    assert emulator.quotas() == [Quota(1, "Image", 50, usage=7)]

    face_stack.program(limit("www", adopt=True), quota("images", adopt=True))
    face_stack.run("up")
    assert [found.bandwidth for found in emulator.limits()] == [500]
    assert emulator.quotas() == [Quota(1, "Image", 2000, usage=7)]
    assert face_stack.resources()["images"]["outputs"]["baseline_limit"] == 50

    emulator.clear_calls()
    face_stack.program(limit("www"), quota("images"))
    face_stack.run("up", "--expect-no-changes")
    assert emulator.calls == []

    face_stack.program(limit("www"), quota("images", quota_limit=3000))
    face_stack.run("up")
    face_stack.run("destroy")
    assert emulator.limits() == []
    assert emulator.quotas() == [Quota(1, "Image", 50, usage=7)]


def test_a_kill_in_an_adoption_loses_no_baseline_unsaid(face_stack: FaceStack, emulator: Emulator) -> None:
    emulator.put_quota(Quota(1, "Image", 50))
    emulator.script(Fault(Slow(60), "ModifyAigcQuota"))
    face_stack.program(quota("images", adopt=True))
    process = face_stack.start("up")
    wait_until(lambda: bool(writes(emulator)))
    end(kill(process))
    assert emulator.quotas() == [Quota(1, "Image", 2000)]
    face_stack.run("cancel")
    told = f"has overwritten 50 images: set {face_stack.words.assign('reset_limit', 50)} to go back to it."
    assert told in face_stack.run("up")
    face_stack.program(quota("images", reset_limit=50))
    face_stack.run("up")
    face_stack.run("destroy")
    assert emulator.quotas() == [Quota(1, "Image", 50)]


def test_destroy_sets_a_quota_to_its_reset_limit_which_alone_changes_without_a_call(
    face_stack: FaceStack, emulator: Emulator
) -> None:
    face_stack.program(quota("images", reset_limit=10), quota("video", quota_type="Video"))
    face_stack.run("up")
    emulator.clear_calls()
    face_stack.program(quota("images", reset_limit=0), quota("video", quota_type="Video", reset_limit=4))
    assert "2 updated" in face_stack.run("up")
    assert emulator.calls == []
    face_stack.program(quota("images", reset_limit=0), quota("video", quota_type="Video"))
    assert "1 updated" in face_stack.run("up")
    face_stack.run("destroy")
    assert emulator.quotas() == [Quota(1, "Image", 0)]
