from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tc_resources.cloud import settings, target
from tc_resources.cloud.config import SETTINGS, Config, config_key, variable
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.transport.trust import CABundle

NOTHING: dict[str, object] = {}
KEY = {"TENCENTCLOUD_SECRET_ID": "AKID-env", "TENCENTCLOUD_SECRET_KEY": "key-env"}
CONFIG: dict[str, object] = {"tc-resources:secretId": "AKID-config", "tc-resources:secretKey": "key-config"}


def addressed(config: dict[str, object], environ: dict[str, str] | None = None) -> str:
    return target.endpoint(Config(config, environ or {})).target


@pytest.mark.parametrize(
    ("config", "teo"),
    [
        ({}, "https://teo.intl.tencentcloudapi.com"),
        ({"tc-resources:site": "intl"}, "https://teo.intl.tencentcloudapi.com"),
        ({"tc-resources:site": "cn"}, "https://teo.tencentcloudapi.com"),
        ({"tc-resources:site": "cn", "tc-resources:endpoint": "http://127.0.0.1:8402/"}, "http://127.0.0.1:8402"),
        ({"tc-resources:endpoint": ""}, "https://teo.intl.tencentcloudapi.com"),
    ],
)
def test_a_service_listens_where_the_endpoint_or_else_the_site_says(config: dict[str, object], teo: str) -> None:
    assert settings.load({**config, **CONFIG}, {}).endpoint.url("teo") == teo


def test_config_goes_before_the_environment() -> None:
    environ = {"TENCENTCLOUD_ENDPOINT": "http://127.0.0.1:1", "TENCENTCLOUD_SITE": "cn", "TENCENTCLOUD_TIMEOUT": "20"}
    assert settings.load(NOTHING, {**environ, **KEY}).endpoint.target == "http://127.0.0.1:1"
    assert settings.load(NOTHING, {**environ, **KEY}).timeout == 20
    config = {"tc-resources:endpoint": "http://127.0.0.1:2", "tc-resources:timeout": "30"}
    assert settings.load(config, {**environ, **KEY}).endpoint.target == "http://127.0.0.1:2"
    assert settings.load(config, {**environ, **KEY}).timeout == 30
    assert addressed({"tc-resources:site": "intl"}, {"TENCENTCLOUD_SITE": "cn"}) == "intl"


def test_an_operation_has_ninety_seconds_unless_told_otherwise() -> None:
    assert settings.load(NOTHING, KEY).timeout == 90


def test_a_site_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match='tc-resources:site is "mars"; it is one of intl, cn'):
        addressed({"tc-resources:site": "mars"})


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
        "https://[::g]",
        "https://[fe80::1%eth0]",
    ],
)
def test_an_endpoint_that_is_not_one_url_is_refused(endpoint: str) -> None:
    with pytest.raises(ConfigError, match="tc-resources:endpoint is one URL of a host"):
        addressed({"tc-resources:endpoint": endpoint})


@pytest.mark.parametrize("timeout", ["0", "0.5", "-1", "3601", "nan", "inf", "soon", "1e9"])
def test_a_timeout_out_of_bounds_is_refused(timeout: str) -> None:
    with pytest.raises(ConfigError, match=f'tc-resources:timeout is "{timeout}"; it is a number of seconds from 1'):
        settings.load({"tc-resources:timeout": timeout}, KEY)


@pytest.mark.parametrize("timeout", ["1", "3600", "12.5"])
def test_a_timeout_within_bounds_is_taken(timeout: str) -> None:
    assert settings.load({"tc-resources:timeout": timeout}, KEY).timeout == float(timeout)


def test_an_endpoint_is_in_lower_case() -> None:
    assert addressed({"tc-resources:endpoint": "https://HOST:8402/"}) == "https://host:8402"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:8402",
        "http://127.8.9.10",
        "http://localhost:8402",
        "http://[::1]:8402",
        "https://proxy.example.com",
        "https://[2001:db8::1]:8443",
        "https://[fd07::5]",
    ],
)
def test_plain_http_goes_to_this_machine_and_tls_anywhere(endpoint: str) -> None:
    assert addressed({"tc-resources:endpoint": endpoint}) == endpoint
    assert settings.load({"tc-resources:endpoint": endpoint}, KEY).endpoint.url("sts") == endpoint


@pytest.mark.parametrize("host", ["proxy.example.com", "10.0.0.1", "127.0.0.1.example.com", "0.0.0.0", "0177.0.0.1"])  # noqa: S104 - nobody listens
def test_plain_http_to_another_machine_is_refused_and_the_setting_named(host: str) -> None:
    with pytest.raises(ConfigError, match=r"tc-resources:allowPlainHttp or TENCENTCLOUD_ALLOW_PLAIN_HTTP to true"):
        addressed({"tc-resources:endpoint": f"http://{host}"})


@pytest.mark.parametrize("yes", ["true", "True", "1"])
def test_plain_http_to_another_machine_can_be_allowed(yes: str) -> None:
    endpoint: dict[str, object] = {"tc-resources:endpoint": "http://10.0.0.1"}
    assert addressed({**endpoint, "tc-resources:allowPlainHttp": yes}) == "http://10.0.0.1"
    assert addressed(endpoint, {"TENCENTCLOUD_ALLOW_PLAIN_HTTP": yes}) == "http://10.0.0.1"


def test_a_flag_is_true_or_false() -> None:
    with pytest.raises(ConfigError, match="tc-resources:allowPlainHttp is 'please'; it is true or false"):
        addressed({"tc-resources:endpoint": "http://10.0.0.1", "tc-resources:allowPlainHttp": "please"})


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ("", set()),
        ("100000000001", {"100000000001"}),
        (" 100000000001, 5 ", {"100000000001", "5"}),
        ('["100000000001", 5]', {"100000000001", "5"}),
    ],
)
@pytest.mark.parametrize("kind", ["allowed", "forbidden"])
def test_accounts_are_a_list_of_json_or_with_commas(kind: str, given: str, ids: set[str]) -> None:
    setting = f"{kind}AccountIds"
    for known in (
        settings.load({config_key(setting): given}, KEY),
        settings.load(NOTHING, {**KEY, variable(setting): given}),
    ):
        assert getattr(known.accounts, kind) == ids
        assert {"allowed": known.accounts.forbidden, "forbidden": known.accounts.allowed}[kind] == set()


@pytest.mark.parametrize("given", ["[]", "prod", "5,", ",", "[5", '{"a": 5}', "[[5]]", "[true]", "[" * 10_000])
@pytest.mark.parametrize("setting", ["allowedAccountIds", "forbiddenAccountIds"])
def test_accounts_of_another_form_are_refused(setting: str, given: str) -> None:
    with pytest.raises(ConfigError, match=f"tc-resources:{setting} is a list of account ids"):
        settings.load({config_key(setting): given}, KEY)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("site", "mars"),
        ("timeout", "soon"),
        ("endpoint", "ftp://host"),
        ("endpoint", "http://10.0.0.1"),
        ("allowPlainHttp", "please"),
        ("allowedAccountIds", "prod"),
        ("forbiddenAccountIds", "prod"),
        ("caBundle", "/nonexistent/ca.pem"),
    ],
)
@pytest.mark.parametrize("name", [config_key, variable])
def test_a_value_that_is_wrong_has_the_name_of_the_source_where_it_was_set(
    setting: str, value: str, name: Callable[[str], str]
) -> None:
    endpoint = {"site": "", "allowPlainHttp": "http://10.0.0.1"}.get(setting, "https://host")
    given = {name("endpoint"): endpoint, name(setting): value}
    with pytest.raises(ConfigError, match=f"^{name(setting)} "):
        client_of(settings.load(given, {**KEY, **given}))


def test_plain_http_in_the_environment_alone_is_not_allowed_in_pulumis_config() -> None:
    with pytest.raises(ConfigError, match=r"set TENCENTCLOUD_ALLOW_PLAIN_HTTP to true\.$"):
        settings.load(None, {**KEY, "TENCENTCLOUD_ENDPOINT": "http://10.0.0.1"})


def test_without_a_home_a_file_at_home_is_an_error_that_says_so() -> None:
    with pytest.raises(ConfigError, match=r"^~/ca\.pem cannot be found: HOME is not set\.$"):
        settings.load({"tc-resources:caBundle": "~/ca.pem"}, KEY)


def test_the_file_of_the_authorities_may_lie_at_home() -> None:
    known = settings.load({"tc-resources:caBundle": "~/ca.pem"}, {**KEY, "HOME": "/h"})
    assert known.ca_bundle == CABundle(Path("/h/ca.pem"), "tc-resources:caBundle")
    assert settings.load(NOTHING, KEY).ca_bundle is None


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("secretId", "TENCENTCLOUD_SECRET_ID"),
        ("profile", "TENCENTCLOUD_PROFILE"),
        ("sharedCredentialsDir", "TENCENTCLOUD_SHARED_CREDENTIALS_DIR"),
        ("assumeRoleArn", "TENCENTCLOUD_ASSUME_ROLE_ARN"),
        ("assumeRoleSessionName", "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME"),
        ("assumeRoleSessionDuration", "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION"),
        ("assumeRoleExternalId", "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID"),
        ("assumeRoleProviderId", "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID"),
        ("assumeRoleWebIdentityTokenFile", "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE"),
        ("camRoleName", "TENCENTCLOUD_CAM_ROLE_NAME"),
    ],
)
def test_the_variables_have_the_names_of_the_vendors_terraform_provider(setting: str, name: str) -> None:
    assert setting in SETTINGS
    assert variable(setting) == name
