"""Which authorities are trusted, and where none is loaded."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from tc_resources.cloud import settings
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.errors import (
    ConfigError,
)
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.cloud.transport.trust import trusted


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        (os.mkfifo, "it is a folder, a pipe or a device"),
        (lambda path: os.truncate(path.touch() or path, 1 << 33), "it is larger than 16 MB"),
        ("", "it holds no certificates in PEM form"),
        ("a-secret", "it holds no certificates in PEM form"),
        ("-----BEGIN CERTIFICATE-----\na-secret\n-----END CERTIFICATE-----", "it holds no certificates in PEM form"),
    ],
)
def test_a_bundle_that_is_none_is_an_error_that_names_the_file_and_shows_nothing(
    tmp_path: Path, content: str | Callable[[Path], None] | None, reason: str
) -> None:
    path = tmp_path / "ca.pem"
    if callable(content):
        content(path)
    elif content is not None:
        path.write_text(content, encoding="utf-8")
    config = {"tc-resources:secretId": "AKID", "tc-resources:secretKey": "key", "tc-resources:caBundle": str(path)}
    with pytest.raises(ConfigError, match=reason) as raised:
        client_of(settings.load(config, {}))
    assert str(raised.value).startswith(f"tc-resources:caBundle cannot be read from {path}: ")
    assert "a-secret" not in str(raised.value)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_authorities_of_the_environment_that_are_not_there_are_an_error_that_names_the_variable(
    tmp_path: Path, name: str
) -> None:
    environ = {"TENCENTCLOUD_SECRET_ID": "AKID", "TENCENTCLOUD_SECRET_KEY": "key", name: str(tmp_path / "lost")}
    with pytest.raises(ConfigError, match=f"^{name} cannot be read from {tmp_path}/lost: No such file or directory"):
        client_of(settings.load({}, environ))


def test_over_plain_http_no_authority_is_loaded_and_else_those_that_httpx_trusts() -> None:
    plain = trusted(Endpoint("http://127.0.0.1:8402"), None)
    assert (plain.get_ca_certs(), plain.verify_mode) == ([], ssl.CERT_REQUIRED)
    usual = trusted(Endpoint("intl"), None)
    assert len(usual.get_ca_certs()) > 50
    assert (usual.verify_mode, usual.check_hostname) == (ssl.CERT_REQUIRED, True)
