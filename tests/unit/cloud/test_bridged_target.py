"""Whom and where the bridged provider's keys allow to be called."""

from __future__ import annotations

import httpx
import pytest

from tc_resources.cloud import settings, target
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.config import Config, variable
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.errors import AccountError, ConfigError
from tc_resources.cloud.services.teo import DESCRIBE
from tc_resources.testing.emulator import Emulator

THEIRS: dict[str, object] = {"tencentcloud:secretId": "AKID-theirs", "tencentcloud:secretKey": "key-theirs"}
ENVIRON = {"TENCENTCLOUD_SECRET_ID": "AKID-env", "TENCENTCLOUD_SECRET_KEY": "key-env"}


@pytest.mark.parametrize("kind", ["allowed", "forbidden"])
@pytest.mark.parametrize("given", ['["100000000001", 5]', "100000000001,5"])
def test_its_accounts_are_ours(kind: str, given: str) -> None:
    accounts = settings.load({f"tencentcloud:{kind}AccountIds": given}, ENVIRON).accounts
    other = {"allowed": "forbidden", "forbidden": "allowed"}[kind]
    assert (getattr(accounts, kind), getattr(accounts, other)) == ({"100000000001", "5"}, set())
    assert accounts.names == f"tencentcloud:{kind}AccountIds"


@pytest.mark.parametrize("kind", ["allowed", "forbidden"])
def test_our_list_of_accounts_replaces_theirs(kind: str) -> None:
    config = {f"tencentcloud:{kind}AccountIds": '["1"]', f"tc-resources:{kind}AccountIds": '["2"]'}
    environ = {**ENVIRON, variable(f"{kind}AccountIds"): "3"}
    assert getattr(settings.load(config, environ).accounts, kind) == {"2"}
    del config[f"tc-resources:{kind}AccountIds"]
    assert getattr(settings.load(config, environ).accounts, kind) == {"1"}


def test_accounts_of_another_form_are_refused_by_name() -> None:
    with pytest.raises(ConfigError, match=r"^tencentcloud:forbiddenAccountIds is a list of account ids"):
        settings.load({"tencentcloud:forbiddenAccountIds": "prod"}, ENVIRON)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"tencentcloud:allowedAccountIds": '["100000000007"]'},
            "tencentcloud:allowedAccountIds allows 100000000007",
        ),
        (
            {"tencentcloud:forbiddenAccountIds": '["100000000001"]'},
            "tencentcloud:forbiddenAccountIds forbids 100000000001",
        ),
    ],
)
def test_an_account_that_the_bridged_provider_would_not_touch_is_not_touched(
    emulator: Emulator, times: Clock, transport: httpx.BaseTransport, given: dict[str, object], says: str
) -> None:
    key = {"tencentcloud:secretId": emulator.secret_id, "tencentcloud:secretKey": emulator.secret_key}
    known = settings.load({**key, **given, "tc-resources:endpoint": emulator.url}, {})
    with pytest.raises(AccountError, match=says):
        client_of(known, transport=transport, clock=times).call(DESCRIBE, {"ZoneId": "zone-1"})
    assert [call.action for call in emulator.calls] == ["GetCallerIdentity"]


@pytest.mark.parametrize(
    ("domain", "site"),
    [
        ("tencentcloudapi.com", "cn"),
        ("intl.tencentcloudapi.com", "intl"),
        (" Intl.TencentCloudAPI.com ", "intl"),
        ("TENCENTCLOUDAPI.COM", "cn"),
    ],
)
def test_a_domain_is_a_site(domain: str, site: str) -> None:
    other = {"cn": "intl", "intl": "cn"}[site]
    config: dict[str, object] = {"tencentcloud:domain": domain}
    assert target.endpoint(Config(config, {"TENCENTCLOUD_SITE": other})).target == site
    assert target.endpoint(Config({**config, "tc-resources:site": other}, {})).target == other


@pytest.mark.parametrize("domain", ["", " "])
def test_an_empty_domain_is_no_site(domain: str) -> None:
    assert target.endpoint(Config({"tencentcloud:domain": domain}, {"TENCENTCLOUD_SITE": "cn"})).target == "cn"


@pytest.mark.parametrize("domain", ["api3.example.com", "cn", "https://tencentcloudapi.com", "x.tencentcloudapi.com"])
def test_another_domain_is_refused_by_name(domain: str) -> None:
    config: dict[str, object] = {"tencentcloud:domain": domain}
    with pytest.raises(ConfigError, match=rf"^tencentcloud:domain is {domain}, .* set tc-resources:endpoint or"):
        target.endpoint(Config(config, {"TENCENTCLOUD_SITE": "cn"}))
    assert target.endpoint(Config({**config, "tc-resources:endpoint": "https://host"}, {})).target == "https://host"


@pytest.mark.parametrize("protocol", ["HTTP", "http", "ftp"])
def test_another_protocol_than_https_is_refused_by_name(protocol: str) -> None:
    config: dict[str, object] = {"tencentcloud:protocol": protocol, "tencentcloud:domain": "tencentcloudapi.com"}
    with pytest.raises(ConfigError, match=r"^tencentcloud:protocol is not HTTPS: set tc-resources:endpoint to one URL"):
        settings.load({**config, **THEIRS}, {})
    assert target.endpoint(Config({**config, "tc-resources:endpoint": "https://host"}, {})).target == "https://host"


@pytest.mark.parametrize("protocol", ["HTTPS", "https", ""])
def test_https_is_what_is_spoken_anyway(protocol: str) -> None:
    assert target.endpoint(Config({"tencentcloud:protocol": protocol}, {})).target == "intl"
