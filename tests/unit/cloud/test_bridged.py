"""The `tencentcloud:` keys of the bridged provider: what of them is honoured, what is refused, and what is not ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tc_resources.cloud import settings, target
from tc_resources.cloud.bridged import SAME
from tc_resources.cloud.config import CREDENTIALS, Config, config_key
from tc_resources.cloud.credentials.chain import find
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.metadata import MachineRole
from tc_resources.cloud.credentials.roles import DURATION, AssumedRole, Role, WebIdentityRole
from tc_resources.cloud.errors import ConfigError, NoCredentialsError

ARN = "qcs::cam::uin/100000000001:roleName/deploy"
THEIRS: dict[str, object] = {"tencentcloud:secretId": "AKID-theirs", "tencentcloud:secretKey": "key-theirs"}
OURS: dict[str, object] = {"tc-resources:secretId": "AKID-ours", "tc-resources:secretKey": "key-ours"}
ENVIRON = {"TENCENTCLOUD_SECRET_ID": "AKID-env", "TENCENTCLOUD_SECRET_KEY": "key-env"}
BASE = Credentials("AKID-theirs", "key-theirs", None, "the bridged provider's config")
INSTEAD = "set the credentials of this package under tc-resources: instead."


def found(config: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Credentials | Role:
    return find(Config(config, environ or {}))


def role(**given: object) -> dict[str, object]:
    return {**THEIRS, "tencentcloud:assumeRole": json.dumps(given)}


def web_identity(**given: object) -> dict[str, object]:
    return {"tencentcloud:assumeRoleWithWebIdentity": json.dumps(given)}


def test_its_config_comes_after_ours_and_before_the_environment() -> None:
    assert found({**THEIRS, **OURS}, ENVIRON) == Credentials("AKID-ours", "key-ours", None, "Pulumi config")
    assert found(THEIRS, ENVIRON) == BASE
    assert found({}, ENVIRON) == Credentials("AKID-env", "key-env", None, "the environment")
    assert [source.title for source in Config({**THEIRS, **OURS}, ENVIRON).sources] == [
        "Pulumi config",
        "the bridged provider's config",
        "the environment",
    ]


def test_each_setting_comes_from_the_first_source_that_gives_it() -> None:
    config = {**role(roleArn=ARN, sessionName="theirs"), "tc-resources:assumeRoleSessionDuration": "900"}
    environ = {"TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME": "env", "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID": "an-id"}
    assert found(config, environ) == AssumedRole(BASE, ARN, "theirs", 900, "an-id")


def test_an_empty_setting_of_ours_hides_theirs() -> None:
    assert found({**role(roleArn=ARN), "tc-resources:assumeRoleArn": ""}) == BASE


def test_keys_of_two_sources_are_not_mixed() -> None:
    with pytest.raises(ConfigError, match=r"^Half a key in Pulumi config: tc-resources:secretKey not set"):
        found({**THEIRS, "tc-resources:secretId": "AKID-ours"})
    with pytest.raises(
        ConfigError, match=r"^Half a key in the bridged provider's config: tencentcloud:secretKey not set"
    ):
        found({"tencentcloud:secretId": "AKID-theirs"}, ENVIRON)


def test_an_instance_with_an_identity_of_its_own_takes_not_theirs() -> None:
    with pytest.raises(ConfigError, match=r'Give Provider "other" a profile, or secret_id and secret_key'):
        found({**THEIRS, "tc-resources:instance": "other"})


def test_a_key_has_its_token() -> None:
    assert found({**THEIRS, "tencentcloud:securityToken": "session"}) == Credentials(
        "AKID-theirs", "key-theirs", "session", "the bridged provider's config"
    )


def test_a_profile_is_looked_for_in_the_folder_that_it_names(tmp_path: Path) -> None:
    file = tmp_path / "prod.credential"
    file.write_text(json.dumps({"secretId": "AKID-prod", "secretKey": "a-secret-key"}), encoding="utf-8")
    config = {"tencentcloud:profile": "prod", "tencentcloud:sharedCredentialsDir": str(tmp_path)}
    assert found(config) == Credentials("AKID-prod", "a-secret-key", None, f'the profile "prod" ({file})')
    with pytest.raises(ConfigError, match="which tencentcloud:profile asks for"):
        found({**config, "tencentcloud:profile": "missing"})


def test_the_machines_role_is_taken_and_can_take_another() -> None:
    config: dict[str, object] = {"tencentcloud:camRoleName": "machine"}
    assert found(config) == MachineRole("machine")
    assert found({**config, "tencentcloud:assumeRole": json.dumps({"roleArn": ARN})}) == AssumedRole(
        MachineRole("machine"), ARN
    )


@pytest.mark.parametrize("form", [json.dumps, lambda given: json.dumps([given]), dict])
def test_a_role_is_an_object_of_json(form: Any) -> None:
    given = {"roleArn": ARN, "sessionName": "ci", "sessionDuration": 3600, "externalId": "an-id"}
    assert found({**THEIRS, "tencentcloud:assumeRole": form(given)}) == AssumedRole(BASE, ARN, "ci", 3600, "an-id")


def test_a_role_has_two_hours_and_our_name_unless_told_otherwise() -> None:
    assert found(role(roleArn=ARN)) == AssumedRole(BASE, ARN, "tc-resources", 7200, None)


@pytest.mark.parametrize("given", ["", "null", "{}", "[]", '{"roleArn": null}', '{"roleArn": ""}'])
def test_an_object_without_a_role_is_none(given: str) -> None:
    assert found({**THEIRS, "tencentcloud:assumeRole": given}) == BASE


@pytest.mark.parametrize("given", ["a-secret", "5", '"a-secret"', '["a-secret"]', '{"roleArn": "a-secret"', "[" * 9999])
@pytest.mark.parametrize("key", ["assumeRole", "assumeRoleWithWebIdentity"])
def test_an_object_that_is_none_is_named_and_not_shown(key: str, given: str) -> None:
    with pytest.raises(ConfigError, match=rf"^tencentcloud:{key} is no JSON object\.") as raised:
        found({**THEIRS, f"tencentcloud:{key}": given, "tencentcloud:secretId": "", "tencentcloud:secretKey": ""})
    assert "a-secret" not in str(raised.value)


def test_a_duration_out_of_bounds_has_the_name_of_its_place_in_the_object() -> None:
    with pytest.raises(ConfigError, match=r"^tencentcloud:assumeRole\.sessionDuration is '43201'; it is whole seconds"):
        found(role(roleArn=ARN, sessionDuration=43_201))


def test_web_identity_takes_the_role_of_its_own_object() -> None:
    config = web_identity(
        roleArn=ARN, providerId="github", sessionName="ci", sessionDuration=900, webIdentityTokenFile="/token"
    )
    assert found(config) == WebIdentityRole(Path("/token"), ARN, "github", "ci", 900)
    assert found(web_identity(roleArn=ARN, webIdentityTokenFile="/token")) == WebIdentityRole(Path("/token"), ARN)


def test_a_web_identity_token_that_is_no_file_is_refused_by_name_and_not_shown() -> None:
    with pytest.raises(ConfigError) as raised:
        found(web_identity(roleArn=ARN, webIdentityToken="a-token"))
    key = "tencentcloud:assumeRoleWithWebIdentity"
    assert str(raised.value).startswith(
        f"{key}.webIdentityToken is not supported: put the token into a file, and set {key}.webIdentityTokenFile."
    )
    assert "a-token" not in str(raised.value)


UNSUPPORTED: list[tuple[str, dict[str, object]]] = [
    ("assumeRoleWithSaml", {"tencentcloud:assumeRoleWithSaml": '{"samlAssertion": "a-secret"}'}),
    ("assumeRoleWithSaml", {"tencentcloud:assumeRoleWithSaml": {"samlAssertion": "a-secret"}}),
    ("mfaCertification", {"tencentcloud:mfaCertification": '{"tokenCode": "a-secret"}'}),
    ("enablePodOidc", {"tencentcloud:enablePodOidc": "true"}),
    ("enablePodOidc", {"tencentcloud:enablePodOidc": True}),
    ("assumeRole.policy", role(roleArn=ARN, policy='{"statement": "a-secret"}')),
    ("assumeRole.policy", role(roleArn=ARN, policy={"statement": "a-secret"})),
]


@pytest.mark.parametrize(("name", "given"), UNSUPPORTED)
def test_an_identity_that_cannot_be_honoured_is_refused_by_name_whoever_else_gives_one(
    name: str, given: dict[str, object]
) -> None:
    for config in (given, {**THEIRS, **given}):
        with pytest.raises(ConfigError) as raised:
            found(config, ENVIRON)
        text = f"tencentcloud:{name} says as whom Tencent Cloud is called and is not supported here: {INSTEAD}"
        assert str(raised.value).startswith(text)
        assert not isinstance(raised.value, NoCredentialsError)
        assert "a-secret" not in str(raised.value)


@pytest.mark.parametrize(("name", "given"), [one for one in UNSUPPORTED if one[0] != "assumeRole.policy"])
def test_an_identity_of_ours_takes_the_place_of_one_that_cannot_be_honoured(
    name: str, given: dict[str, object]
) -> None:
    assert found({**given, **OURS}, ENVIRON) == Credentials("AKID-ours", "key-ours", None, "Pulumi config"), name
    Config({**given, **OURS}, ENVIRON).demand()
    with pytest.raises(ConfigError, match=f"^tencentcloud:{name} says"):
        Config({**given, **THEIRS}, ENVIRON).demand()


@pytest.mark.parametrize("off", ["", "false", "False", "{}", "[]", "null", False, None])
@pytest.mark.parametrize("key", ["assumeRoleWithSaml", "mfaCertification", "enablePodOidc"])
def test_what_is_turned_off_is_not_refused(key: str, off: object) -> None:
    assert found({**THEIRS, f"tencentcloud:{key}": off}) == BASE
    assert found({**role(roleArn=ARN, policy=""), f"tencentcloud:{key}": off}) == AssumedRole(BASE, ARN)


@pytest.mark.parametrize(
    "key", ["region", "cosDomain", "secretid", "timeout", "site", "endpoint", "assumeRoleArn", "caBundle", "instance"]
)
def test_any_other_key_is_not_ours(key: str) -> None:
    config: dict[str, object] = {f"tencentcloud:{key}": "whatever"}
    assert [source.title for source in Config(config, {}).sources] == ["Pulumi config", "the environment"]
    assert found(config, ENVIRON) == Credentials("AKID-env", "key-env", None, "the environment")
    assert settings.load({**config, **OURS}, {}) == settings.load(OURS, {})


def test_a_stack_without_its_config_is_never_told_of_it() -> None:
    with pytest.raises(NoCredentialsError) as raised:
        found({"tencentcloud:region": "ap-guangzhou"})
    assert "tencentcloud:" not in str(raised.value)
    assert "bridged" not in str(raised.value)


def test_without_any_credentials_all_that_was_looked_at_is_named() -> None:
    with pytest.raises(NoCredentialsError) as raised:
        found({"tencentcloud:allowedAccountIds": '["5"]'})
    titles = ("Pulumi config (", "the bridged provider's config (", "the environment (")
    assert sorted(titles, key=str(raised.value).index) == list(titles)
    for name in ("secretId", "secretKey", "profile", "assumeRoleWithWebIdentity.webIdentityTokenFile", "camRoleName"):
        assert f"tencentcloud:{name}" in str(raised.value)


def test_the_environment_alone_has_no_config_of_it() -> None:
    assert [source.title for source in Config(None, ENVIRON).sources] == ["the environment"]
    assert find(Config(None, ENVIRON)) == Credentials("AKID-env", "key-env", None, "the environment")


def test_what_config_gives_as_a_whole_has_ours_before_theirs() -> None:
    config = {
        **role(roleArn=ARN, sessionDuration=900),
        "tencentcloud:domain": "tencentcloudapi.com",
        "tencentcloud:allowedAccountIds": '["5"]',
        "tencentcloud:region": "ap-guangzhou",
        "tc-resources:allowedAccountIds": "7",
    }
    assert Config(config, {**ENVIRON, "TENCENTCLOUD_TIMEOUT": "20"}).of_stack() == {
        "secretId": "AKID-theirs",
        "secretKey": "key-theirs",
        "assumeRoleArn": ARN,
        "assumeRoleSessionDuration": "900",
        "allowedAccountIds": "7",
        "site": "cn",
    }


KEYS = st.text(max_size=20).map("secret-".__add__)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda part: (
        st.lists(part, max_size=2)
        | st.dictionaries(
            st.sampled_from(["roleArn", "sessionName", "sessionDuration", "webIdentityTokenFile", "policy"]), part
        )
    ),
    max_leaves=4,
)
OBJECTS = JSON | JSON.map(json.dumps) | st.text(max_size=9)
BRIDGED = st.fixed_dictionaries(
    {},
    optional={
        **{f"tencentcloud:{key}": KEYS if key in CREDENTIALS[1:] else st.text(max_size=20) for key in SAME},
        **{f"tencentcloud:{key}": OBJECTS for key in ("assumeRole", "assumeRoleWithWebIdentity", "mfaCertification")},
        "tencentcloud:domain": st.sampled_from(["tencentcloudapi.com", ""]) | OBJECTS,
        "tencentcloud:protocol": st.sampled_from(["HTTPS", "HTTP"]) | OBJECTS,
    },
)


@given(BRIDGED, st.booleans())
def test_any_config_of_it_is_settings_or_an_error_without_a_key(config: dict[str, object], ours: bool) -> None:
    known = {**config, config_key("profile"): "prod"} if ours else config
    said = ""
    for read in (settings.load, lambda *given: target.endpoint(Config(*given))):
        try:
            said += repr(read(known, {"HOME": "/nonexistent"}))
        except ConfigError as error:
            said += f"{error}"
    hidden = [config.get(f"tencentcloud:{part}") for part in CREDENTIALS[1:]]
    assert not [key for key in hidden if key and str(key) in said]


@pytest.mark.parametrize("part", ["policy", "serialNumber", "tokenCode"])
def test_a_role_that_is_restricted_is_never_taken_as_if_it_were_not(part: str) -> None:
    """Also where the key that is to take it comes from another source."""
    role = json.dumps({"roleArn": "qcs::cam::uin/1:roleName/deploy", part: "something"})
    config = {"tc-resources:secretId": "AKID", "tc-resources:secretKey": "k", "tencentcloud:assumeRole": role}
    with pytest.raises(ConfigError, match=rf"^tencentcloud:assumeRole\.{part} says as whom"):
        settings.load(config, {})


def test_two_roles_are_not_put_together() -> None:
    roles = {f"tencentcloud:{name}": '{"roleArn": "an-arn"}' for name in ("assumeRole", "assumeRoleWithWebIdentity")}
    with pytest.raises(ConfigError, match="tencentcloud:assumeRole together with tencentcloud:assumeRoleWithWebIdent"):
        settings.load(roles, ENVIRON)


def test_a_sessions_duration_of_0_is_the_usual_one() -> None:
    role = '{"roleArn": "an-arn", "sessionDuration": 0}'
    credentials = settings.load({"tencentcloud:assumeRole": role}, ENVIRON).credentials
    assert isinstance(credentials, AssumedRole)
    assert credentials.duration == DURATION
