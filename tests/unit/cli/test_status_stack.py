"""`tc-resources status --stack`: what is there beside what a stack's state says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tc_resources.cli.reports.stack import read
from tc_resources.cloud.identities import LimitIdentity
from tc_resources.limits.aigc_quota import AigcQuotaArgs
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Quota
from tests.unit.cli.conftest import Command

TOKEN = "a-token-that-nobody-may-see"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:AAAA:BBBB"}
"""As an export holds a secret."""
NO_NUMBERS: tuple[object, ...] = ("5", True, 5.5, [], {}, {"ciphertext": "v1:AAAA:BBBB"})


def row(kind: str, id_: str, **more: Any) -> dict[str, Any]:
    """A resource of an export."""
    urn = f"urn:pulumi:dev::shop::pulumi-python:dynamic/tc_resources:{kind}::{id_}"
    return {"urn": urn, "custom": True, "id": id_, "type": f"pulumi-python:dynamic/tc_resources:{kind}", **more}


def quota(id_: str, quota_limit: object, **more: Any) -> dict[str, Any]:
    return row("AigcQuota", id_, outputs={"quota_limit": quota_limit}, **more)


def limit(id_: str, bandwidth: object, **more: Any) -> dict[str, Any]:
    return row("PrefetchOriginLimit", id_, outputs={"bandwidth": bandwidth}, **more)


def native(kind: str, id_: str, **outputs: object) -> dict[str, Any]:
    """A resource that the native face has stored."""
    urn = f"urn:pulumi:dev::shop::tc-resources:index:{kind}::{id_}"
    return {"urn": urn, "custom": True, "id": id_, "type": f"tc-resources:index:{kind}", "outputs": outputs}


def export(*rows: dict[str, Any]) -> str:
    """What `pulumi stack export` writes of a stack that has these and others' resources."""
    others = [
        {"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "type": "pulumi:pulumi:Stack", "custom": False},
        {"urn": "urn:pulumi:dev::shop::pulumi-python:dynamic:Resource::x", "type": "pulumi-python:dynamic:Resource"},
    ]
    return json.dumps({"version": 3, "deployment": {"resources": [*others, *rows]}})


Compared = Callable[..., dict[str, tuple[int | None, int | None, str]]]


@pytest.fixture
def compared(status: Command) -> Compared:
    """Of each id the live value, the state's and the standing."""

    def compared(text: str, *arguments: str) -> dict[str, tuple[int | None, int | None, str]]:
        end = status("--stack", "-", "--format", "json", *arguments, stdin=text)
        assert (end.code, end.err) == (0, "")
        report = json.loads(end.out)
        rows = [(row, "limit") for row in report["quotas"]] + [(row, "bandwidth_mbps") for row in report["limits"]]
        return {row["id"]: (row[value], row[f"stack_{value}"], row["standing"]) for row, value in rows}

    return compared


def test_what_is_there_is_managed_drifted_unmanaged_or_missing(emulator: Emulator, compared: Compared) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    emulator.put_limit(Limit("zone-1", "www.example.com", "MainlandChina", 300))
    emulator.put_limit(Limit("zone-1", "img.example.com", "Overseas", 100))
    state = export(
        limit("zone-1#www.example.com#Overseas", 500),
        limit("zone-1#www.example.com#MainlandChina", 500),
        limit("zone-1#old.example.com#Overseas", 200),
    )
    assert compared(state) == {
        "zone-1#img.example.com#Overseas": (100, None, "unmanaged"),
        "zone-1#old.example.com#Overseas": (None, 200, "missing"),
        "zone-1#www.example.com#MainlandChina": (300, 500, "drifted"),
        "zone-1#www.example.com#Overseas": (500, 500, "managed"),
    }


def test_quotas_are_told_apart_by_type_and_token(emulator: Emulator, compared: Compared) -> None:
    emulator.put_quota(Quota(1, "Text", 0))
    emulator.put_quota(Quota(1, "Text", 50, 0, TOKEN))
    args = AigcQuotaArgs(sub_app_id=1, quota_type="Text", quota_limit=50, api_token=TOKEN)
    id_ = args.quota.identity.id
    state = export(quota(id_, 50.0), quota("1#Text", 9), quota("1#Image", 5))
    assert compared(state) == {
        "1#Image": (None, 5, "missing"),
        "1#Text": (0, 9, "drifted"),
        id_: (50, 50, "managed"),
    }


def test_without_a_selection_the_scopes_of_the_state_are_read_and_no_others(
    emulator: Emulator, compared: Compared
) -> None:
    for zone in ("zone-1", "zone-2"):
        emulator.put_limit(Limit(zone, "www.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 5))
    emulator.put_quota(Quota(2, "Image", 5))
    state = export(limit("zone-2#www.example.com#Overseas", 500), quota("2#Image", 5), quota("2#Video", 5))
    assert set(compared(state)) == {"zone-2#www.example.com#Overseas", "2#Image", "2#Video"}
    assert sorted(call.action for call in emulator.calls) == [
        "DescribeAigcApiTokens",
        *["DescribeAigcQuotas"] * 3,
        "DescribePrefetchOriginLimit",
    ]


def test_a_selection_leaves_out_what_the_state_has_elsewhere(emulator: Emulator, compared: Compared) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    state = export(limit("zone-2#www.example.com#Overseas", 500), quota("2#Image", 5))
    assert compared(state, "--sub-app", "1") == {"1#Image": (5, None, "unmanaged")}


def test_a_stack_without_limits_and_quotas_is_compared_with_all(emulator: Emulator, compared: Compared) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    assert compared(export()) == {}
    assert emulator.calls == []
    assert compared(json.dumps({"version": 3, "deployment": {}}), "--all") == {"1#Image": (5, None, "unmanaged")}


def test_what_the_stack_only_reads_or_is_about_to_delete_is_not_managed(emulator: Emulator, compared: Compared) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    emulator.put_quota(Quota(1, "Video", 5))
    state = export(quota("1#Image", 5, external=True), quota("1#Video", 5, delete=True))
    assert compared(state, "--sub-app", "1") == {"1#Image": (5, None, "unmanaged"), "1#Video": (5, None, "unmanaged")}


def test_a_value_that_the_state_keeps_secret_is_managed_and_not_compared(
    emulator: Emulator, compared: Compared
) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    assert compared(export(quota("1#Image", SECRET))) == {"1#Image": (5, None, "managed")}


def test_what_either_face_has_stored_is_managed(emulator: Emulator, compared: Compared) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    emulator.put_quota(Quota(1, "Video", 5))
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    state = export(
        native("AigcQuota", "1#Image", quotaLimit=5.0, subAppId=1),
        quota("1#Video", 6),
        native("PrefetchOriginLimit", "zone-1#www.example.com#Overseas", bandwidth=500),
    )
    assert compared(state) == {
        "1#Image": (5, 5, "managed"),
        "1#Video": (5, 6, "drifted"),
        "zone-1#www.example.com#Overseas": (300, 500, "drifted"),
    }


@pytest.mark.parametrize("face", ["cli", "native"])
def test_a_state_of_each_release_and_face_has_something_that_is_managed(face: str) -> None:
    stored = Path(__file__).parents[2] / "state" / face / "0.1.0.json"
    stack = read(stored.read_text(encoding="utf-8"))
    assert len(stack.managed) >= 3
    assert stack.odd == []


@pytest.mark.parametrize("version", [1, 5, 99])
def test_an_export_of_another_version_is_one_line_that_names_it(status: Command, version: int) -> None:
    text = json.dumps({**json.loads(export(quota("1#Image", 5))), "version": version})
    told = f"stdin is an export of version {version}; versions 3 and 4 are read.\n"
    assert status("--stack", "-", stdin=text) == (2, "", told)


def test_what_could_not_be_read_is_not_called_missing(emulator: Emulator, status: Command) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation"), "DescribePrefetchOriginLimit"))
    state = export(limit("zone-1#www.example.com#Overseas", 500), quota("1#Image", 5))
    end = status("--stack", "-", "--format", "json", stdin=state)
    assert (end.code, json.loads(end.out)["limits"]) == (1, [])
    assert "missing" not in end.out


def test_the_wrong_account_is_an_error_and_not_missing_resources(status: Command) -> None:
    end = status("--stack", "-", stdin=export(quota("1#Image", 5)))
    assert end.code == 2
    assert end.err == "Reading sub-application 1 failed. The account of this key does not have it.\n"


def test_an_export_is_read_from_a_file(emulator: Emulator, status: Command, tmp_path: Path) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    file = tmp_path / "state.json"
    file.write_text(export(limit("zone-1#www.example.com#Overseas", 500)))
    end = status("--stack", str(file))
    assert (end.code, end.err) == (0, "")
    assert end.out.split()[-6:] == ["zone-1", "www.example.com", "Overseas", "300", "500", "drifted"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        '{"deployment": null}',
        '{"deployment": {"resources": [7]}}',
        '{"deployment": {"resources": []}}',
        '{"version": true, "deployment": {"resources": []}}',
        '{"version": 1e999, "deployment": {"resources": []}}',
        '{"version": 3, "deployment": {"resources": {"type": 7}}}',
        '{"version": 3, "deployment": "resources"}',
        "[" * 100_000,
        "9" * 10_000,
        export(row("AigcQuota", "1#Image")),
        export(row("AigcQuota", "1#Image", outputs=None)),
        export({**quota("1#Image", 5), "id": None}),
        export({**quota("1#Image", 5), "type": ["AigcQuota"]}),
        *(export(quota("1#Image", value)) for value in NO_NUMBERS),
        *(
            export(quota("1#Image", 7)).replace('": 7}', f'": {odd}}}')
            for odd in ("1e999", "-1e999", "NaN", "Infinity")
        ),
    ],
)
def test_a_file_that_is_no_export_is_one_line_and_code_2(
    emulator: Emulator, status: Command, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    assert status("--stack", str(file)) == (2, "", f"{file} is not the output of `pulumi stack export`.\n")
    assert status("--stack", "-", stdin=text) == (2, "", "stdin is not the output of `pulumi stack export`.\n")
    assert emulator.calls == []


def test_a_file_that_is_binary_or_not_there_is_one_line_and_code_2(status: Command, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    assert status("--stack", str(file)) == (2, "", f"{file} cannot be read: No such file or directory.\n")
    file.write_bytes(b"\x80\xff")
    assert status("--stack", str(file)) == (2, "", f"{file} is not the output of `pulumi stack export`.\n")


@pytest.mark.parametrize(
    "odd",
    [limit("zone-1", 500), quota("one#Image", 5), {**quota("1#Text#a-token", 5), "urn": "urn:a::b"}],
)
def test_an_id_that_no_resource_can_have_is_a_line_and_the_rest_is_shown(
    emulator: Emulator, status: Command, odd: dict[str, object]
) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    end = status("--stack", "-", stdin=export(odd, limit("zone-1#www.example.com#Overseas", 300)))
    assert (end.code, end.err.count("\n")) == (1, 1)
    assert "of the stack failed." in end.err
    assert "is not an id of this kind of resource" in end.err
    assert "a-token" not in end.err
    assert end.out.split()[-6:] == ["zone-1", "www.example.com", "Overseas", "300", "300", "managed"]


def test_an_imported_id_in_another_spelling_is_the_same_limit(emulator: Emulator, status: Command) -> None:
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 300))
    end = status("--stack", "-", stdin=export(limit("zone-1#WWW.example.com.#Overseas", 300)))
    assert (end.code, end.err) == (0, "")
    assert end.out.split()[-6:] == ["zone-1", "www.example.com", "Overseas", "300", "300", "managed"]


def test_ids_are_those_of_the_resources() -> None:
    key = LimitIdentity("zone-1", "www.example.com", "Overseas")
    args = PrefetchOriginLimitArgs(**key._asdict(), bandwidth=500)
    assert key.id == args.identity.id


@pytest.mark.parametrize(
    ("fail_on", "code", "named"),
    [
        ("drifted", 4, "1#Image (drifted)"),
        ("missing, unmanaged", 4, "1#Video (missing), 2#Image (unmanaged)"),
    ],
)
def test_a_standing_that_is_not_wanted_ends_with_4_and_is_named(
    emulator: Emulator, status: Command, fail_on: str, code: int, named: str
) -> None:
    emulator.put_quota(Quota(1, "Image", 10))
    emulator.put_quota(Quota(2, "Image", 10))
    text = export(quota("1#Image", 20), quota("1#Video", 5))
    selected = ("--sub-app", "1", "--sub-app", "2")
    end = status("--stack", "-", *selected, "--fail-on", fail_on, stdin=text)
    assert (end.code, end.err) == (code, f"Not as in the stack: {named}.\n")


def test_where_no_standing_is_unwanted_it_ends_with_0(emulator: Emulator, status: Command) -> None:
    emulator.put_quota(Quota(1, "Image", 20))
    unwanted = ("--stack", "-", "--fail-on", "drifted,missing,unmanaged")
    assert status(*unwanted, stdin=export(quota("1#Image", 20)))[::2] == (0, "")


def test_usage_above_the_threshold_comes_before_a_standing(emulator: Emulator, status: Command) -> None:
    emulator.put_quota(Quota(1, "Image", 10, 9))
    arguments = ("--stack", "-", "--fail-on", "drifted", "--fail-above", "80")
    end = status(*arguments, stdin=export(quota("1#Image", 20)))
    assert (end.code, end.err.splitlines()) == (
        3,
        ["Not as in the stack: 1#Image (drifted).", "Above 80 %: 1#Image (90.0 %)."],
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--all", "--fail-on", "drifted"), "--fail-on goes with --stack"),
        (("--stack", "-", "--fail-on", "gone"), "of drifted, unmanaged, missing."),
        (("--stack", "-", "--fail-on", "managed"), "of drifted, unmanaged, missing."),
    ],
)
def test_standings_that_cannot_be_told_end_with_2_before_any_call(
    emulator: Emulator, status: Command, arguments: tuple[str, ...], told: str
) -> None:
    end = status(*arguments, stdin=export())
    assert (end.code, told in end.err, emulator.calls) == (2, True, [])
