from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tc_resources.testing.emulator import Emulator, ErrorCode, Fault
from tests.pulumi.faces import Declared, FaceStack, limit, quota
from tests.pulumi.pulumi_cli import Source

PLAIN, CONFIGURED = "plain-token-4711", "configured-token-0815"
SECRET_KEY = "emulator-secret-key"
MARK = "4dabf18193072939515e22adb298388d"
"""What Pulumi puts where a secret was encrypted."""


def program(quota_limit: int, sub_app_id: int = 1) -> list[Declared]:
    text: dict[str, Any] = {"quota_type": "Text", "quota_limit": quota_limit, "sub_app_id": sub_app_id}
    return [
        quota("plain", **text, api_token=Source('os.environ["TOKEN"]')),
        quota("configured", **text, api_token=Source('pulumi.Config().require_secret("token")')),
    ]


def files(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_text(encoding="utf-8", errors="replace")


def is_encrypted(face_stack: FaceStack) -> bool:
    rows = face_stack.resources().values()
    return all(MARK in row[bag]["api_token"] for row in rows for bag in ("inputs", "outputs"))


def test_a_token_reaches_no_state_file_id_output_or_log_however_it_is_given(
    face_stack: FaceStack, emulator: Emulator, environ: dict[str, str]
) -> None:
    face_stack.environ["TOKEN"] = PLAIN
    printed = [face_stack.run("config", "set", "--secret", "token", CONFIGURED)]
    face_stack.lines(*program(5))
    printed.append(face_stack.run("preview", "--json"))
    printed.append(face_stack.run("up", "--diff"))
    assert {found.api_token for found in emulator.quotas()} == {PLAIN, CONFIGURED}
    assert is_encrypted(face_stack)

    printed.append(face_stack.run("refresh", "--diff"))
    assert is_encrypted(face_stack)

    face_stack.lines(*program(6))
    emulator.script(Fault(ErrorCode("FailedOperation"), "ModifyAigcQuota", times=2))
    printed.append(face_stack.fail("up", "--diff", "--continue-on-error", "--logtostderr", "-v=3"))
    printed.append(face_stack.run("up", "--diff"))
    assert is_encrypted(face_stack)

    face_stack.lines(*program(6, sub_app_id=2))
    printed.append(face_stack.run("up", "--diff"))
    printed.append(json.dumps(face_stack.export()))
    printed.append(face_stack.run("destroy", "--diff"))
    assert emulator.quotas() == []

    for secret in (PLAIN, CONFIGURED, SECRET_KEY):
        assert [text for text in printed if secret in text] == []
        assert [path for path, text in files(face_stack.folder) if secret in text] == []
        assert [path for path, text in files(Path(environ["HOME"]).parent) if secret in text] == []
        assert secret not in repr(emulator.calls)


def test_the_id_of_a_quota_with_a_token_ends_in_a_digest(face_stack: FaceStack) -> None:
    face_stack.program(quota("text", quota_type="Text", api_token=PLAIN), limit("WWW"))
    face_stack.run("up")
    ids = {name: row["id"] for name, row in face_stack.resources().items()}
    assert ids == {"text": "1#Text#621abd33c4e9", "WWW": "zone-1#www.example.com#Overseas"}
