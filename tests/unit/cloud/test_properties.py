"""Whatever a config or an environment holds: settings, or a ConfigError that shows no key."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tc_resources.cloud.config import CREDENTIALS, SETTINGS, Config, config_key, variable
from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.settings import load
from tc_resources.cloud.target import endpoint

LIKELY = {
    "secretId": ["AKID"],
    "assumeRoleArn": ["qcs::cam::uin/100000000001:roleName/deploy"],
    "assumeRoleSessionDuration": ["3600", "\u0663", "1e9", "9" * 30],
    "allowedAccountIds": ["100000000001", '["1", "2"]', "[" * 5000, "{}", "[[1]]"],
    "forbiddenAccountIds": ["100000000001", '["1", "2"]', "[" * 5000, "{}", "[[1]]"],
    "site": ["cn", "intl"],
    "endpoint": ["http://127.0.0.1:8402", "https://[::1", "https://a:b@c", "https://x:99999", "HTTPS://X/"],
    "allowPlainHttp": ["true", "no"],
    "timeout": ["30", "nan", "inf", "1_0", "-0", "9" * 400],
}
KEYS = st.text(max_size=20).map("secret-".__add__)


def source(name: Any) -> st.SearchStrategy[dict[str, str]]:
    """Some settings in one source, each likely, any text or empty."""
    texts = st.text(max_size=20)
    settings = {
        name(setting): KEYS if setting in CREDENTIALS[1:] else st.sampled_from(LIKELY.get(setting, [""])) | texts
        for setting in SETTINGS
    }
    return st.fixed_dictionaries({}, optional=settings)


@given(source(config_key), source(variable))
def test_any_config_and_environment_are_settings_or_an_error_without_a_key(
    config: dict[str, str], environ: dict[str, str]
) -> None:
    said = ""
    for read in (load, lambda *given: endpoint(Config(*given))):
        try:
            said += repr(read(config, {"HOME": "/nonexistent", **environ}))
        except ConfigError as error:
            said += f"{error}"
    hidden = [*map(config.get, map(config_key, CREDENTIALS[1:])), *map(environ.get, map(variable, CREDENTIALS[1:]))]
    assert not [key for key in hidden if key and key in said]


@given(source(config_key))
def test_settings_that_were_read_are_within_their_bounds(config: dict[str, str]) -> None:
    try:
        settings = load({**config, "tc-resources:secretId": "AKID", "tc-resources:secretKey": "key"}, {})
    except ConfigError:
        return
    assert 1 <= settings.timeout <= 3600
    accounts = settings.accounts.allowed | settings.accounts.forbidden
    assert all(account.isascii() and account.isdecimal() for account in accounts)
    assert settings.endpoint.url("teo").startswith(("https://", "http://"))
    assert settings.endpoint.url("teo").count("/") == 2
