"""Which proxy is asked for which host, as the environment says."""

from __future__ import annotations

import traceback

import pytest

from tc_resources.cloud.errors import ConfigError
from tc_resources.cloud.transport import proxies

URL = "https://teo.intl.tencentcloudapi.com"
PROXY = "http://me:a-secret@proxy.example.com:3128"


def asked(url: str, **environ: str) -> str | None:
    """The URL of the proxy that is asked."""
    proxy = proxies.read(environ).of(url)
    return proxy.url if proxy else None


@pytest.mark.parametrize(
    ("environ", "https", "http"),
    [
        ({}, None, None),
        ({"HTTPS_PROXY": "http://a"}, "http://a", None),
        ({"HTTP_PROXY": "http://a"}, None, "http://a"),
        ({"ALL_PROXY": "socks5h://a:1080"}, "socks5h://a:1080", "socks5h://a:1080"),
        ({"ALL_PROXY": "http://a", "HTTPS_PROXY": "http://b"}, "http://b", "http://a"),
        ({"https_proxy": "http://a", "HTTPS_PROXY": "http://b"}, "http://a", None),
        ({"all_proxy": "http://a", "HTTPS_PROXY": ""}, None, "http://a"),
        ({"HTTPS_PROXY": "proxy.example.com:3128"}, "http://proxy.example.com:3128", None),
        ({"HTTPS_PROXY": "https://[fd07::1]:3128"}, "https://[fd07::1]:3128", None),
    ],
)
def test_the_proxy_of_a_scheme_or_else_of_all_is_asked(
    environ: dict[str, str], https: str | None, http: str | None
) -> None:
    assert (asked(URL, **environ), asked("http://10.0.0.1", **environ)) == (https, http)


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("*", URL, True),
        ("", URL, False),
        ("tencentcloudapi.com", URL, True),
        ("TEO.intl.TencentCloudAPI.com", URL, True),
        (".tencentcloudapi.com", URL, True),
        ("*.tencentcloudapi.com", URL, True),
        (".teo.intl.tencentcloudapi.com", URL, False),
        ("*.teo.intl.tencentcloudapi.com", URL, False),
        ("cloudapi.com", URL, False),
        ("tencentcloudapi.com:443", URL, True),
        ("tencentcloudapi.com:8443", URL, False),
        ("localhost, example.com tencentcloudapi.com", URL, True),
        ("10.0.0.1", "https://10.0.0.1", True),
        ("10.0.0.1", "https://10.0.0.11", False),
        ("10.0.0.1:8443", "https://10.0.0.1:8443", True),
        ("10.0.0.1:8443", "https://10.0.0.1", False),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.1.2.3/8", "https://10.0.0.1", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("10.0.0.0/8", URL, False),
        ("localhost,fd07:b51a:cc66:f0::/64", "https://[fd07:b51a:cc66:f0::5]:8443", True),
        ("localhost,fd07:b51a:cc66:f0::/64", "https://[fd07:b51a:cc66:f1::5]", False),
        ("fd07::5", "https://[fd07:0:0::5]", True),
        ("[fd07::5]", "https://[fd07::5]", True),
        ("[fd07::5]:443", "https://[fd07::5]", True),
        ("[fd07::5]:80", "https://[fd07::5]", False),
        ("localhost;tencentcloudapi.com", URL, True),
        ("'localhost,tencentcloudapi.com'", URL, True),
        ('"tencentcloudapi.com"', URL, True),
        ("tencentcloudapi.com.", URL, True),
        ("tencentcloudapi.com.:443", URL, True),
        (" \t*\n", URL, True),
    ],
)
@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_whom_no_proxy_names_is_asked_directly(name: str, no_proxy: str, url: str, direct: bool) -> None:
    assert asked(url, **{"HTTPS_PROXY": PROXY, name: no_proxy}) == (None if direct else PROXY)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", "ftp://me:a-secret@proxy.example.com"),
        ("https_proxy", "http://me:a-secret"),
        ("HTTP_PROXY", "http://"),
        ("ALL_PROXY", "http://me:a-secret@[::1"),
        ("HTTPS_PROXY", "http://me:a-secret@proxy.example.com:0"),
        ("HTTPS_PROXY", "http://me:a-secret@proxy.example.com:99999"),
        ("HTTPS_PROXY", "http://me:a-secret#@proxy.example.com"),
        ("HTTPS_PROXY", "http://me:12#a-secret@proxy.example.com"),
        ("HTTPS_PROXY", "http://a-secret?x@proxy.example.com"),
        ("HTTPS_PROXY", "http://a-secret/x@proxy.example.com:3128"),
        ("HTTPS_PROXY", "me:12/a-secret@proxy.example.com:3128"),
        ("HTTPS_PROXY", "http://me:p@a-secret@proxy.example.com:3128"),
        ("HTTPS_PROXY", "http:/me:a-secret@proxy.example.com:3128"),
        ("HTTPS_PROXY", "//me:a-secret@proxy.example.com:3128"),
        ("HTTPS_PROXY", "http://me:[a-secret@proxy.example.com:3128"),
        ("HTTPS_PROXY", "http://me:a-secret\n@proxy.example.com:3128"),
    ],
)
def test_a_setting_that_cannot_be_read_is_an_error_that_names_the_variable_and_shows_no_password(
    variable: str, value: str
) -> None:
    read = proxies.read({variable: value})
    with pytest.raises(ConfigError, match=f"^{variable} cannot be used: ") as raised:
        read.of("http://10.0.0.1" if variable == "HTTP_PROXY" else URL)
    assert "a-secret" not in "".join(traceback.format_exception(raised.value)) + repr(read)


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTPS_PROXY": PROXY, "ALL_PROXY": "ftp://nobody"},
        {"HTTPS_PROXY": PROXY, "HTTP_PROXY": "http://"},
        {"HTTPS_PROXY": "http://", "NO_PROXY": "*"},
    ],
)
def test_a_proxy_that_is_not_asked_may_be_none(environ: dict[str, str]) -> None:
    assert asked(URL, **environ) == (None if "NO_PROXY" in environ else PROXY)


@pytest.mark.parametrize(
    "entry",
    [
        "[::1",
        "10.0.0.0/33",
        "10.0.0/8",
        "http://host.example.com/path",
        "http://me:a-secret@host",
        "me:a-secret@host",
        "host:port",
        "host:99999",
        "<local>",
        "fe80::1%eth0",
        "a b\u2100c",
        "*.",
        ".",
        '"',
        "\x00",
        "169.254/16",
    ],
)
@pytest.mark.parametrize("separator", [",", ";", ", ", " ", ",,"])
def test_what_no_proxy_cannot_mean_for_our_hosts_is_left_out(entry: str, separator: str) -> None:
    others = separator.join(["localhost", entry, "example.com"])
    assert asked(URL, HTTPS_PROXY=PROXY, NO_PROXY=others) == PROXY
    assert asked(URL, HTTPS_PROXY=PROXY, NO_PROXY=separator.join([entry, "tencentcloudapi.com"])) is None


def test_no_password_is_in_a_repr() -> None:
    read = proxies.read({"HTTPS_PROXY": PROXY})
    assert "a-secret" not in f"{read!r} {read.of(URL)}"
    assert str(read.of(URL)) == "the proxy proxy.example.com of HTTPS_PROXY"
