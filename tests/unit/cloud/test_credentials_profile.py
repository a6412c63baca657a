"""The profiles of the vendor's command line and SDK."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tc_resources.cloud.config import Config
from tc_resources.cloud.credentials.chain import find
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.roles import AssumedRole, Role
from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.files import MAX_SIZE

KEY = {"secretId": "AKID-prod", "secretKey": "a-secret-key"}
ARN = "qcs::cam::uin/100000000001:roleName/deploy"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".tccli").mkdir()
    (tmp_path / ".tencentcloud").mkdir()
    return tmp_path


def put(home: Path, content: object, name: str = "prod", folder: str = ".tccli") -> Path:
    path = home / folder / f"{name}.credential"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def put_sdk(home: Path, content: str) -> Path:
    path = home / ".tencentcloud" / "credentials"
    path.write_text(content, encoding="utf-8")
    return path


def found(home: Path, profile: str | None = "prod", **environ: str) -> Credentials | Role:
    config = Config({}, {"HOME": str(home), "TENCENTCLOUD_PROFILE": profile or "", **environ})
    return find(config)


def test_a_profile_of_the_command_line_is_a_key(home: Path) -> None:
    path = put(home, KEY)
    put_sdk(home, "[prod]\nsecret_id = another\nsecret_key = another")
    assert found(home) == Credentials("AKID-prod", "a-secret-key", None, f'the profile "prod" ({path})')


def test_a_profile_may_hold_a_temporary_key(home: Path) -> None:
    path = put(home, {**KEY, "token": "a-token", "expiresAt": 1})
    assert found(home) == Credentials("AKID-prod", "a-secret-key", "a-token", f'the profile "prod" ({path})')


@pytest.mark.parametrize("kind", ["oauth", "sso"])
def test_a_profile_of_a_login_is_its_key_and_says_who_renews_it(home: Path, kind: str) -> None:
    path = put(home, {**KEY, "token": "a-token", "type": kind, kind: {"accessToken": "another-secret"}})
    source = f'the profile "prod" ({path}) of a login by {kind}, which tccli renews'
    assert found(home) == Credentials("AKID-prod", "a-secret-key", "a-token", source)


@pytest.mark.parametrize(("kind", "instead"), [("cvm-role", "set camRoleName to that role"), ("new", "name one with")])
def test_a_profile_of_a_kind_that_has_no_key_is_refused_by_name(home: Path, kind: str, instead: str) -> None:
    path = put(home, {**KEY, "type": kind})
    with pytest.raises(ConfigError, match="is of the kind") as raised:
        found(home)
    told = f'The profile "prod" ({path}) is of the kind {kind}, which is not supported: {instead}'
    assert str(raised.value).startswith(told)


def test_the_profile_of_the_command_lines_variable_is_found(home: Path) -> None:
    path = put(home, {**KEY, "type": "default"})
    config = Config({}, {"HOME": str(home), "TCCLI_PROFILE": "prod"})
    assert find(config) == Credentials("AKID-prod", "a-secret-key", None, f'the profile "prod" ({path})')


@pytest.mark.parametrize(("session", "name"), [({"role-session-name": "ci"}, "ci"), ({}, "tc-resources")])
def test_a_profile_may_name_a_role(home: Path, session: dict[str, str], name: str) -> None:
    put(home, {**KEY, "role-arn": ARN, **session})
    role = found(home)
    assert isinstance(role, AssumedRole)
    assert (role.arn, role.session_name, role.duration) == (ARN, name, 7200)


def test_a_role_that_is_asked_for_is_taken_with_the_profiles_role(home: Path) -> None:
    put(home, {**KEY, "role-arn": ARN})
    role = found(home, TENCENTCLOUD_ASSUME_ROLE_ARN="another")
    assert isinstance(role, AssumedRole)
    assert role.arn == "another"
    assert isinstance(role.base, AssumedRole)
    assert role.base.arn == ARN


def test_the_folder_of_the_profiles_can_be_another(home: Path) -> None:
    (home / "keys").mkdir()
    path = put(home, KEY, folder="keys")
    for folder in ("~/keys", str(home / "keys")):
        assert found(home, TENCENTCLOUD_SHARED_CREDENTIALS_DIR=folder).source == f'the profile "prod" ({path})'


def test_a_profile_of_the_sdk_is_a_key(home: Path) -> None:
    path = put_sdk(home, "[default]\nsecret_id = AKID\nsecret_key = per%cent\n[prod]\nsecret_id=P\nsecret_key=K")
    assert found(home) == Credentials("P", "K", None, f'the profile "prod" ({path})')
    assert found(home, None) == Credentials("AKID", "per%cent", None, f'the profile "default" ({path})')


def test_a_profile_of_the_sdk_may_hold_a_temporary_key(home: Path) -> None:
    path = put_sdk(home, "[prod]\nsecret_id = P\nsecret_key = K\ntoken = a-token")
    assert found(home) == Credentials("P", "K", "a-token", f'the profile "prod" ({path})')


def test_the_default_profile_is_found_unasked_for(home: Path) -> None:
    path = put(home, KEY, "default")
    assert found(home, None).source == f'the profile "default" ({path})'


def test_without_a_home_there_is_no_default_profile(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is called `~` is none."""
    monkeypatch.chdir(home)
    (home / "~" / ".tccli").mkdir(parents=True)
    put(home, KEY, "default", "~/.tccli")
    with pytest.raises(ConfigError, match=r'^No Tencent Cloud .* no profile "default", since HOME is not set'):
        find(Config({}, {}))


def test_without_a_home_a_profile_that_is_asked_for_is_an_error_that_says_so() -> None:
    with pytest.raises(ConfigError, match=r"^~/\.tccli cannot be found: HOME is not set\."):
        find(Config({}, {"TENCENTCLOUD_PROFILE": "prod"}))


def test_a_profile_in_another_folder_needs_no_home(home: Path) -> None:
    environ = {"TENCENTCLOUD_SHARED_CREDENTIALS_DIR": str(home / ".tccli")}
    for name, asked in (("prod", {"TENCENTCLOUD_PROFILE": "prod"}), ("default", {})):
        with pytest.raises(ConfigError, match=f'profile "{name}" in {home}/.tccli/{name}.credential'):
            find(Config({}, {**environ, **asked}))
        path = put(home, KEY, name)
        assert find(Config({}, {**environ, **asked})).source == f'the profile "{name}" ({path})'


def test_the_default_profile_that_is_asked_for_must_be_there(home: Path) -> None:
    with pytest.raises(ConfigError, match=r'There is no key of the profile "default" in .* TENCENTCLOUD_PROFILE asks'):
        found(home, "default")


def test_a_profile_that_is_asked_for_and_is_not_there_is_an_error_whatever_comes_after_it(home: Path) -> None:
    put(home, KEY, "default")
    with pytest.raises(ConfigError, match='There is no key of the profile "prod" in ') as raised:
        found(home, TENCENTCLOUD_CAM_ROLE_NAME="machine")
    assert str(home / ".tccli" / "prod.credential") in str(raised.value)
    assert str(home / ".tencentcloud" / "credentials") in str(raised.value)


def test_a_profile_without_a_key_is_none(home: Path) -> None:
    put(home, {"secretId": "", "type": "default"})
    with pytest.raises(ConfigError, match="There is no key of the profile"):
        found(home)


def test_half_a_key_names_the_file_and_shows_nothing(home: Path) -> None:
    path = put(home, {"secretKey": "a-secret-key"})
    with pytest.raises(ConfigError) as raised:
        found(home)
    assert f'Half a key in the profile "prod" ({path}): secretId not set.' in str(raised.value)
    assert "a-secret-key" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"secretKey": "a-secret-key"', "is no JSON"),
        ('["a-secret-key"]', "holds no JSON object"),
        ('{"secretId": 1, "secretKey": "a-secret-key"}', "is no text"),
        ('{"secretId": "AKID", "secretKey": ["a-secret-key"]}', "is no text"),
        ("[" * 100_000, "is no JSON"),
        ("", "is no JSON"),
        ("a-secret-key" + " " * MAX_SIZE, "cannot be read: it is larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_profile_is_named_and_not_shown(home: Path, content: str, reason: str) -> None:
    path = put(home, content)
    with pytest.raises(ConfigError, match=reason) as raised:
        found(home)
    assert str(path) in str(raised.value)
    assert "a-secret-key" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_broken_default_profile_is_an_error_too(home: Path) -> None:
    put(home, "a-secret-key", "default")
    with pytest.raises(ConfigError, match="is no JSON"):
        found(home, None)


def test_a_file_that_is_no_text_is_named(home: Path) -> None:
    path = put(home, KEY)
    path.write_bytes(b'{"secretKey": "\xff"}')
    with pytest.raises(ConfigError, match=r"prod\.credential is no text in UTF-8"):
        found(home)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_a_file_that_is_none_is_named_and_not_waited_for(home: Path, make: Callable[[Path], None]) -> None:
    make(home / ".tccli" / "prod.credential")
    with pytest.raises(ConfigError, match=r"prod\.credential cannot be read: it is a folder, a pipe or a device\."):
        found(home)


def test_a_file_of_gigabytes_is_named_and_not_read(home: Path) -> None:
    with (home / ".tccli" / "prod.credential").open("wb") as file:
        file.truncate(1 << 33)
    with pytest.raises(ConfigError, match=r"prod\.credential cannot be read: it is larger than 1 MB\."):
        found(home)


@pytest.mark.parametrize("content", ["a-secret-key", "[prod\na-secret-key", "[prod]\n[prod]\nx=a-secret-key"])
def test_a_file_of_the_sdk_that_is_no_ini_file_is_named_and_not_shown(home: Path, content: str) -> None:
    path = put_sdk(home, content)
    with pytest.raises(ConfigError, match="is no ini file") as raised:
        found(home)
    assert str(path) in str(raised.value)
    assert "a-secret-key" not in str(raised.value)


@pytest.mark.parametrize("name", ["../prod", "a/b", "/etc/passwd", ".", "a\0b", "a\nb"])
def test_what_leads_out_of_the_folder_is_no_name_of_a_profile(home: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="is not the name of a profile"):
        found(home, name)


FIELDS = st.sampled_from(["secretId", "secretKey", "token", "role-arn"])
JSON = st.recursive(st.none() | st.text() | st.integers(), lambda part: st.lists(part) | st.dictionaries(FIELDS, part))


@given(content=JSON)
def test_whatever_json_a_file_holds_it_is_a_profile_or_an_error_that_names_it(
    content: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".tccli").mkdir()
    path = put(home, content)
    try:
        assert found(home).source
    except ConfigError as error:
        assert str(path) in str(error)  # noqa: PT017 - either outcome is right
