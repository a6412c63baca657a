from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.unit.cli.conftest import Command, Ended

LIMIT = "tencentcloud_teo_prefetch_origin_limit"
QUOTA = "tencentcloud_vod_aigc_quota"
TOKEN = "an-api-token"
MANAGED = "tencentcloud_vod_aigc_api_token"

Discover = Callable[..., Ended]


def limit(domain: str = "www.example.com", **more: object) -> dict[str, Any]:
    attributes = {"zone_id": "zone-1", "domain_name": domain, "area": "Overseas", "bandwidth": 500, "id": f"z#{domain}"}
    return {"schema_version": 0, "attributes": {**attributes, **more}, "sensitive_attributes": []}


def quota(quota_type: str = "Image", api_token: str | None = None, **more: object) -> dict[str, Any]:
    """`more` stands beside the attributes."""
    attributes = {"sub_app_id": 4, "quota_type": quota_type, "quota_limit": 9, "usage": 3, "api_token": api_token}
    return {"schema_version": 0, "attributes": {**attributes, "id": f"4#{quota_type}#{api_token or ''}"}, **more}


def resource(kind: str, *instances: dict[str, Any], **more: object) -> dict[str, Any]:
    provider = 'provider["registry.terraform.io/tencentcloudstack/tencentcloud"]'
    return {"mode": "managed", "type": kind, "name": "one", "provider": provider, "instances": instances, **more}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "terraform.tfstate"


@pytest.fixture
def write(file: Path) -> Callable[..., None]:
    """Write a state with these resources."""

    def write(*resources: dict[str, Any]) -> None:
        state = {"version": 4, "terraform_version": "1.9.5", "serial": 3, "lineage": "a", "outputs": {}}
        file.write_text(json.dumps({**state, "resources": resources, "check_results": None}), encoding="utf-8")

    return write


@pytest.fixture
def discover(file: Path, command: Command, emulator: Emulator) -> Iterator[Discover]:
    """Run the command on the file, which writes nothing."""

    def discover(format_: str = "json") -> Ended:
        return command("discover", "--from-tfstate", str(file), "--format", format_)

    yield discover
    assert [call for call in emulator.calls if not call.action.startswith("Describe")] == []


@pytest.fixture
def live(emulator: Emulator) -> Emulator:
    """What the states below name, with the values that they hold."""
    for zone, name in (("zone-1", "www"), ("zone-1", "a"), ("zone-1", "b"), ("zone-0", "c")):
        emulator.put_limit(Limit(zone, f"{name}.example.com", "Overseas", 500))
    for quota_type, token in (("Image", None), ("Video", None), ("Text", None), ("Text", TOKEN)):
        emulator.put_quota(Quota(4, quota_type, 9, usage=3, api_token=token))
    return emulator


@pytest.mark.usefixtures("live")
def test_counts_keys_and_modules_are_read_and_other_resources_are_not(
    write: Callable[..., None], discover: Discover
) -> None:
    write(
        resource(LIMIT, {**limit("b.example.com"), "index_key": 0}, {**limit("a.example.com"), "index_key": 1}),
        resource(LIMIT, {**limit("c.example.com", zone_id="zone-0"), "index_key": "c"}, module='module.site["c"]'),
        resource(QUOTA, quota("Video"), module="module.vod"),
        resource(QUOTA, quota("Image"), mode="data"),
        resource("tencentcloud_teo_zone", {"attributes": {"zone_id": "zone-7"}}),
    )
    code, out, err = discover()
    assert (code, err) == (0, "")
    assert [row["id"] for row in json.loads(out)] == [
        "zone-0#c.example.com#Overseas",
        "zone-1#a.example.com#Overseas",
        "zone-1#b.example.com#Overseas",
        "4#Video",
    ]


@pytest.mark.usefixtures("live")
def test_an_object_that_waits_to_be_destroyed_is_left_out(write: Callable[..., None], discover: Discover) -> None:
    write(resource(QUOTA, quota("Image"), quota("Video", deposed="0a1b2c3d")))
    assert [row["id"] for row in json.loads(discover()[1])] == ["4#Image"]


@pytest.mark.usefixtures("live")
def test_a_domain_is_brought_into_normal_form_and_listed_once(write: Callable[..., None], discover: Discover) -> None:
    write(resource(LIMIT, limit("WWW.Example.com.")), resource(LIMIT, limit("www.example.com")))
    assert [row["domain_name"] for row in json.loads(discover()[1])] == ["www.example.com"]


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("format_", ["table", "json", "pulumi-import", "python", "config"])
def test_a_token_in_the_state_is_never_written(write: Callable[..., None], discover: Discover, format_: str) -> None:
    write(resource(QUOTA, quota("Text", TOKEN), quota("Text", "")))
    code, out, err = discover(format_)
    assert code == 0
    assert TOKEN not in out + err


@pytest.mark.usefixtures("live")
def test_the_quota_of_a_token_is_the_one_that_the_account_shows(write: Callable[..., None], discover: Discover) -> None:
    write(resource(QUOTA, quota("Text", TOKEN), quota("Text", "")))
    assert [row["id"] for row in json.loads(discover()[1])] == ["4#Text", "4#Text#8dfba01da860"]


def test_a_state_without_any_of_the_resources_is_said_to_have_none(
    write: Callable[..., None], discover: Discover
) -> None:
    write(resource("tencentcloud_vpc", {"attributes": {}}))
    assert discover("table") == (0, "", "There are no limits, no quotas and no API tokens.\n")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "resource {}",
        "[]",
        "4",
        '{"version": "4"}',
        '{"version": 4}',
        '{"version": 4, "resources": [1]}',
        '{"version": 4, "resources": {"a": 1}}',
        json.dumps({"version": 4, "resources": [resource(LIMIT, {"attributes": {"zone_id": "zone-1"}})]}),
        json.dumps({"version": 4, "resources": [resource(LIMIT, {"attributes": None})]}),
        "[" * 100_000,
        *(
            json.dumps({"version": 4, "resources": [resource(LIMIT, limit(bandwidth=-7))]}).replace("-7", odd)
            for odd in ("1e999", "NaN", "-Infinity", '"500"', "5.5", "true", "null")
        ),
        '{"format_version": "1.0", "values": {}}',
        '{"serial": 1, "lineage": "a", "encrypted_data": "AAAA", "encryption_version": "v0"}',
        b"\xff\xfe\x00binary",
    ],
)
def test_a_file_that_is_no_state_is_one_line_and_code_2(file: Path, discover: Discover, content: str | bytes) -> None:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    line = f"{file} is no Terraform state of a form that is read. `terraform state pull` prints one.\n"
    assert discover() == (2, "", line)


@pytest.mark.parametrize("version", [3, 5])
def test_a_state_of_another_version_is_one_line_and_code_2(file: Path, discover: Discover, version: int) -> None:
    file.write_text(json.dumps({"version": version, "modules": []}), encoding="utf-8")
    assert discover() == (2, "", f"{file} is a Terraform state of version {version}; version 4 is read.\n")


def test_a_file_that_is_not_there_is_one_line_and_code_2(file: Path, discover: Discover) -> None:
    assert discover() == (2, "", f"{file} cannot be read: No such file or directory.\n")


def test_a_value_of_the_state_is_never_written_but_the_services_with_a_line(
    write: Callable[..., None], discover: Discover, live: Emulator
) -> None:
    """Two Text quotas: the provider fills the application's with the first row, which is the token's."""
    live.put_quota(Quota(4, "Text", 2000, usage=3))
    live.put_quota(Quota(4, "Text", 111, api_token=TOKEN))
    state = quota("Text")
    state["attributes"]["quota_limit"] = 111
    write(resource(QUOTA, state), resource(LIMIT, limit(bandwidth=50)))
    code, out, err = discover()
    assert code == 0
    assert [(row["id"], row.get("quota_limit", row.get("bandwidth"))) for row in json.loads(out)] == [
        ("zone-1#www.example.com#Overseas", 500),
        ("4#Text", 2000),
    ]
    assert err.splitlines() == [
        "The limit of www.example.com in Overseas (zone-1) is 500, which is written here; Terraform's state has 50.",
        "The Text quota of sub-application 4 is 2000, which is written here; Terraform's state has 111.",
    ]


def test_what_is_not_there_is_told_and_left_out(write: Callable[..., None], discover: Discover, live: Emulator) -> None:
    live.drop_quota(4, "Image")
    write(resource(QUOTA, quota("Image"), quota("Video")))
    code, out, err = discover()
    assert code == 1
    assert [row["id"] for row in json.loads(out)] == ["4#Video"]
    assert err == (
        "The Image quota of sub-application 4 is in Terraform's state, and the service does not have it: "
        "it is left out.\n"
    )


def test_where_nothing_is_there_the_other_site_is_named(
    write: Callable[..., None], discover: Discover, emulator: Emulator
) -> None:
    emulator.put_sub_app(4)
    write(resource(LIMIT, limit()), resource(QUOTA, quota("Image")))
    code, _, err = discover()
    assert code == 1
    assert "set TENCENTCLOUD_SITE=cn" in err.splitlines()[-1]


def managed_token() -> dict[str, Any]:
    return {"attributes": {"id": f"4#{TOKEN}", "sub_app_id": 4, "api_token": TOKEN}}


def test_a_token_that_terraform_manages_is_warned_of(
    write: Callable[..., None], discover: Discover, live: Emulator
) -> None:
    live.put_token(4, TOKEN)
    write(resource(QUOTA, quota("Text", TOKEN)), resource(MANAGED, managed_token()))
    code, _, err = discover()
    assert code == 0
    assert "Terraform manages 1 tencentcloud_vod_aigc_api_token: the service deletes a token's quota" in err


def test_tokens_are_declared_and_their_quotas_take_them_from_there(
    write: Callable[..., None], discover: Discover, live: Emulator
) -> None:
    live.put_token(4, TOKEN)
    write(resource(MANAGED, managed_token()), resource(QUOTA, quota("Text", TOKEN)))
    out = discover("python").out
    assert 'AigcApiToken(\n    "4-token-8dfba01da860",\n    sub_app_id=4,\n' in out
    assert "api_token=token_8dfba01da860.api_token" in out
    assert TOKEN not in out


def test_a_token_that_the_service_does_not_list_is_told_and_left_out(
    write: Callable[..., None], discover: Discover, live: Emulator
) -> None:
    live.put_sub_app(4)
    write(resource(MANAGED, managed_token()))
    code, out, err = discover()
    assert (code, json.loads(out)) == (1, [])
    assert err.startswith("The API token 8dfba01da860… of sub-application 4 is in Terraform's state, and the service")


def test_a_file_that_exists_is_never_written_over(
    write: Callable[..., None], command: Command, file: Path, live: Emulator
) -> None:
    assert live.quotas()
    write(resource(QUOTA, quota("Image")))
    before = file.read_bytes()
    arguments = ("discover", "--from-tfstate", str(file), "--format", "python", "--output")
    assert command(*arguments, str(file)) == (2, "", f"{file} cannot be made: File exists.\n")
    assert file.read_bytes() == before
    made = file.with_name("limits.py")
    assert command(*arguments, str(made)) == (0, "", "")
    assert "sub_app_id=4" in made.read_text(encoding="utf-8")
