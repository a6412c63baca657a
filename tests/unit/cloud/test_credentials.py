"""Which source of credentials is taken, and what an error says of those that were passed over."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tc_resources.cloud.config import CREDENTIALS, Config, config_key, variable
from tc_resources.cloud.credentials.chain import find
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.metadata import MachineRole
from tc_resources.cloud.credentials.roles import AssumedRole, Role, WebIdentityRole
from tc_resources.cloud.errors import ConfigError

ENVIRON = {"TENCENTCLOUD_SECRET_ID": "AKID-env", "TENCENTCLOUD_SECRET_KEY": "key-env"}
CONFIG: dict[str, object] = {"tc-resources:secretId": "AKID-config", "tc-resources:secretKey": "key-config"}
ARN = "qcs::cam::uin/100000000001:roleName/deploy"
VARIABLES = [variable(part) for part in CREDENTIALS]


def found(config: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Credentials | Role:
    return find(Config(config or {}, environ or {}))


def test_the_key_of_the_config_goes_before_the_environments() -> None:
    assert found(CONFIG, ENVIRON) == Credentials("AKID-config", "key-config", None, "Pulumi config")


def test_the_key_of_the_environment_is_found_with_its_session_token() -> None:
    environ = {**ENVIRON, "TENCENTCLOUD_SECURITY_TOKEN": "session"}
    assert found(environ=environ) == Credentials("AKID-env", "key-env", "session", "the environment")


def test_keys_of_two_sources_are_not_mixed() -> None:
    key = found(CONFIG, {**ENVIRON, "TENCENTCLOUD_SECURITY_TOKEN": "session"})
    assert isinstance(key, Credentials)
    assert key.security_token is None


def test_blanks_around_a_key_are_not_part_of_it() -> None:
    environ = {"TENCENTCLOUD_SECRET_ID": " AKID\n", "TENCENTCLOUD_SECRET_KEY": "key\n"}
    assert found(environ=environ) == Credentials("AKID", "key", None, "the environment")


@pytest.mark.parametrize(
    ("config", "environ", "text"),
    [
        ({"tc-resources:secretId": "a-secret"}, ENVIRON, "Half a key in Pulumi config: tc-resources:secretKey not"),
        ({"tc-resources:secretKey": "a-secret"}, ENVIRON, "Half a key in Pulumi config: tc-resources:secretId not set"),
        ({}, {"TENCENTCLOUD_SECRET_KEY": "a-secret"}, "Half a key in the environment: TENCENTCLOUD_SECRET_ID not set"),
        (
            {"tc-resources:securityToken": "a-secret"},
            {},
            "Half a key in Pulumi config: tc-resources:secretId and tc-resources:secretKey not set",
        ),
    ],
)
def test_half_a_key_is_an_error_that_names_what_is_missing_and_shows_nothing(
    config: dict[str, object], environ: dict[str, str], text: str
) -> None:
    with pytest.raises(ConfigError, match=text) as raised:
        found(config, environ)
    assert "a-secret" not in str(raised.value)


@pytest.mark.parametrize("broken", ["tok\nen-secret", "tok en-secret", "“en-secret”", "en-secret\x07"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_no_header_can_carry_is_no_key_and_is_not_shown(broken: str, place: int) -> None:
    values = ["AKID", "key", "token"]
    values[place] = broken
    with pytest.raises(ConfigError, match=VARIABLES[place]) as raised:
        found(environ=dict(zip(VARIABLES, values, strict=True)))
    assert "en-secret" not in str(raised.value)


SOURCES: list[tuple[str, str, dict[str, str]]] = [
    (place, kind, settings)
    for place, (kind, settings) in product(
        ("Pulumi config", "the environment"),
        {
            "secretId": {"secretId": "AKID", "secretKey": "a-secret-key"},
            "profile": {"profile": "prod"},
            "assumeRoleWebIdentityTokenFile": {"assumeRoleWebIdentityTokenFile": "/token"},
            "camRoleName": {"camRoleName": "machine"},
        }.items(),
    )
]
"""All that can be set, in the order in which it is looked at."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one profile."""
    home = tmp_path_factory.mktemp("home")
    (home / ".tccli").mkdir()
    key = {"secretId": "AKID-prod", "secretKey": "a-secret-key"}
    (home / ".tccli" / "prod.credential").write_text(json.dumps(key), encoding="utf-8")
    return home


def given_as(index: int, config: dict[str, object], environ: dict[str, str]) -> None:
    place, _, settings = SOURCES[index]
    for setting, value in settings.items():
        if place == "Pulumi config":
            config[config_key(setting)] = value
        else:
            environ[variable(setting)] = value


@given(chosen=st.sets(st.integers(0, len(SOURCES) - 1), min_size=1), role=st.booleans())
def test_of_any_sources_that_are_set_the_first_one_wins(chosen: set[int], role: bool, home: Path) -> None:
    config: dict[str, object] = {}
    environ = {"HOME": str(home), "TENCENTCLOUD_ASSUME_ROLE_ARN": ARN if role else ""}
    for index in chosen:
        given_as(index, config, environ)
    place, kind, _ = SOURCES[min(chosen)]
    if kind == "assumeRoleWebIdentityTokenFile" and not role:
        with pytest.raises(ConfigError, match=r"is set without a role: set tc-resources:assumeRoleArn or"):
            found(config, environ)
        return
    identity = found(config, environ)
    if role and kind != "assumeRoleWebIdentityTokenFile":
        assert isinstance(identity, AssumedRole)
        assert identity.source == f"the role {ARN}, taken with the key from {identity.base.source}"
        identity = identity.base
    expected = {
        "secretId": place,
        "profile": f'the profile "prod" ({home}/.tccli/prod.credential)',
        "assumeRoleWebIdentityTokenFile": f"the role {ARN}, taken with the token in /token",
        "camRoleName": "the role machine of this machine",
    }
    assert identity.source == expected[kind]


@given(chosen=st.integers(0, len(SOURCES) - 1))
def test_a_source_that_is_set_and_cannot_be_used_names_all_that_was_passed_over(chosen: int, home: Path) -> None:
    place, kind, _ = SOURCES[chosen]
    broken = {
        "secretId": {"secretId": "AKID"},
        "profile": {"profile": "missing"},
        "assumeRoleWebIdentityTokenFile": {"assumeRoleWebIdentityTokenFile": "/token"},
    }.get(kind)
    if broken is None:
        return
    named = {(config_key if place == "Pulumi config" else variable)(name): value for name, value in broken.items()}
    with pytest.raises(ConfigError) as raised:
        found(named, {"HOME": str(home)} | {name: value for name, value in named.items() if name.isupper()})
    for earlier_place, earlier, _ in SOURCES[:chosen]:
        name = config_key(earlier) if earlier_place == "Pulumi config" else variable(earlier)
        assert name in str(raised.value).partition("Looked at before")[2]
    assert "a-secret-key" not in str(raised.value)


def test_no_source_at_all_names_every_one(home: Path) -> None:
    with pytest.raises(ConfigError, match=r"^No Tencent Cloud credentials\. Looked at: ") as raised:
        found(environ={"HOME": str(home)})
    names = [name(kind) for _, kind, _ in SOURCES for name in (config_key, variable)]
    names += ["tc-resources:assumeRoleArn", "TENCENTCLOUD_ASSUME_ROLE_ARN", f"{home}/.tccli/default.credential"]
    names += [f"{home}/.tencentcloud/credentials"]
    assert [name for name in names if name not in str(raised.value)] == []


def test_the_environment_alone_is_never_told_to_set_pulumis_config(home: Path) -> None:
    with pytest.raises(ConfigError, match=r"^No Tencent Cloud credentials\. Looked at: the environment \(") as raised:
        find(Config(None, {"HOME": str(home)}))
    advice = "Set one of them, for instance a key: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY."
    assert str(raised.value).endswith(advice)
    assert [word for word in ("tc-resources:", "tencentcloud:", "pulumi", "Pulumi") if word in str(raised.value)] == []


@pytest.mark.parametrize("kind", ["assumeRoleWebIdentityTokenFile", "camRoleName"])
@pytest.mark.parametrize("name", [config_key, variable])
def test_the_default_profile_that_nobody_named_is_looked_at_last(
    kind: str, name: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / ".tencentcloud").mkdir()
    (tmp_path / ".tencentcloud" / "credentials").write_text("[default]\nsecret_id=A\nsecret_key=k", encoding="utf-8")
    given = {name(kind): "given", "HOME": str(tmp_path), variable("assumeRoleArn"): ARN}
    identity = found(given, given)
    assert "given" in identity.source
    assert "default" not in identity.source
    assert 'the profile "default"' in found(environ={"HOME": str(tmp_path)}).source


@pytest.mark.parametrize("name", [config_key, variable])
def test_a_web_identity_token_that_is_no_file_is_refused_by_name_and_not_shown(name: Callable[[str], str]) -> None:
    given = {name("assumeRoleWebIdentityToken"): "a-token", variable("assumeRoleArn"): ARN}
    with pytest.raises(ConfigError) as raised:
        found(given, given)
    said = f"{name('assumeRoleWebIdentityToken')} is not supported: put the token into a file, and set "
    assert str(raised.value).startswith(f"{said}{name('assumeRoleWebIdentityTokenFile')}.")
    assert "a-token" not in str(raised.value)


def test_a_role_without_a_key_to_take_it_with_is_an_error_that_names_the_role() -> None:
    with pytest.raises(ConfigError, match=rf"^No Tencent Cloud credentials to take the role {ARN} with\. Looked at: "):
        found({"tc-resources:assumeRoleArn": ARN})


def test_a_role_takes_its_settings_one_by_one_config_first() -> None:
    config = {"tc-resources:assumeRoleArn": ARN, "tc-resources:assumeRoleSessionDuration": "900"}
    environ = {
        "TENCENTCLOUD_ASSUME_ROLE_ARN": "another",
        "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME": "ci",
        "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION": "3600",
        "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID": "an-id",
    }
    key = Credentials("AKID-env", "key-env", None, "the environment")
    assert found(config, {**ENVIRON, **environ}) == AssumedRole(key, ARN, "ci", 900, "an-id")


def test_a_role_has_two_hours_and_our_name_unless_told_otherwise() -> None:
    key = Credentials("AKID-env", "key-env", None, "the environment")
    environ = {**ENVIRON, "TENCENTCLOUD_ASSUME_ROLE_ARN": ARN}
    assert found(environ=environ) == AssumedRole(key, ARN, "tc-resources", 7200, None)


def test_an_empty_role_in_config_hides_the_environments() -> None:
    environ = {**ENVIRON, "TENCENTCLOUD_ASSUME_ROLE_ARN": ARN}
    assert isinstance(found({"tc-resources:assumeRoleArn": ""}, environ), Credentials)


def test_the_machines_role_can_take_another() -> None:
    environ = {"TENCENTCLOUD_CAM_ROLE_NAME": "machine", "TENCENTCLOUD_ASSUME_ROLE_ARN": ARN}
    assert found(environ=environ) == AssumedRole(MachineRole("machine"), ARN)


def test_web_identity_has_the_vendors_provider_unless_told_otherwise() -> None:
    environ = {"TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE": "~/token", "TENCENTCLOUD_ASSUME_ROLE_ARN": ARN}
    assert found(environ={**environ, "HOME": "/h"}) == WebIdentityRole(Path("/h/token"), ARN, "OIDC")
    environ["TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID"] = "github"
    assert found(environ={**environ, "HOME": "/h"}) == WebIdentityRole(Path("/h/token"), ARN, "github")


@pytest.mark.parametrize("duration", ["0", "-1", "43201", "1.5", "an hour", "١٢", "9" * 5000])
def test_a_duration_out_of_bounds_is_refused(duration: str) -> None:
    environ = {**ENVIRON, "TENCENTCLOUD_ASSUME_ROLE_ARN": ARN, "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION": duration}
    with pytest.raises(
        ConfigError, match=r"^TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION is .*whole seconds from 1 to 43200"
    ):
        found(environ=environ)


@pytest.mark.parametrize("duration", [1, 43_200])
def test_a_session_may_last_from_a_second_to_twelve_hours(duration: int) -> None:
    environ = {"TENCENTCLOUD_ASSUME_ROLE_ARN": ARN, "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION": str(duration)}
    role = found(environ={**ENVIRON, **environ})
    assert isinstance(role, AssumedRole)
    assert role.duration == duration


def test_nothing_of_the_roles_is_loaded_for_a_plain_key() -> None:
    program = (
        "import sys; from tc_resources.cloud import connect, settings; "
        f"connect.connect(settings.load({CONFIG!r}, {{}})); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - written above
    assert "tc_resources.cloud.client" in loaded
    ours = [name for name in loaded if name.startswith("tc_resources.")]
    assert [name for name in ours if name.endswith((".roles", ".metadata", ".profile"))] == []
