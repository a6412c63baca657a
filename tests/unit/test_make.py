"""What the Makefile and the demo promise of each other, and of whoever runs them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

import demo

ROOT = Path(__file__).parents[2]


def printed(target: str) -> str:
    """The commands of a target, which nobody runs."""
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607 - written above
    return done.stdout


def test_the_tests_take_the_cli_that_the_demo_has_installed_behind_that_on_path() -> None:
    assert f'$PATH:{demo.INSTALLED / "bin"}"' in printed("test")


def test_the_demo_takes_nothing_of_the_account_of_whoever_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TENCENTCLOUD_ALLOWED_ACCOUNT_IDS", "TENCENTCLOUD_PROFILE", "TCCLI_PROFILE"):
        monkeypatch.setenv(name, "somebody")
    demo.forget_accounts()
    assert [name for name in os.environ if name.startswith(demo.PERSONAL)] == []


def test_the_files_that_the_makefile_and_pre_commit_name_are_there() -> None:
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", ".pre-commit-config.yaml"))
    named = {*re.findall(r"(?:tests|docs|examples|\.github|\.ci)/[\w./-]+\.\w+", text)}
    assert {"tests/pulumi/test_state.py", "tests/unit/test_documents.py"} <= named
    assert [name for name in named if not (ROOT / name).exists()] == []
