from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tc_resources.testing.emulator import Call, Emulator

PATH = "/latest/meta-data/cam/security-credentials/"
ROLE = "qcs::cam::uin/100000000001:roleName/deploy"
NOW = 1_800_000_000

Get = Callable[..., httpx.Response]


@pytest.fixture
def get(emulator: Emulator, http: httpx.Client) -> Get:
    """What the metadata say of a role, or of all."""

    def get(role: str = "") -> httpx.Response:
        return http.get(f"{emulator.url}{PATH}{role}")

    return get


def test_a_machine_lists_its_role(emulator: Emulator, get: Get) -> None:
    emulator.put_role(ROLE)
    assert (get().status_code, get().text) == (200, "deploy")


def test_a_machine_hands_out_a_temporary_key_of_its_role(
    emulator: Emulator, get: Get, send: Callable[..., httpx.Response], wait: Callable[[float], None]
) -> None:
    emulator.put_role(ROLE)
    made = get("deploy").json()
    assert made.keys() == {"TmpSecretId", "TmpSecretKey", "Token", "ExpiredTime", "Expiration", "Code"}
    assert (made["Code"], made["ExpiredTime"], made["Expiration"]) == ("Success", NOW + 7200, "2027-01-15T10:00:00Z")

    def identity() -> dict[str, Any]:
        key = (made["TmpSecretId"], made["TmpSecretKey"])
        sent = send("GetCallerIdentity", changed={"x-tc-token": made["Token"]}, key=key)
        answer: dict[str, Any] = sent.json()["Response"]
        return answer

    assert identity()["UserId"] == "4611686018427387904:machine"
    wait(7200)
    assert identity()["Error"]["Code"] == "AuthFailure.TokenFailure"


@pytest.mark.parametrize("role", ["", "another"])
def test_a_machine_without_the_role_has_no_such_page(get: Get, role: str) -> None:
    assert get(role).status_code == 404


def test_the_log_shows_the_path_and_no_secret(emulator: Emulator, get: Get) -> None:
    emulator.put_role(ROLE)
    made = get("deploy").json()
    get("another")
    assert emulator.calls == [
        Call(f"GET {PATH}deploy", {}, None, NOW, None),
        Call(f"GET {PATH}another", {}, "HTTP 404", NOW, None),
    ]
    assert not any(made[name] in json.dumps(repr(emulator.calls)) for name in ("TmpSecretId", "TmpSecretKey", "Token"))
