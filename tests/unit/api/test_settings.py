from __future__ import annotations

import pytest

from tc_resources.api import credentials, settings
from tc_resources.api.credentials import Credentials
from tc_resources.api.errors import ConfigError

NOTHING: dict[str, object] = {}
KEY = {"TENCENTCLOUD_SECRET_ID": "AKID-env", "TENCENTCLOUD_SECRET_KEY": "key-env"}
CONFIG: dict[str, object] = {"tencentcloud:secretId": "AKID-config", "tencentcloud:secretKey": "key-config"}


def target(config: dict[str, object], environ: dict[str, str] | None = None) -> str:
    return settings.target(config.get, environ or {})


@pytest.mark.parametrize(
    ("config", "teo"),
    [
        ({}, "https://teo.intl.tencentcloudapi.com"),
        ({"tencentcloud:site": "intl"}, "https://teo.intl.tencentcloudapi.com"),
        ({"tencentcloud:site": "cn"}, "https://teo.tencentcloudapi.com"),
        ({"tencentcloud:site": "cn", "tencentcloud:endpoint": "http://127.0.0.1:8402/"}, "http://127.0.0.1:8402"),
        ({"tencentcloud:endpoint": ""}, "https://teo.intl.tencentcloudapi.com"),
    ],
)
def test_a_service_listens_where_the_endpoint_or_else_the_site_says(config: dict[str, object], teo: str) -> None:
    assert settings.load({**config, **CONFIG}.get, {}).url("teo") == teo


def test_config_goes_before_the_environment() -> None:
    environ = {"TENCENTCLOUD_ENDPOINT": "http://127.0.0.1:1", "TENCENTCLOUD_SITE": "cn", "TENCENTCLOUD_TIMEOUT": "20"}
    assert settings.load(NOTHING.get, {**environ, **KEY}).target == "http://127.0.0.1:1"
    assert settings.load(NOTHING.get, {**environ, **KEY}).timeout == 20
    config = {"tencentcloud:endpoint": "http://127.0.0.1:2", "tencentcloud:timeout": "30"}
    assert settings.load(config.get, {**environ, **KEY}).target == "http://127.0.0.1:2"
    assert settings.load(config.get, {**environ, **KEY}).timeout == 30
    assert target({"tencentcloud:site": "intl"}, {"TENCENTCLOUD_SITE": "cn"}) == "intl"


def test_an_operation_has_ninety_seconds_unless_told_otherwise() -> None:
    assert settings.load(NOTHING.get, KEY).timeout == 90


def test_a_site_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match='tencentcloud:site is "mars"; it is one of intl, cn'):
        target({"tencentcloud:site": "mars"})


@pytest.mark.parametrize(
    "endpoint",
    [
        "teo.tencentcloudapi.com",
        "ftp://host",
        "http://",
        "http://h/path",
        "http://{x}",
        "http://[::1",
        "http://h:port",
        "http://user:password@h",
        "http://h?x=y",
        "http://a b",
    ],
)
def test_an_endpoint_that_is_not_one_url_is_refused(endpoint: str) -> None:
    with pytest.raises(ConfigError, match="tencentcloud:endpoint is one URL of a host"):
        target({"tencentcloud:endpoint": endpoint})


@pytest.mark.parametrize("timeout", ["0", "0.5", "-1", "3601", "nan", "inf", "soon", "1e9"])
def test_a_timeout_out_of_bounds_is_refused(timeout: str) -> None:
    with pytest.raises(ConfigError, match=f'tencentcloud:timeout is "{timeout}"; it is a number of seconds from 1'):
        settings.load({"tencentcloud:timeout": timeout}.get, KEY)


@pytest.mark.parametrize("timeout", ["1", "3600", "12.5"])
def test_a_timeout_within_bounds_is_taken(timeout: str) -> None:
    assert settings.load({"tencentcloud:timeout": timeout}.get, KEY).timeout == float(timeout)


def test_the_key_of_the_config_goes_before_the_environments() -> None:
    assert credentials.find(CONFIG.get, KEY) == Credentials("AKID-config", "key-config", None, "Pulumi config")


def test_the_key_of_the_environment_is_found_with_its_session_token() -> None:
    found = credentials.find(NOTHING.get, {**KEY, "TENCENTCLOUD_SECURITY_TOKEN": "session"})
    assert found == Credentials("AKID-env", "key-env", "session", "the environment")


def test_keys_of_two_sources_are_not_mixed() -> None:
    found = credentials.find(CONFIG.get, {**KEY, "TENCENTCLOUD_SECURITY_TOKEN": "session"})
    assert found.security_token is None


def test_blanks_around_a_key_are_not_part_of_it() -> None:
    environ = {"TENCENTCLOUD_SECRET_ID": " AKID\n", "TENCENTCLOUD_SECRET_KEY": "key\n"}
    found = credentials.find(NOTHING.get, environ)
    assert (found.secret_id, found.secret_key) == ("AKID", "key")


@pytest.mark.parametrize(
    ("config", "environ", "text"),
    [
        ({"tencentcloud:secretId": "a-secret"}, KEY, "Half a key in Pulumi config: tencentcloud:secretKey not set"),
        ({"tencentcloud:secretKey": "a-secret"}, KEY, "Half a key in Pulumi config: tencentcloud:secretId not set"),
        ({}, {"TENCENTCLOUD_SECRET_KEY": "a-secret"}, "Half a key in the environment: TENCENTCLOUD_SECRET_ID not set"),
        (
            {"tencentcloud:securityToken": "a-secret"},
            {},
            "Half a key in Pulumi config: tencentcloud:secretId and tencentcloud:secretKey not set",
        ),
    ],
)
def test_half_a_key_is_an_error_that_names_what_is_missing_and_shows_nothing(
    config: dict[str, object], environ: dict[str, str], text: str
) -> None:
    with pytest.raises(ConfigError, match=text) as raised:
        credentials.find(config.get, environ)
    assert "a-secret" not in str(raised.value)


def test_no_key_at_all_names_every_place_that_was_looked_at() -> None:
    with pytest.raises(ConfigError) as raised:
        credentials.find(NOTHING.get, {})
    named = ("tencentcloud:secretId", "tencentcloud:secretKey", "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY")
    assert all(name in str(raised.value) for name in named)


@pytest.mark.parametrize("broken", ["tok\nen-secret", "tok en-secret", "“en-secret”", "en-secret\x07"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_no_header_can_carry_is_no_key_and_is_not_shown(broken: str, place: int) -> None:
    values = ["AKID", "key", "token"]
    values[place] = broken
    with pytest.raises(ConfigError, match=credentials.VARIABLES[place]) as raised:
        credentials.find(NOTHING.get, dict(zip(credentials.VARIABLES, values, strict=True)))
    assert "en-secret" not in str(raised.value)
