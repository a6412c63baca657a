"""The search for secrets finds them: else the tests that find none would prove nothing."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.leaks import files, forms, leaks

SECRET = 'to"k\\en/é+'


@pytest.mark.parametrize("form", forms(SECRET))
def test_a_planted_secret_is_found_in_each_form(tmp_path: Path, form: str) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"before " + forms(SECRET)[form] + b" after")
    (tmp_path / "other").write_bytes(b"nothing")
    assert f"{SECRET} as {form} in {tmp_path / 'below' / 'file'}" in leaks([SECRET], files(tmp_path))


def test_a_planted_secret_is_found_in_a_files_name(tmp_path: Path) -> None:
    (tmp_path / "a-secret-token").touch()
    assert leaks(["secret-token"], files(tmp_path)) != []


@given(st.text(min_size=4), st.binary(), st.binary(), st.booleans())
def test_a_secret_is_found_within_anything_in_base64(secret: str, before: bytes, after: bytes, urlsafe: bool) -> None:
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    assert leaks([secret], {"text": encode(before + secret.encode() + after)})


@given(st.text(min_size=1))
def test_a_secret_is_found_in_json_and_in_a_form(secret: str) -> None:
    for text in (json.dumps({"a": secret}), json.dumps(json.dumps([secret])), urlencode({"a": secret}), f"{[secret]}"):
        assert leaks([secret], {"text": text}), text


def test_what_holds_no_secret_is_clean(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("to k en")
    assert leaks([SECRET], files(tmp_path)) == []
